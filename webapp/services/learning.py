"""What the rounds have taught: overruled matches and their price, answers to offers, waits, unmet need, outcomes."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.paging import Page, Paging, page_of
from webapp.store import learning as store
from webapp.store.decisions import Decision
from webapp.store.engagement_reviews import Better
from webapp.store.engagements import EngagementState
from webapp.store.matches import ProposedMatch
from webapp.store.offers import OfferState, Side
from webapp.store.partners import Partner
from webapp.store.rounds import Round
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

MOST_ROUNDS = 6
MOST_SKILLS = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A measure before and after, and whether it moved the right way."""

    measure: str
    before: float
    after: float
    improved: bool


@dataclass(frozen=True, slots=True)
class Supporter:
    """Who was offered to a request, how that stands, and what came of it."""

    name: str
    offer: OfferState
    engagement: EngagementState | None
    change: Change | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Overrule:
    """One proposed match that a reviewer set aside.

    ``price`` is the most that each level could lose by it, as told when it was proposed; ``since`` who has been
    offered to the request since, the newest first.
    """

    decision: Decision
    request: SupportRequest
    partner: Partner
    replacement: Partner | None
    price: Mapping[str, float]
    since: tuple[Supporter, ...]


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


def overrules(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID | None, paging: Paging) -> Page[Overrule]:
    """One page of the ledger, the newest first."""
    require(actor, Action.RUN_READ, hidden=False)
    page = page_of(unit.session, store.overrules(round_id), paging)
    matches = _matches(unit, [row.match_id for row in page.rows if row.match_id])
    replacements = _partners(
        unit, [row.replacement_partner_id for row in page.rows if row.replacement_partner_id]
    )
    since = _supporters(unit, {row.request_id for row in page.rows})
    rows = tuple(
        Overrule(
            decision=row,
            request=matches[row.match_id].request,
            partner=matches[row.match_id].partner,
            replacement=replacements.get(row.replacement_partner_id),
            price=_price(matches[row.match_id]),
            since=since.get(row.request_id, ()),
        )
        for row in page.rows
        if row.match_id is not None
    )
    return Page(rows, page.total, page.number, page.size)


def lessons(unit: UnitOfWork, *, actor: AnyActor) -> Lessons:
    """Answers to offers and outcomes of all time; waits and unmet need of the newest rounds."""
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
    return Lessons(
        answers=tuple(Answers(*row) for row in session.execute(store.answers())),
        waits=_waits(session.execute(store.waits([run.round_id for run in runs]))),
        unmet_reasons=_unmet(session.execute(store.unmet_reasons(run_ids))),
        unmet_skills=_unmet(session.execute(store.unmet_skills(run_ids).limit(MOST_SKILLS))),
        shapes=_outcomes(shapes),
        skills=_outcomes(skills)[:MOST_SKILLS],
    )


def rounds(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Round, ...]:
    """Rounds that the ledger can be narrowed to, the newest first."""
    require(actor, Action.RUN_READ, hidden=False)
    return tuple(unit.session.scalars(select(Round).order_by(Round.number.desc()).limit(100)))


def _matches(unit: UnitOfWork, keys: Iterable[UUID]) -> dict[UUID | None, ProposedMatch]:
    query = (
        select(ProposedMatch)
        .where(ProposedMatch.id.in_(tuple(keys)))
        .options(
            joinedload(ProposedMatch.partner),
            joinedload(ProposedMatch.request).joinedload(SupportRequest.beneficiary),
        )
        .order_by(ProposedMatch.id)
    )
    return {row.id: row for row in unit.session.scalars(query)}


def _partners(unit: UnitOfWork, keys: Iterable[UUID]) -> dict[UUID | None, Partner]:
    query = select(Partner).where(Partner.id.in_(tuple(keys))).order_by(Partner.id)
    return {row.id: row for row in unit.session.scalars(query)}


def _supporters(unit: UnitOfWork, requests: Iterable[UUID]) -> dict[UUID, tuple[Supporter, ...]]:
    found: dict[UUID, list[Supporter]] = defaultdict(list)
    for row in unit.session.execute(store.supporters(requests)):
        request_id, name, offer, engagement, measure, better, before, after, score = row
        improved = _improved(better, before, after)
        change = None
        if improved is not None:
            change = Change(measure, float(before) / 1000, float(after) / 1000, improved)
        mean = None if score is None else float(score)
        found[request_id].append(Supporter(name, offer, engagement, change, mean))
    return {key: tuple(rows) for key, rows in found.items()}


def _price(match: ProposedMatch) -> dict[str, float]:
    return {
        each["level"]: float(each["loss"]) for each in match.evidence.get("contribution", ()) if each["loss"]
    }


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
            _improved(better, before, after),
        )
    return found


def _improved(better: Better | None, before: Any, after: Any) -> bool | None:
    """Whether a measure moved the right way; nothing before it was measured twice."""
    if before is None or after is None:
        return None
    return bool(after > before if better is Better.HIGHER else after < before)


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
