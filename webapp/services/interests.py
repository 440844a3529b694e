"""Declared interests of a support partner: they bar matching, and so does a declaration older than a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.services import free_text, offer_withdrawals, partners, repairs
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import Problem, check_version, stop_at
from webapp.store.organisations import Organisation
from webapp.store.partners import Interest, InterestKind, Partner
from webapp.store.unit_of_work import UnitOfWork

MOST_INTERESTS = 60


@dataclass(frozen=True, slots=True)
class InterestDeclared:
    """An interest in an organisation; a former employer names the day of leaving."""

    organisation_id: UUID
    kind: InterestKind
    note: str = ""
    left_on: date | None = None


def declare_interests(
    unit: UnitOfWork,
    *,
    actor: AnyActor,
    partner_id: UUID,
    interests: Iterable[InterestDeclared],
    expected_version: int,
) -> Partner:
    """Replace the declaration (an empty one too) and confirm it as of today.

    What it no longer names is kept with the day on which it ended, so that history can be read later.
    """
    row = partners.own(unit, actor=actor, partner_id=partner_id, action=Action.INTEREST_DECLARE)
    check_version(row, expected_version)
    wanted = {(each.organisation_id, each.kind): each for each in interests}
    stop_at(_interest_problems(unit, wanted.values()))
    before, today = {"interests": [content_of(each) for each in row.interests]}, unit.now.date()
    with answering_for(unit):
        held = {(each.organisation_id, each.kind): each for each in row.interests}
        for key, present in held.items():
            if key not in wanted and present.ended_on is None:
                present.ended_on = today
        for key, each in wanted.items():
            _put(row, held.get(key), each, today)
        row.interests_confirmed_on, row.updated_at = today, unit.now
    partners.record(unit, actor, Action.INTEREST_DECLARE, row, before)
    offer_withdrawals.withdraw_conflicted(unit, actor=actor, partner_id=row.id)
    repairs.queue_for_partner(unit, actor=actor, partner_id=row.id)
    return row


def confirm_interests(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, expected_version: int
) -> Partner:
    """Say that the declaration is still right: due once a year, or matching stops."""
    row = partners.own(unit, actor=actor, partner_id=partner_id, action=Action.INTEREST_DECLARE)
    return declare_interests(
        unit, actor=actor, partner_id=partner_id, interests=standing(row), expected_version=expected_version
    )


def standing(row: Partner) -> list[InterestDeclared]:
    """The interests that have not ended."""
    return [
        InterestDeclared(each.organisation_id, each.kind, each.note, each.left_on)
        for each in row.interests
        if each.ended_on is None
    ]


def _interest_problems(unit: UnitOfWork, interests: Iterable[InterestDeclared]) -> Iterable[Problem]:
    wanted = list(interests)
    if len(wanted) > MOST_INTERESTS:
        yield Problem("interests", f"Declare {MOST_INTERESTS} interests or fewer")
    ids = {each.organisation_id for each in wanted}
    known = set(unit.session.scalars(select(Organisation.id).where(Organisation.id.in_(ids))))
    if ids - known:
        yield Problem("interests", "Choose organisations from the list")
    if any(each.kind is InterestKind.FORMER_EMPLOYMENT and each.left_on is None for each in wanted):
        yield Problem("interests", "Enter when you left a former employer")
    for each in wanted:
        yield from free_text.problems("interests", free_text.clean(each.note), most=500)


def _put(partner: Partner, held: Interest | None, wanted: InterestDeclared, today: date) -> None:
    """Declare an interest; one that had ended is taken up again."""
    row = held or Interest(organisation_id=wanted.organisation_id, kind=wanted.kind, declared_on=today)
    if held is None:
        partner.interests.append(row)
    row.note, row.left_on, row.confirmed_on = free_text.clean(wanted.note), wanted.left_on, today
    row.ended_on = None


def good_until(row: Partner) -> date | None:
    """The last day on which the declaration counts: the same day a year on; None where it was never confirmed."""
    confirmed = row.interests_confirmed_on
    if confirmed is None:
        return None
    is_leap_day = (confirmed.month, confirmed.day) == (2, 29)
    return confirmed.replace(year=confirmed.year + 1, day=28 if is_leap_day else confirmed.day)
