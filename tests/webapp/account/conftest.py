"""Passwords hash quickly here: what is tested is what happens round the hash."""

from collections.abc import Callable
from uuid import uuid4

import pyotp
import pytest

from tests.factories.organisations import add_network
from tests.site import Person
from webapp.authority.actor import SystemActor
from webapp.authority.roles import Role
from webapp.security import credentials, library
from webapp.services import accounts
from webapp.services.accounts import RoleFor
from webapp.store.unit_of_work import Database

PASSWORD = "quiet otter lantern"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
COMMAND = SystemActor("test")
QUICK = {"argon2__rounds": 1, "argon2__memory_cost": 64}


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch):
    monkeypatch.setitem(library.CONFIGURATION, "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS", QUICK)


@pytest.fixture
def lead_of_t3(database: Database, signed_in: Callable[..., Person]) -> Person:
    """The lead of T3."""
    with database.unit(writing=True, request_id="country") as unit:
        home = add_network(unit.session)["T3"].id
    return signed_in(Role.TRUST_LEAD, organisation_id=home)


@pytest.fixture
def account(app, database):
    """Make an account with a password: ``account(Role.TRUST_LEAD, second_factor=True)`` gives its address."""

    def make(*roles, second_factor=False):
        email = f"{uuid4().hex[:10]}@example.org"
        with app.app_context(), database.unit(writing=True) as unit:
            accounts.create_user(
                unit,
                actor=COMMAND,
                email=email,
                name="Sam Example",
                roles=tuple(RoleFor(role) for role in roles),
                password_hash=credentials.hash_password(PASSWORD),
                sealed_second_factor=credentials.seal_second_factor(SECRET) if second_factor else None,
            )
        return email

    return make


def enter(person, email, password=PASSWORD, path="/sign-in"):
    return person.submit(path, {"email": email, "password": password})


def code_at(clock):
    return pyotp.TOTP(SECRET).at(clock())
