"""Support partners with skills, days and a confirmed declaration of interests."""

from __future__ import annotations

from collections.abc import Mapping

from tests.factories.rounds import JOB
from webapp.services import capacity, interests, partner_enrolment, partner_skills, partners, releases
from webapp.services.capacity import DaysDeclared
from webapp.services.interests import InterestDeclared
from webapp.services.partner_skills import SkillHeld
from webapp.services.partners import Profile
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner, PartnerKind, PartnerState, ReleaseState
from webapp.store.unit_of_work import UnitOfWork

MONTHS = tuple(f"2027-{number:02d}" for number in range(1, 7))
SKILLS = (SkillHeld("UEC-FLO-DIS", 3, 2026), SkillHeld("M-PDSA", 2, 2025))


def active_partner(
    unit: UnitOfWork,
    home: Organisation,
    reference: str,
    *,
    kind: PartnerKind = PartnerKind.EXPERT,
    skills: tuple[SkillHeld, ...] = SKILLS,
    days: Mapping[str, int] | int = 2,
    declared: tuple[InterestDeclared, ...] = (),
    **profile: object,
) -> Partner:
    """A partner that takes part, with the same days in each month of the factory round unless given."""
    row = partner_enrolment.enrol(
        unit,
        actor=JOB,
        kind=kind,
        organisation_id=home.id,
        profile=Profile(f"Partner {reference}", **profile),
        reference=reference,
    )
    version = {"expected_version": row.version}
    row = partner_skills.save_skills(unit, actor=JOB, partner_id=row.id, skills=skills, **version)
    row = interests.declare_interests(
        unit, actor=JOB, partner_id=row.id, interests=declared, expected_version=row.version
    )
    if kind is PartnerKind.EXPERT:
        row = releases.decide(
            unit, actor=JOB, partner_id=row.id, state=ReleaseState.GIVEN, expected_version=row.version
        )
    by_month = days if isinstance(days, Mapping) else dict.fromkeys(MONTHS, days)
    capacity.declare(
        unit,
        actor=JOB,
        partner_id=row.id,
        days={month: DaysDeclared(each) for month, each in by_month.items()},
    )
    return partners.move(
        unit, actor=JOB, partner_id=row.id, to=PartnerState.ACTIVE, expected_version=row.version
    )
