"""The skills of a support partner, each with level, evidence and the year of last use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import free_text, partners
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import Problem, check_version, stop_at
from webapp.store import taxonomy
from webapp.store.partners import Partner, PartnerSkill, SkillEvidence
from webapp.store.taxonomy import HELD_KINDS
from webapp.store.unit_of_work import UnitOfWork

MOST_SKILLS = 60
CLAIMED: Mapping[SkillEvidence, tuple[str, str]] = {
    SkillEvidence.EMPLOYER_ENDORSED: (
        "Only your employer can endorse a skill; choose something else",
        "Your employer endorsed level {level}. For a higher level choose something else here, "
        "and ask for a new endorsement",
    ),
    SkillEvidence.PUBLISHED_OUTCOME: (
        "Only a published story of an engagement counts as a published outcome; choose something else",
        "Your published story shows level {level}. For a higher level choose something else here",
    ),
}
"""Evidence that is never chosen by hand: what is said to whoever claims it, or carries it to a higher level."""


@dataclass(frozen=True, slots=True)
class SkillHeld:
    """A skill at a level from 1 to 4, with what stands behind it."""

    skill_code: str
    level: int
    last_used_year: int | None = None
    evidence: SkillEvidence = SkillEvidence.SELF_DECLARED
    evidence_note: str = ""


def save_skills(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, skills: Iterable[SkillHeld], expected_version: int
) -> Partner:
    """Replace the skills held, each with level, evidence and the year of last use."""
    row = partners.own(unit, actor=actor, partner_id=partner_id)
    check_version(row, expected_version)
    wanted = tuple(skills)
    held = {each.skill_code: each for each in row.skills}
    problems = list(_skill_problems(unit, wanted))
    if isinstance(actor, Actor):
        problems += _claim_problems(held, wanted)
    stop_at(problems)
    before = {"skills": [content_of(each) for each in row.skills]}
    with answering_for(unit):
        row.skills = [_skill(held.get(each.skill_code), each) for each in wanted]
        row.checked_on, row.updated_at = unit.now.date(), unit.now
    partners.record(unit, actor, Action.PARTNER_EDIT, row, before)
    return row


def _skill_problems(unit: UnitOfWork, skills: tuple[SkillHeld, ...]) -> Iterable[Problem]:
    codes = [each.skill_code for each in skills]
    if len(skills) > MOST_SKILLS:
        yield Problem("skills", f"Choose {MOST_SKILLS} skills or fewer")
    if len(set(codes)) < len(codes):
        yield Problem("skills", "Choose each skill once")
    if set(codes) - taxonomy.known(unit.session, codes, HELD_KINDS):
        yield Problem("skills", "Choose skills from the list")
    if any(not 1 <= each.level <= 4 for each in skills):
        yield Problem("skills", "Choose a level from 1 to 4 for each skill")
    this_year = unit.now.year
    if any(
        each.last_used_year is not None and not 1950 <= each.last_used_year <= this_year for each in skills
    ):
        yield Problem("last_used_year", f"Enter a year from 1950 to {this_year}")
    for each in skills:
        yield from free_text.problems("evidence_note", free_text.clean(each.evidence_note), most=500)


def count_as_published(unit: UnitOfWork, row: Partner, codes: Iterable[str]) -> None:
    """A published story stands behind these skills, as far as the partner holds them."""
    wanted = set(codes)
    for each in row.skills:
        if each.skill_code in wanted and each.evidence is not SkillEvidence.PUBLISHED_OUTCOME:
            each.evidence_before, each.evidence = each.evidence, SkillEvidence.PUBLISHED_OUTCOME
    row.updated_at = unit.now


def count_no_longer(unit: UnitOfWork, row: Partner, codes: Iterable[str]) -> None:
    """No published story stands behind these skills any more: each rests again on what it had before."""
    wanted = set(codes)
    for each in row.skills:
        if each.skill_code in wanted and each.evidence_before is not None:
            each.evidence, each.evidence_before = each.evidence_before, None
    row.updated_at = unit.now


def _claim_problems(held: Mapping[str, PartnerSkill], skills: tuple[SkillHeld, ...]) -> Iterable[Problem]:
    """What others vouch for, at one level: nobody claims it, or carries it to a higher one."""
    for wanted in skills:
        if wanted.evidence not in CLAIMED:
            continue
        known = held.get(wanted.skill_code)
        claimed, too_high = CLAIMED[wanted.evidence]
        if known is None or known.evidence is not wanted.evidence:
            yield Problem("evidence", claimed)
        elif wanted.level > known.level:
            yield Problem("evidence", too_high.format(level=known.level))


def _skill(held: PartnerSkill | None, wanted: SkillHeld) -> PartnerSkill:
    row = held or PartnerSkill(skill_code=wanted.skill_code)
    row.level, row.last_used_year = wanted.level, wanted.last_used_year
    row.evidence, row.evidence_note = wanted.evidence, free_text.clean(wanted.evidence_note)
    if wanted.evidence is not SkillEvidence.PUBLISHED_OUTCOME:
        row.evidence_before = None
    if wanted.evidence not in CLAIMED:
        row.endorsed_on = row.endorsed_by = None
    return row
