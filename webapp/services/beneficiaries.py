"""For whom an organisation may ask: itself, for a board the bodies of its area, for a national team anybody.

A board names places of its own, such as a group of practices, that have no code anywhere else.
"""

from __future__ import annotations

from sqlalchemy import Select, func, select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import AccessDenied, require
from webapp.services import audit, free_text
from webapp.services.contents import content_of
from webapp.services.failures import Problem, Rejected, stop_at
from webapp.services.references import new_reference
from webapp.store.organisations import REQUESTER_KINDS, CodeSource, Organisation, OrganisationKind
from webapp.store.unit_of_work import UnitOfWork

MOST_SHOWN = 300
NOT_OURS = "Choose your own organisation or one of your area"


def choices(unit: UnitOfWork, *, actor: Actor) -> tuple[Organisation, ...]:
    """The bodies that the actor's organisation may ask for: itself first, then the others by name."""
    require(actor, Action.REQUEST_DRAFT, organisation_id=actor.organisation_id, hidden=False)
    own = unit.session.get_one(Organisation, actor.organisation_id)
    today = unit.now.date()
    others = (row for row in unit.session.scalars(_others(own).limit(MOST_SHOWN)) if row.is_open_on(today))
    return (own, *others)


def check(unit: UnitOfWork, requester: Organisation, beneficiary: Organisation) -> None:
    """Raise ``Rejected`` unless the one may ask for the other."""
    if beneficiary.id == requester.id:
        return
    allowed = _others(requester).where(Organisation.id == beneficiary.id)
    if unit.session.scalar(allowed) is None:
        raise Rejected("beneficiary_id", NOT_OURS)


def may_name_places(unit: UnitOfWork, *, actor: Actor) -> bool:
    """Whether the actor acts for a board, which has places of its own."""
    own = unit.session.get(Organisation, actor.organisation_id)
    return own is not None and own.kind is OrganisationKind.ICB


def name_place(unit: UnitOfWork, *, actor: Actor, name: str) -> Organisation:
    """Put a place of the board's area on the list, under a code of our own."""
    require(actor, Action.PLACE_NAME, organisation_id=actor.organisation_id, hidden=False)
    if not may_name_places(unit, actor=actor):
        raise AccessDenied(Action.PLACE_NAME, hidden=False)
    board = unit.session.get_one(Organisation, actor.organisation_id)
    name = free_text.clean(name)
    problems = list(free_text.problems("name", name, most=120, one_line=True))
    if not name:
        problems.append(Problem("name", "Enter the name of the place"))
    if unit.session.scalar(_others(board).where(func.lower(Organisation.name) == name.lower())):
        problems.append(Problem("name", "This place is on the list already. Go back and choose it"))
    stop_at(problems)
    row = Organisation(
        code=new_reference("PL"),
        code_source=CodeSource.OURS,
        name=name,
        kind=OrganisationKind.PLACE,
        region_code=board.region_code,
        icb_code=board.code,
        open_date=unit.now.date(),
        latitude=board.latitude,
        longitude=board.longitude,
        source=f"Named by {board.name}"[:200],
    )
    unit.session.add(row)
    unit.flush()
    audit.record(unit, actor, Action.PLACE_NAME, audit.Subject("organisation", row.id), after=content_of(row))
    return row


def _others(requester: Organisation) -> Select[Organisation]:
    query = select(Organisation).where(
        Organisation.kind.in_(REQUESTER_KINDS), Organisation.id != requester.id
    )
    if requester.kind is OrganisationKind.ICB:
        query = query.where(Organisation.icb_code == requester.code)
    elif requester.kind is not OrganisationKind.NATIONAL_TEAM:
        query = query.where(
            Organisation.kind == OrganisationKind.PLACE, Organisation.icb_code == requester.icb_code
        )
    return query.order_by(Organisation.name, Organisation.code)
