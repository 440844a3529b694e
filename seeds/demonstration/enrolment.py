"""Enters the invented experts and teams.

The two behind an account register through the services, as people do. The others are written as rows at
once, with the same content and one audit entry each: five service calls for each would take too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from seeds.demonstration import calibration
from seeds.demonstration.calendar import morning, on
from seeds.demonstration.people import SEED
from seeds.demonstration.records import PartnerRecord
from seeds.identities import identity
from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.services import (
    capacity,
    employees,
    interests,
    partner_enrolment,
    partner_skills,
    partners,
    releases,
)
from webapp.services.capacity import DaysDeclared
from webapp.services.interests import InterestDeclared
from webapp.services.partner_skills import SkillHeld
from webapp.services.partners import Profile
from webapp.store.capacity import CapacityMonth
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind
from webapp.store.partners import (
    CostBasis,
    Delivery,
    Interest,
    InterestKind,
    Partner,
    PartnerKind,
    PartnerSkill,
    PartnerState,
    Reach,
    Release,
    ReleaseState,
    SkillEvidence,
)
from webapp.store.unit_of_work import UnitOfWork

INVENTED = "Invented for the demonstration"
OTHERS_WORD = (SkillEvidence.EMPLOYER_ENDORSED, SkillEvidence.PUBLISHED_OUTCOME)
"""What stands behind a skill and is never the holder's own word."""
MONTHS = (*calibration.MONTHS, *calibration.LATER_MONTHS)

Bodies = Mapping[str, Organisation]


def add_team_bodies(unit: UnitOfWork, records: Iterable[PartnerRecord]) -> None:
    """The invented bodies behind the teams, marked as ours and as invented."""
    for record in records:
        unit.session.add(
            Organisation(
                id=identity("organisation", record.organisation),
                code=record.organisation,
                code_source=CodeSource.OURS,
                name=record.name,
                kind=OrganisationKind.SUPPORT_ORGANISATION,
                region_code=record.region,
                icb_code=record.board,
                latitude=record.place[0],
                longitude=record.place[1],
                source=INVENTED,
            )
        )
    unit.flush()


def write_rows(unit: UnitOfWork, records: Iterable[PartnerRecord], bodies: Bodies) -> None:
    """Partners without an account behind them, each active, with skills, days, interests and release."""
    on(unit, calibration.PROFILES_CHECKED)
    found = [(_row(record, bodies), (*record.days, *record.later_days)) for record in records]
    unit.session.add_all(row for row, _ in found)
    unit.flush()
    unit.session.add_all(
        CapacityMonth(partner_id=row.id, month=month, days=offered)
        for row, days in found
        for month, offered in zip(MONTHS, days, strict=True)
        if offered
    )
    for row, _ in found:
        partners.record(unit, SEED, Action.PARTNER_EDIT, row, None)
    unit.flush()


def register(unit: UnitOfWork, record: PartnerRecord, bodies: Bodies, person: Actor) -> Partner:
    """The partner behind an account, through the services."""
    on(unit, calibration.PROFILES_CHECKED)
    row = _registered(unit, record, bodies[record.organisation].id, person)
    actor = replace(person, partner_id=row.id)
    skills = _skills(record)
    own_word = [
        replace(each, evidence=SkillEvidence.SELF_DECLARED) if each.evidence in OTHERS_WORD else each
        for each in skills
    ]
    partner_skills.save_skills(
        unit, actor=actor, partner_id=row.id, skills=own_word, expected_version=row.version
    )
    for each in skills:
        if each.evidence in OTHERS_WORD:
            _vouch(unit, row, each)
    days = zip(MONTHS, (*record.days, *record.later_days), strict=True)
    declared = {month: DaysDeclared(offered) for month, offered in days}
    capacity.declare(unit, actor=actor, partner_id=row.id, days=declared)
    if record.release is not None:
        state = ReleaseState(record.release)
        releases.decide(unit, actor=SEED, partner_id=row.id, state=state, expected_version=row.version)
    on(unit, record.interests_confirmed_on)
    interests.declare_interests(
        unit,
        actor=actor,
        partner_id=row.id,
        interests=_interests(record, bodies),
        expected_version=row.version,
    )
    on(unit, calibration.AS_OF)
    return partners.move(
        unit, actor=actor, partner_id=row.id, to=PartnerState.ACTIVE, expected_version=row.version
    )


