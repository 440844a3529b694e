"""An expert who takes part changes employer: the new one is asked, and what the former one said no longer counts.

The former employer stays as a declared interest with the day of leaving, so that reviewers see it for two
years. The place of work, the region and the rule of the own organisation follow the new employer at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp.authority.actor import Actor
from webapp.services import offer_withdrawals, partner_homes, partners, releases, repairs
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, Problem, Rejected, check_version
from webapp.services.working_days import london_day
from webapp.store.organisations import Organisation
from webapp.store.partners import (
    Interest,
    InterestKind,
    Partner,
    PartnerKind,
    PartnerSkill,
    PartnerState,
    SkillEvidence,
)
from webapp.store.unit_of_work import UnitOfWork

CHANGE = "partner.change_employer"
WORKING_STATES = (PartnerState.ACTIVE, PartnerState.PAUSED)
FIRST_LEFT = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class NewEmployer:
    """Who employs the expert now, and the day on which they left the former employer."""

    organisation_id: UUID
    left_on: date


def may_change(row: Partner) -> bool:
    """An expert who takes part, or has paused; while registering the first page of it asks."""
    return row.kind is PartnerKind.EXPERT and row.state in WORKING_STATES


def change(
    unit: UnitOfWork, *, actor: Actor, partner_id: UUID, new: NewEmployer, expected_version: int
) -> Partner:
    """Move the expert; offers to the new employer are withdrawn, endorsements and the release are asked anew."""
    row = partners.own(unit, actor=actor, partner_id=partner_id)
    check_version(row, expected_version)
    if not may_change(row) or row.organisation_id is None:
        raise NotAllowedNow("The employer can be changed by an expert who takes part or has paused.")
    home = unit.session.get(Organisation, new.organisation_id)
    problems = list(_problems(row, home, new.left_on, london_day(unit.now)))
    if problems or home is None:
        raise Rejected.several(problems)
    before, former = content_of(row), row.organisation_id
    with answering_for(unit):
        partner_homes.put_home(row, home)
        _keep_former(row, former, new.left_on, unit.now.date())
        _forget_endorsements(row.skills)
        row.updated_at = unit.now
    partners.record(unit, actor, CHANGE, row, before)
    releases.ask(unit, actor=actor, partner_id=row.id, expected_version=row.version)
    offer_withdrawals.withdraw_conflicted(unit, actor=actor, partner_id=row.id)
    repairs.queue_for_partner(unit, actor=actor, partner_id=row.id)
    return row


def _problems(row: Partner, home: Organisation | None, left_on: date, today: date) -> Iterator[Problem]:
    if home is None or not home.is_open_on(today):
        yield Problem("organisation", "Choose an organisation that is open")
    elif home.id == row.organisation_id:
        yield Problem("organisation", f"{home.name} is your employer already")
    if not FIRST_LEFT <= left_on <= today:
        yield Problem("left_on", "Enter the day you left: today or a day before, from the year 1950 on")


def _keep_former(row: Partner, former: UUID, left_on: date, today: date) -> None:
    """Declare the former employment, and end a declared employment there. Nothing else is confirmed by it."""
    for each in row.interests:
        if each.organisation_id == former and each.kind is InterestKind.EMPLOYMENT and each.ended_on is None:
            each.ended_on = today
    held = next(
        (
            each
            for each in row.interests
            if (each.organisation_id, each.kind) == (former, InterestKind.FORMER_EMPLOYMENT)
        ),
        None,
    )
    if held is None:
        held = Interest(organisation_id=former, kind=InterestKind.FORMER_EMPLOYMENT, declared_on=today)
        row.interests.append(held)
    held.left_on, held.confirmed_on, held.ended_on = left_on, today, None


def _forget_endorsements(skills: list[PartnerSkill]) -> None:
    """The former employer's word ends with the employment, also where a published story stands before it."""
    for each in skills:
        if each.evidence is SkillEvidence.EMPLOYER_ENDORSED:
            each.evidence = SkillEvidence.SELF_DECLARED
        if each.evidence_before is SkillEvidence.EMPLOYER_ENDORSED:
            each.evidence_before = SkillEvidence.SELF_DECLARED
        each.endorsed_on = each.endorsed_by = None
