"""Passwords hash quickly here: what is tested is what happens round the hash."""

from collections.abc import Callable

import pytest

from tests.factories.organisations import add_network
from tests.site import Person
from webapp.authority.roles import Role
from webapp.security import library
from webapp.store.unit_of_work import Database

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