def _registered(unit: UnitOfWork, record: PartnerRecord, home_id: UUID, person: Actor) -> Partner:
    profile = _profile(record)
    if record.is_expert:
        return partner_enrolment.register_expert(
            unit, actor=person, home_id=home_id, profile=profile, reference=record.reference
        )
    return partner_enrolment.register_team(unit, actor=person, profile=profile, reference=record.reference)


def _vouch(unit: UnitOfWork, row: Partner, skill: SkillHeld) -> None:
    """The employer's word for an expert's skill; what no employer of the demonstration can say is written as it is."""
    if row.kind is PartnerKind.EXPERT and skill.evidence is SkillEvidence.EMPLOYER_ENDORSED:
        employees.endorse(
            unit, actor=SEED, partner_id=row.id, skill_code=skill.skill_code, expected_version=row.version
        )
        return
    held = next(each for each in row.skills if each.skill_code == skill.skill_code)
    held.evidence = skill.evidence
    unit.flush()


def _profile(record: PartnerRecord) -> Profile:
    return Profile(
        name=record.name,
        summary=record.summary,
        reach=Reach(record.reach),
        delivery=Delivery(record.delivery),
        max_concurrent=record.max_concurrent,
        smallest_block_days=record.smallest_block,
        cost_basis=CostBasis(record.cost_basis),
    )


def _skills(record: PartnerRecord) -> tuple[SkillHeld, ...]:
    return tuple(
        SkillHeld(skill.code, skill.level, skill.year, SkillEvidence(skill.evidence))
        for skill in record.skills
    )


def _interests(record: PartnerRecord, bodies: Bodies) -> tuple[InterestDeclared, ...]:
    return tuple(
        InterestDeclared(bodies[item.organisation].id, InterestKind(item.kind), left_on=item.left_on)
        for item in record.interests
    )


def _row(record: PartnerRecord, bodies: Bodies) -> Partner:
    profile = _profile(record)
    home = bodies[record.organisation]
    return Partner(
        id=record.id,
        reference=record.reference,
        kind=PartnerKind(record.kind),
        state=PartnerState.ACTIVE,
        name=profile.name,
        summary=profile.summary,
        organisation_id=home.id,
        region_code=record.region,
        icb_code=record.board,
        latitude=record.place[0],
        longitude=record.place[1],
        reach=profile.reach,
        delivery=profile.delivery,
        max_concurrent=profile.max_concurrent,
        smallest_block_days=profile.smallest_block_days,
        cost_basis=profile.cost_basis,
        interests_confirmed_on=record.interests_confirmed_on,
        checked_on=calibration.PROFILES_CHECKED,
        skills=[_skill_row(skill) for skill in _skills(record)],
        interests=[_interest_row(item, record) for item in _interests(record, bodies)],
        releases=_releases(record, home.id),
    )


def _skill_row(skill: SkillHeld) -> PartnerSkill:
    return PartnerSkill(
        skill_code=skill.skill_code,
        level=skill.level,
        last_used_year=skill.last_used_year,
        evidence=skill.evidence,
    )


def _interest_row(item: InterestDeclared, record: PartnerRecord) -> Interest:
    return Interest(
        organisation_id=item.organisation_id,
        kind=item.kind,
        left_on=item.left_on,
        declared_on=record.interests_confirmed_on,
        confirmed_on=record.interests_confirmed_on,
    )


def _releases(record: PartnerRecord, home_id: UUID) -> list[Release]:
    if record.release is None:
        return []
    state = ReleaseState(record.release)
    decided_at = None if state is ReleaseState.ASKED else morning(calibration.PROFILES_CHECKED)
    return [
        Release(
            organisation_id=home_id,
            state=state,
            asked_on=calibration.PROFILES_CHECKED,
            decided_at=decided_at,
        )
    ]
