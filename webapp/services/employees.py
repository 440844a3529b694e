"""An employer's own people who offer support: reading their profiles, and endorsing their skills.

Whether they are released is said in ``releases``. The employer reads and vouches; the profile itself stays
the expert's.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import require
from webapp.services import messages, partners, releases
from webapp.services.capacity import months_from
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, check_version
from webapp.services.paging import Page, Paging, page_of
from webapp.store import taxonomy
from webapp.store.capacity import months_of
from webapp.store.offers import live_of_partner
from webapp.store.partners import Partner, PartnerKind, PartnerSkill, PartnerState, SkillEvidence
from webapp.store.unit_of_work import UnitOfWork

VOUCHED = frozenset({SkillEvidence.EMPLOYER_ENDORSED, SkillEvidence.PUBLISHED_OUTCOME})
"""Evidence that an endorsement adds nothing to."""


def listing(unit: UnitOfWork, *, actor: Actor, paging: Paging) -> Page[Partner]:
    """Experts of the actor's organisation who have not left, by name; skills and releases loaded."""
    require(actor, Action.PARTNER_RELEASE, organisation_id=actor.organisation_id, hidden=False)
    query = (
        select(Partner)
        .where(
            Partner.organisation_id == actor.organisation_id,
            Partner.kind == PartnerKind.EXPERT,
            Partner.state != PartnerState.LEFT,
        )
        .options(selectinload(Partner.skills), selectinload(Partner.releases))
        .order_by(Partner.name, Partner.reference)
    )
    return page_of(unit.session, query, paging)


def employee(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> Partner:
    """One of them; anybody else's person is not there."""
    row = partners.load(unit, partner_id)
    if row.kind is not PartnerKind.EXPERT:
        raise NotFound("not an expert")
    if not isinstance(actor, SystemActor):
        require(actor, Action.PARTNER_ENDORSE, organisation_id=row.organisation_id)
    return row


def live_offers(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> int:
    """How many offers and engagements of the person stand now: what withdrawing a release leaves as it is."""
    employee(unit, actor=actor, partner_id=partner_id)
    return live_of_partner(unit.session, partner_id)


def days_offered(unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID) -> dict[str, int]:
    """The days that the person offers in each of the coming 12 months: what a release is about."""
    employee(unit, actor=actor, partner_id=partner_id)
    rows = months_of(unit.session, partner_id, months_from(unit))
    return {month: row.days for month, row in rows.items()}


def endorse(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, skill_code: str, expected_version: int
) -> Partner:
    """The employer vouches for a skill at the level that stands now."""
    row, skill = _skill(unit, actor, partner_id, skill_code, expected_version)
    if skill.evidence in VOUCHED:
        raise NotAllowedNow("This skill needs no endorsement: it is endorsed, or published, already.")
    before = content_of(skill)
    with answering_for(unit):
        skill.evidence = SkillEvidence.EMPLOYER_ENDORSED
        skill.endorsed_on = unit.now.date()
        skill.endorsed_by = actor.user_id if isinstance(actor, Actor) else None
        row.updated_at = unit.now
    partners.record(unit, actor, Action.PARTNER_ENDORSE, row, before)
    if row.user_id is not None and isinstance(actor, Actor):
        labels = taxonomy.labels(unit.session, [skill_code])
        messages.post(
            unit,
            kind="partner.skills_endorsed",
            to_user_id=row.user_id,
            about={
                "organisation": row.organisation.name if row.organisation else "",
                "skill": labels.get(skill_code, skill_code),
            },
            dedupe_key=f"partner.skills_endorsed:{row.id}:{skill_code}:{row.version}",
        )
    return row


def take_back(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, skill_code: str, expected_version: int
) -> Partner:
    """The employer no longer vouches for a skill: the expert's own word stands behind it again."""
    row, skill = _skill(unit, actor, partner_id, skill_code, expected_version)
    if skill.evidence is not SkillEvidence.EMPLOYER_ENDORSED:
        raise NotAllowedNow("This skill is not endorsed.")
    before = content_of(skill)
    with answering_for(unit):
        skill.evidence = SkillEvidence.SELF_DECLARED
        skill.endorsed_on = skill.endorsed_by = None
        row.updated_at = unit.now
    partners.record(unit, actor, Action.PARTNER_ENDORSE, row, before)
    return row


def _skill(
    unit: UnitOfWork, actor: AnyActor, partner_id: UUID, skill_code: str, expected_version: int
) -> tuple[Partner, PartnerSkill]:
    row = employee(unit, actor=actor, partner_id=partner_id)
    releases.refuse_own(actor, row)
    check_version(row, expected_version)
    skill = next((each for each in row.skills if each.skill_code == skill_code), None)
    if skill is None:
        raise NotFound("no such skill")
    return row, skill
