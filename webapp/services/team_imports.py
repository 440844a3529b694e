"""What a file of members changes for their team: pooled days and skills, previewed, then saved whole or not at all.

The members themselves are not kept: the team's capacity is the sum of their days, its level in a skill the
highest of theirs. What the file does not name stays as it is; a file that is imported again changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.services import capacity, partner_skills, partners, team_file
from webapp.services.capacity import DaysDeclared, months_from
from webapp.services.csv_text import FileRefusedError, Problem
from webapp.services.failures import NotFound, Rejected
from webapp.services.partner_skills import SkillHeld
from webapp.services.team_file import Known, Member
from webapp.store import capacity as capacity_rows
from webapp.store.capacity import MOST_DAYS
from webapp.store.partners import Partner, PartnerKind, SkillEvidence
from webapp.store.taxonomy import HELD_KINDS, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

LONGEST_POOLED = 20_000
TEMPLATE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Pooled:
    """What the members amount to: days by month, and (level, year) by skill."""

    members: int
    days: Mapping[str, int]
    skills: Mapping[str, tuple[int, int | None]]

    def written(self) -> str:
        """As text that travels with the preview's form."""
        skills = {code: list(each) for code, each in sorted(self.skills.items())}
        content = {"members": self.members, "days": dict(sorted(self.days.items())), "skills": skills}
        return json.dumps(content, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change: each month and skill with before and after (None: not there yet)."""

    pooled: Pooled
    days: Mapping[str, tuple[int, int]]
    skills: Mapping[str, tuple[int | None, int]]

    @property
    def count(self) -> int:
        """How many months and skills would change."""
        return len(self.days) + len(self.skills)


def team(unit: UnitOfWork, *, actor: Actor, partner_id: UUID) -> Partner:
    """The team whose members are imported; an expert has none."""
    row = partners.require_own(unit, actor=actor, partner_id=partner_id, action=Action.CAPACITY_DECLARE)
    if row.kind is not PartnerKind.SUPPORT_ORGANISATION:
        raise NotFound("no team")
    return row


def codes(unit: UnitOfWork) -> dict[str, str]:
    """Every skill that a member may hold, by code."""
    query = select(TaxonomyNode.code, TaxonomyNode.label).where(TaxonomyNode.kind.in_(HELD_KINDS))
    return {code: label for code, label in unit.session.execute(query.order_by(TaxonomyNode.code))}


def template_head(unit: UnitOfWork) -> tuple[str, ...]:
    """The first line of the file, with the coming 12 months."""
    return (team_file.MEMBER, team_file.SKILLS, *months_from(unit, TEMPLATE_MONTHS))


def read(unit: UnitOfWork, *, content: bytes) -> Pooled:
    """The members of a file, pooled; raises ``FileRefusedError`` with each problem and its place."""
    known = Known(codes(unit).keys(), months_from(unit, capacity.MONTHS_AHEAD), unit.now.year)
    return _pool(team_file.read(content, known))


def pooled_of(text: str) -> Pooled:
    """What a preview carried; raises ``Rejected`` where it was not ours (its values are checked on saving)."""
    try:
        content: Any = json.loads(text[:LONGEST_POOLED])
        return Pooled(
            members=_whole(content["members"]),
            days={str(month): _whole(days) for month, days in content["days"].items()},
            skills={
                str(code): (_whole(level), _year(year)) for code, (level, year) in content["skills"].items()
            },
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Rejected(None, "The preview could not be read again. Send the file once more") from error


def preview(unit: UnitOfWork, *, actor: Actor, partner_id: UUID, pooled: Pooled) -> Preview:
    """What importing would change."""
    row = team(unit, actor=actor, partner_id=partner_id)
    present = capacity_rows.months_of(unit.session, row.id, pooled.days)
    before = {month: present[month].days if month in present else 0 for month in pooled.days}
    held = {each.skill_code: each for each in row.skills}
    return Preview(
        pooled=pooled,
        days={month: (before[month], days) for month, days in pooled.days.items() if before[month] != days},
        skills={
            code: (held[code].level if code in held else None, level)
            for code, (level, year) in pooled.skills.items()
            if code not in held or (held[code].level, held[code].last_used_year) != (level, year)
        },
    )


def save(
    unit: UnitOfWork, *, actor: Actor, partner_id: UUID, pooled: Pooled, expected_version: int
) -> Preview:
    """Save what the preview showed, all of it or nothing; a cut below promised days names the month."""
    found = preview(unit, actor=actor, partner_id=partner_id, pooled=pooled)
    row = team(unit, actor=actor, partner_id=partner_id)
    if found.days:
        present = capacity_rows.months_of(unit.session, row.id, found.days)
        days = {
            month: DaysDeclared(after, present[month].version if month in present else 0)
            for month, (_, after) in found.days.items()
        }
        capacity.declare(unit, actor=actor, partner_id=row.id, days=days)
    if found.skills:
        partner_skills.save_skills(
            unit,
            actor=actor,
            partner_id=row.id,
            skills=_merged(row, {code: pooled.skills[code] for code in found.skills}),
            expected_version=expected_version,
        )
    return found


def _pool(members: Iterable[Member]) -> Pooled:
    known = tuple(members)
    days: dict[str, int] = {}
    skills: dict[str, tuple[int, int | None]] = {}
    for member in known:
        for month, count in member.days.items():
            days[month] = days.get(month, 0) + count
        for code, held in member.skills.items():
            level, year = skills.get(code, (0, None))
            better, older = max((level, year or 0), (held.level, held.year or 0))
            skills[code] = (better, older or None)
    too_many = [month for month, count in sorted(days.items()) if count > MOST_DAYS]
    if too_many:
        words = f"The members offer more than {MOST_DAYS:,} days together in {too_many[0]}."
        raise FileRefusedError([Problem(0, 0, words)])
    return Pooled(len(known), days, skills)


def _merged(row: Partner, wanted: Mapping[str, tuple[int, int | None]]) -> list[SkillHeld]:
    kept = {
        each.skill_code: SkillHeld(
            each.skill_code, each.level, each.last_used_year, each.evidence, each.evidence_note
        )
        for each in row.skills
    }
    for code, (level, year) in wanted.items():
        held = kept.get(code)
        evidence, note = (held.evidence, held.evidence_note) if held else (SkillEvidence.SELF_DECLARED, "")
        kept[code] = SkillHeld(code, level, year, evidence, note)
    return list(kept.values())


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= 1_000_000:
        raise ValueError("not a whole number")
    return value


def _year(value: Any) -> int | None:
    return None if value is None else _whole(value)
