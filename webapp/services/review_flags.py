"""Which marks on a match ask for judgement, and which only inform (docs/adr/0022).

A match that asks for judgement comes first in the work list and is never approved at once with others. What only
informs comes along with others when the reviewer says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, cast, func

from matcher.candidates.reasons import ReviewFlag
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.review import own_region, with_decisions
from webapp.store.matches import ProposedMatch
from webapp.store.unit_of_work import UnitOfWork

INFORMING = (ReviewFlag.SAME_ICB,)


class Alongside(StrEnum):
    """What may be approved at once if the reviewer says so."""

    SAME_ICB = "same_icb"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Undecided matches without a flag that asks for judgement: those without any mark, and those with one."""

    plain: int
    same_icb: int
    close: int
    both: int

    @property
    def total(self) -> int:
        """All that could be approved at once."""
        return self.plain + self.same_icb + self.close + self.both


def to_judge(flags: Iterable[str]) -> list[str]:
    """The flags that ask for judgement."""
    return [each for each in flags if each not in INFORMING]


def informing(flags: Iterable[str]) -> list[str]:
    """The flags that only inform."""
    return [each for each in flags if each in INFORMING]


def holds_back(match: ProposedMatch, also: frozenset[Alongside]) -> bool:
    """Whether a mark keeps a match from being approved at once."""
    marks = {Alongside.SAME_ICB} if informing(match.flags) else set()
    marks |= {Alongside.CLOSE} if match.is_close else set()
    return bool(to_judge(match.flags)) or not marks <= also


def number_to_judge() -> ColumnElement[int]:
    """How many flags of a match ask for judgement, for the database."""
    return ProposedMatch.flag_count - sum((case((carries(flag), 1), else_=0) for flag in INFORMING), start=0)


def carries(flag: str) -> Any:
    """Whether a match carries a flag, for the database."""
    return cast(ProposedMatch.flags, String).like(f'%"{flag}"%')


def waiting(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Waiting:
    """How many matches of the run nobody has decided on, by the marks that do not ask for judgement."""
    require(actor, Action.PROPOSAL_READ, region_code=own_region(actor), hidden=False)
    query, decision = with_decisions(run_id)
    informs = case((carries(ReviewFlag.SAME_ICB), 1), else_=0)
    counted = (
        query.where(number_to_judge() == 0, decision.id.is_(None))
        .with_only_columns(informs, ProposedMatch.is_close, func.count(), maintain_column_froms=True)
        .group_by(informs, ProposedMatch.is_close)
    )
    found = {(bool(same), bool(close)): number for same, close, number in unit.session.execute(counted)}
    return Waiting(
        plain=found.get((False, False), 0),
        same_icb=found.get((True, False), 0),
        close=found.get((False, True), 0),
        both=found.get((True, True), 0),
    )
