"""The demonstration's users: accounts that can sign in, and an invented lead for each requester."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from seeds.accounts import ACCOUNTS, DOMAIN, DemonstrationAccount
from seeds.demo_env import password_name, second_factor_name
from seeds.demonstration import names
from webapp.authority.actor import Actor, SystemActor
from webapp.authority.roles import Role
from webapp.services import accounts
from webapp.services.accounts import RoleFor
from webapp.store.accounts import User
from webapp.store.organisations import Organisation
from webapp.store.unit_of_work import UnitOfWork

SEED = SystemActor("demonstration")


@dataclass(frozen=True, slots=True)
class Locks:
    """How secrets become what is kept: a password's hash, a second factor's sealed form."""

    secrets: Mapping[str, str]
    hash_password: Callable[[str], str]
    seal_second_factor: Callable[[str], str]

    def password(self, key: str) -> str | None:
        """The hash of an account's password; None where ``demo.env`` holds none, and nobody can sign in."""
        plain = self.secrets.get(password_name(key))
        return self.hash_password(plain) if plain else None

    def second_factor(self, key: str) -> str | None:
        """The sealed second factor of an account."""
        plain = self.secrets.get(second_factor_name(key))
        return self.seal_second_factor(plain) if plain else None


def make_accounts(
    unit: UnitOfWork, locks: Locks, bodies: Mapping[str, Organisation], team_codes: Mapping[str, str]
) -> dict[str, Actor]:
    """The accounts of ``seeds.accounts`` by key; ``team_codes`` name the body behind a manager's team."""
    return {account.key: _account(unit, account, locks, bodies, team_codes) for account in ACCOUNTS}


def make_leads(
    unit: UnitOfWork, codes: Iterable[str], bodies: Mapping[str, Organisation]
) -> dict[str, Actor]:
    """An invented lead for each requester by its code, without a password: nobody signs in as them."""
    return {code: _lead(unit, code, bodies[code]) for code in codes}


def make_expert(unit: UnitOfWork, key: str, name: str) -> Actor:
    """The invented person behind an expert, without a password."""
    user = accounts.create_user(
        unit, actor=SEED, email=f"{key}@{DOMAIN}", name=name, roles=(RoleFor(Role.PARTNER_EXPERT),)
    )
    return _actor(user)


def _account(
    unit: UnitOfWork,
    account: DemonstrationAccount,
    locks: Locks,
    bodies: Mapping[str, Organisation],
    team_codes: Mapping[str, str],
) -> Actor:
    code = account.organisation or team_codes.get(account.partner or "")
    user = accounts.create_user(
        unit,
        actor=SEED,
        email=account.email,
        name=account.name,
        roles=(
            RoleFor(
                Role(account.role),
                organisation_id=bodies[code].id if code else None,
                region_code=account.region,
            ),
        ),
        password_hash=locks.password(account.key),
        sealed_second_factor=locks.second_factor(account.key) if account.needs_second_factor else None,
    )
    return _actor(user)


def _lead(unit: UnitOfWork, code: str, body: Organisation) -> Actor:
    user = accounts.create_user(
        unit,
        actor=SEED,
        email=f"lead.{code.lower()}@{DOMAIN}",
        name=names.person("lead of", code),
        roles=(RoleFor(Role.TRUST_LEAD, organisation_id=body.id),),
    )
    return _actor(user)


def _actor(user: User) -> Actor:
    return user.memberships[0].actor()
