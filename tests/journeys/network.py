"""A small country for journeys: real words on the pages, few enough people that a run takes a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from tests.factories.organisations import add_network
from tests.factories.partners import active_partner
from tests.factories.rounds import open_round
from tests.factories.taxonomy import add_taxonomy
from webapp.authority.actor import SystemActor
from webapp.authority.roles import Role
from webapp.services import accounts
from webapp.services.accounts import RoleFor
from webapp.services.partner_skills import SkillHeld
from webapp.store.organisations import Organisation
from webapp.store.partners import Reach
from webapp.store.taxonomy import TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

PASSWORD = "quiet otter lantern"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BODIES = {
    "Y1": "North",
    "Y2": "South",
    "B1": "Northern Vales Integrated Care Board",
    "B2": "Southern Shore Integrated Care Board",
    "T1": "Northfield Hospitals NHS Trust",
    "T2": "Vale Royal NHS Foundation Trust",
    "T3": "Seaview University Hospitals NHS Trust",
    "S1": "Meridian Improvement Network",
}
WORDS = {
    "C1": "Applying improvement methods",
    "UEC": "Urgent and emergency care",
    "MEH": "Mental health",
    "UEC-FLO": "Flow through the hospital",
    "MEH-FLO": "Flow through mental health care",
    "UEC-FLO-DIS": "Planning discharge from admission",
    "UEC-FLO-BED": "Managing beds across sites",
    "MEH-FLO-CRI": "Crisis response at home",
    "M-PDSA": "Plan, do, study, act cycles",
}
BEDS = (SkillHeld("UEC-FLO-BED", 3, 2026), SkillHeld("M-PDSA", 3, 2025))
ROLES = {
    "lead": (Role.TRUST_LEAD, "T1", "Grace Okafor"),
    "member": (Role.TRUST_MEMBER, "T1", "Morgan Bright"),
    "board_lead": (Role.TRUST_LEAD, "B1", "Gwen Oakhurst"),
    "other_lead": (Role.TRUST_LEAD, "T2", "Tom Ellery"),
    "manager": (Role.PARTNER_MANAGER, "S1", "Priya Nair"),
    "reviewer": (Role.NATIONAL_REVIEWER, None, "Ruth Adeyemi"),
    "admin": (Role.NATIONAL_ADMIN, None, "Alan Price"),
    "second_admin": (Role.NATIONAL_ADMIN, None, "Mei Lin Chan"),
}
COMMAND = SystemActor("test")


@dataclass(frozen=True)
class Network:
    """Organisations by code, the open round, and accounts by what their holder does."""

    organisations: dict[str, UUID]
    round_id: UUID
    users: dict[str, UUID]

    @staticmethod
    def email(who: str) -> str:
        """The address of an account."""
        return f"{who.replace('_', '.')}@example.org"


def build(unit: UnitOfWork, hash_password: Callable[[str], str], seal: Callable[[str], str]) -> Network:
    """Write the country: everybody's account, an open round, and two experts of T3 who know about beds."""
    bodies = add_network(unit.session)
    add_taxonomy(unit.session)
    for code, row in bodies.items():
        row.name = BODIES[code]
    for node in unit.session.scalars(select(TaxonomyNode)):
        node.label = WORDS[node.code]
    for number, name in enumerate(("Hassan Iqbal", "Carys Bowen"), start=1):
        home = bodies["T3"]
        row = active_partner(unit, home, f"P-{number}", skills=BEDS, reach=Reach.NATIONAL, max_concurrent=1)
        row.name = name
    locked = hash_password(PASSWORD)
    users = {
        who: _account(unit, who, role, bodies.get(code or ""), (name, locked, seal(SECRET)))
        for who, (role, code, name) in ROLES.items()
    }
    return Network({code: row.id for code, row in bodies.items()}, open_round(unit).id, users)


def _account(
    unit: UnitOfWork, who: str, role: Role, body: Organisation | None, held: tuple[str, str, str]
) -> UUID:
    name, password_hash, sealed = held
    row = accounts.create_user(
        unit,
        actor=COMMAND,
        email=Network.email(who),
        name=name,
        roles=(RoleFor(role, body.id if body else None),),
        password_hash=password_hash,
        sealed_second_factor=sealed if body is None else None,
    )
    return row.id
