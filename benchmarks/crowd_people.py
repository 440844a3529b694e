"""People of a crowd: somebody signed in for each role, and as many colleagues as a page has no room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from benchmarks.large_round import Maker
from benchmarks.signed_in import add_sign_in
from webapp.authority.roles import Role
from webapp.store.accounts import Membership, User
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner, PartnerKind, PartnerState

TOKEN = "a-sign-in-for-the-benchmark-only-{}"
REGISTERING = "registering"
ROLES = tuple(role for role in Role if role is not Role.ANONYMOUS)
LOOKERS: tuple[str, ...] = (Role.ANONYMOUS, *ROLES, REGISTERING)
"""Who looks at pages: a visitor, somebody in each role, and somebody who is about to become a partner."""


class PeopleMaker(Maker):
    """Writes accounts, memberships and sign-ins."""

    home: Organisation
    busy: dict[str, Any]

    def add_people(self, most: int) -> None:
        """Somebody signed in for each role, and as many colleagues of theirs as a page has no room for."""
        scopes: dict[Role, dict[str, Any]] = {
            Role.TRUST_MEMBER: {"organisation_id": self.home.id},
            Role.TRUST_LEAD: {"organisation_id": self.home.id},
            Role.PARTNER_EXPERT: {"partner_id": self.busy["id"]},
            Role.PARTNER_MANAGER: {"organisation_id": self.home.id},
            Role.REGIONAL_READER: {"region_code": self.home.region_code},
        }
        for role in ROLES:
            held = [
                self._person(f"{role.value}-{number}", role, scopes.get(role, {})) for number in range(most)
            ]
            self.ids.setdefault("membership_id", []).append(held[1].id)
            self.ids.setdefault("user_id", []).append(held[1].user_id)
            if role is Role.PARTNER_EXPERT:
                expert = update(Partner).where(Partner.id == self.busy["id"])
                self.session.execute(expert.values(user_id=held[0].user_id))
            add_sign_in(self.unit, held[0], TOKEN.format(role.value))
        self._registering()

    def _registering(self) -> None:
        """Somebody who has begun a profile and has not sent it in."""
        held = self._person("registering", Role.PARTNER_EXPERT, {})
        self.session.flush()
        begun = {
            "id": self.new_id(),
            "reference": "P-BEGUN",
            "kind": PartnerKind.EXPERT,
            "state": PartnerState.REGISTERING,
            "name": "Somebody who registers",
            "organisation_id": self.home.id,
            "region_code": self.home.region_code,
            "user_id": held.user_id,
            **self.stamped,
        }
        self.write(Partner, [begun])
        held.partner_id = begun["id"]
        add_sign_in(self.unit, held, TOKEN.format(REGISTERING))

    def _person(self, name: str, role: Role, scope: Mapping[str, Any]) -> Membership:
        user = User(id=self.new_id(), email=f"{name}@example.org", name=name, password=None)
        held = Membership(id=self.new_id(), user=user, user_id=user.id, role=role, **scope)
        self.session.add_all((user, held))
        return held
