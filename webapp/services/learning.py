"""What the rounds have taught, counted: decisions, answers to offers, waits, unmet need, outcomes."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.store import learning as store
from webapp.store.decisions import DecisionKind
from webapp.store.engagements import EngagementState
from webapp.store.offers import OfferState, Side
from webapp.store.rounds import Round
from webapp.store.unit_of_work import UnitOfWork

SETTLING, OVERRULING = store.SETTLING, store.OVERRULING
MOST_ROUNDS = 6
MOST_SKILLS = 20


@dataclass(frozen=True, slots=True)
class Verdicts:
    """How people decided on the proposals of one round, by kind of decision."""

    round: int
    by_kind: Mapping[DecisionKind, int]

    @property
    def decided(self) -> int:
        """Proposals that were decided on, whatever the decision."""
        return sum(self.by_kind.values())

    @property
    def overruled(self) -> int:
        """Those that were set aside."""
        return sum(self.by_kind.get(kind, 0) for kind in store.OVERRULING)

    @property
    def rate(self) -> float:
        """The share of decided proposals that were set aside."""
        return self.overruled / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True)
class Answers:
    """How many offers ended in a state, and for declined ones by whom and why."""

    state: OfferState
    side: Side | None
    reason: str
    offers: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Median days of one round: from a request sent in to its offer, and from the offer to its answer."""

    round: int
    offers: int
    to_offer: float | None
    to_answer: float | None


@dataclass(frozen=True, slots=True)
class Unmet:
    """Requests short of days that share a reason or an essential skill."""

    code: str
    requests: int
    days: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Ended engagements of one shape or skill; ``better`` of ``measured`` moved the right way."""

    code: str
    ended: int
    early: int
    score: float | None
    measured: int
    better: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """All but the ledger of overrules."""

    verdicts: tuple[Verdicts, ...]
    answers: tuple[Answers, ...]
    waits: tuple[Wait, ...]
    unmet_reasons: tuple[Unmet, ...]
    unmet_skills: tuple[Unmet, ...]
    shapes: tuple[Outcomes, ...]
    skills: tuple[Outcomes, ...]


@dataclass(frozen=True, slots=True)
class _Ended:
    shape: str
    early: bool
    score: float | None
    improved: bool | None


def lessons(unit: UnitOfWork, *, actor: AnyActor) -> Lessons:
    """Answers to offers and outcomes of all time; decisions, waits and unmet need of the newest rounds."""
    require(actor, Action.RUN_READ, hidden=False)
    session = unit.session
    runs = list(session.scalars(store.current_runs(MOST_ROUNDS)))
    run_ids = [run.id for run in runs]
    ended = _ended(unit)
    skills: dict[str, list[_Ended]] = defaultdict(list)
    for key, skill in session.execute(store.skills_of_engagements()):
        skills[skill].append(ended[key])
    shapes: dict[str, list[_Ended]] = defaultdict(list)
    for each in ended.values():
        shapes[each.shape].append(each)
    round_ids = [run.round_id for run in runs]
    return Lessons(
        verdicts=_verdicts(session.execute(store.verdicts(round_ids))),
        answers=tuple(Answers(*row) for row in session.execute(store.answers())),
        waits=_waits(session.execute(store.waits(round_ids))),
        unmet_reasons=_unmet(session.execute(store.unmet_reasons(run_ids))),
        unmet_skills=_unmet(session.execute(store.unmet_skills(run_ids).limit(MOST_SKILLS))),
        shapes=_outcomes(shapes),
        skills=_outcomes(skills)[:MOST_SKILLS],
    )


def rounds(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Round, ...]:
    """Rounds that the ledger can be narrowed to, the newest first."""
    require(actor, Action.RUN_READ, hidden=False)
    return tuple(unit.session.scalars(select(Round).order_by(Round.number.desc()).limit(100)))


def _verdicts(rows: Iterable[tuple[int, DecisionKind, int]]) -> tuple[Verdicts, ...]:
    found: dict[int, dict[DecisionKind, int]] = defaultdict(dict)
    for number, kind, pairs in rows:
        found[number][kind] = pairs
    return tuple(Verdicts(number, found[number]) for number in sorted(found))


def _waits(rows: Iterable[tuple[int, datetime | None, date, datetime | None]]) -> tuple[Wait, ...]:
    offered: dict[int, list[int]] = defaultdict(list)
    answered: dict[int, list[int]] = defaultdict(list)
    count: dict[int, int] = defaultdict(int)
    for number, submitted_at, offered_on, answered_at in rows:
        count[number] += 1
        if submitted_at is not None:
            offered[number].append((offered_on - submitted_at.date()).days)
        if answered_at is not None:
            answered[number].append((answered_at.date() - offered_on).days)
    return tuple(
        Wait(number, count[number], _median(offered[number]), _median(answered[number]))
        for number in sorted(count)
    )


def _median(days: list[int]) -> float | None:
    return float(statistics.median(days)) if days else None


def _unmet(rows: Iterable[tuple[str, int, int]]) -> tuple[Unmet, ...]:
    return tuple(Unmet(code, requests, int(days)) for code, requests, days in rows)


def _ended(unit: UnitOfWork) -> dict[UUID, _Ended]:
    found = {}
    for key, shape, state, score, better, before, after in unit.session.execute(store.outcomes()):
        found[key] = _Ended(
            shape.value if shape else "",
            state is EngagementState.ENDED_EARLY,
            None if score is None else float(score),
            better.improved(before, after) if better else None,
        )
    return found


def _outcomes(groups: Mapping[str, list[_Ended]]) -> tuple[Outcomes, ...]:
    """The groups with most engagements first."""
    ordered = sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(_outcome(code, ended) for code, ended in ordered)


def _outcome(code: str, ended: list[_Ended]) -> Outcomes:
    scores = [each.score for each in ended if each.score is not None]
    measured = [each.improved for each in ended if each.improved is not None]
    return Outcomes(
        code=code,
        ended=len(ended),
        early=sum(each.early for each in ended),
        score=round(statistics.fmean(scores), 2) if scores else None,
        measured=len(measured),
        better=sum(measured),
    )
