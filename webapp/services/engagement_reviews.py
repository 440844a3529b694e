"""How an engagement goes: check-ins at six weeks and six months, its outcome over time, each side's rating."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import audit
from webapp.services import engagement_rows as rows
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, check_version
from webapp.services.working_days import london_day
from webapp.store.engagement_reviews import (
    MOST_THOUSANDTHS,
    Better,
    CheckIn,
    CheckInAnswer,
    CheckInKind,
    Outcome,
    OutcomePoint,
    Phase,
    Progress,
    Rating,
)
from webapp.store.engagements import OVER_STATES, Engagement, EngagementState
from webapp.store.offers import Side
from webapp.store.unit_of_work import UnitOfWork

Reviewed = CheckInAnswer | Outcome | OutcomePoint | Rating
FIRST_MEASURED = date(2000, 1, 1)
MOST_POINTS = 100
CHECK_IN_OPENS = timedelta(weeks=2)
"""How long before the day it is due a check-in can be answered."""
MEASURED_STATES = (EngagementState.AGREED, EngagementState.ACTIVE, EngagementState.PAUSED, *OVER_STATES)
SAID_ALREADY = NotAllowedNow("Your side has answered this check-in already.")
RATED_ALREADY = NotAllowedNow("Your side has rated this engagement already.")


@dataclass(frozen=True, slots=True)
class CheckInSaid:
    """What one side says at a check-in."""

    progress: Progress
    words: str = ""
    needs_help: bool = False


@dataclass(frozen=True, slots=True)
class OutcomeSaid:
    """What is measured, which way is better, and what came of it."""

    measure: str
    unit: str
    better: Better
    words: str = ""


def check_ins_from(engagement_id: UUID, started_on: date) -> tuple[CheckIn, CheckIn]:
    """Both check-ins with the days they are due: six weeks, and the same day six months on."""
    due = {
        CheckInKind.SIX_WEEKS: started_on + timedelta(weeks=6),
        CheckInKind.SIX_MONTHS: months_on(started_on, 6),
    }
    first, second = (CheckIn(engagement_id=engagement_id, kind=kind, due_on=day) for kind, day in due.items())
    return first, second


def months_on(day: date, months: int) -> date:
    """The same day so many months on, or that month's last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def opens_on(check_in: CheckIn) -> date:
    """The first day on which a check-in can be answered while the work goes on."""
    return check_in.due_on - CHECK_IN_OPENS


def check_open(row: Engagement, check_in: CheckIn, today: date) -> None:
    """Raise ``NotAllowedNow`` for a check-in that it is too early to answer; after the end it is never too early."""
    opens = opens_on(check_in)
    if row.state not in OVER_STATES and today < opens:
        raise NotAllowedNow(f"This check-in can be answered from {opens.day} {opens:%B %Y} on.")


def answer_check_in(unit: UnitOfWork, *, actor: Actor, check_in_id: UUID, said: CheckInSaid) -> CheckInAnswer:
    """Answer for the actor's side, once; from two weeks before the day it is due."""
    check_in = unit.session.get(CheckIn, check_in_id)
    if check_in is None:
        raise NotFound("no such check-in")
    row, side = rows.own(unit, actor=actor, engagement_id=check_in.engagement_id)
    rows.in_state(row, EngagementState.ACTIVE, EngagementState.PAUSED, *OVER_STATES)
    check_open(row, check_in, london_day(unit.now))
    words = rows.words_of("words", said.words)
    if said.progress is not Progress.WELL and not words:
        raise Rejected("words", "Say in a few words what does not go well")
    made = CheckInAnswer(
        check_in_id=check_in.id,
        side=side,
        progress=said.progress,
        words=words,
        needs_help=said.needs_help,
        answered_by=actor.user_id,
    )
    with answering_for(unit, {"uq_engagement_check_in_answers_check_in_id_side": SAID_ALREADY}):
        unit.session.add(made)
    _record(unit, actor, "check_in", made)
    return made


def save_outcome(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, said: OutcomeSaid, expected_version: int
) -> Outcome:
    """Name the measure, or change what is said of it; ``expected_version`` 0 for the first time."""
    row, _ = rows.own(unit, actor=actor, engagement_id=engagement_id)
    rows.in_state(row, *MEASURED_STATES)
    values = {
        "measure": rows.words_of("measure", said.measure, most=200, required="Enter what is measured"),
        "unit": rows.words_of("unit", said.unit, most=40),
        "better": said.better,
        "words": rows.words_of("words", said.words),
    }
    outcome = _outcome(unit, row)
    before = content_of(outcome) if outcome is not None else None
    if outcome is not None:
        check_version(outcome, expected_version)
    taken = NotAllowedNow("The other side has just named a measure. Open the page again.")
    with answering_for(unit, {"uq_engagement_outcomes_engagement_id": taken}):
        outcome = outcome or Outcome(engagement_id=row.id)
        for name, value in values.items():
            setattr(outcome, name, value)
        unit.session.add(outcome)
    _record(unit, actor, "outcome", outcome, before)
    return outcome


def record_point(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, measured_on: date, thousandths: int
) -> OutcomePoint:
    """Write one value; a second one for the same day takes its place. Before the start it is baseline."""
    row, _ = rows.own(unit, actor=actor, engagement_id=engagement_id)
    rows.in_state(row, *MEASURED_STATES)
    outcome = _outcome(unit, row)
    if outcome is None:
        raise NotAllowedNow("Name what is measured first.")
    if not FIRST_MEASURED <= measured_on <= london_day(unit.now):
        raise Rejected("measured_on", "Enter a day that is not in the future, from the year 2000 on")
    if abs(thousandths) > MOST_THOUSANDTHS:
        raise Rejected("value", "Enter a smaller number")
    held = _points(unit, outcome)
    point = held.get(measured_on)
    before = content_of(point) if point is not None else None
    if point is None and len(held) >= MOST_POINTS:
        raise Rejected("measured_on", f"There are {MOST_POINTS} values already")
    is_before = row.started_on is None or measured_on < row.started_on
    with answering_for(unit):
        rows.touch(unit, outcome)
        point = point or OutcomePoint(outcome_id=outcome.id, measured_on=measured_on)
        point.thousandths, point.recorded_by = thousandths, actor.user_id
        point.phase = Phase.BASELINE if is_before else Phase.FOLLOW_UP
        unit.session.add(point)
    _record(unit, actor, "outcome_point", point, before)
    return point


def remove_point(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, point_id: UUID) -> None:
    """Drop a value that was written by mistake."""
    row, _ = rows.own(unit, actor=actor, engagement_id=engagement_id)
    outcome = _outcome(unit, row)
    point = unit.session.get(OutcomePoint, point_id)
    if outcome is None or point is None or point.outcome_id != outcome.id:
        raise NotFound("no such value")
    subject = audit.Subject("outcome_point", point.id)
    audit.record(unit, actor, Action.ENGAGEMENT_WRITE, subject, before=content_of(point), after=None)
    with answering_for(unit):
        rows.touch(unit, outcome)
        unit.session.delete(point)
    unit.session.expire(outcome, ["points"])


def rate(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, score: int, words: str) -> Rating:
    """Rate how it went, once for each side, after the end."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id)
    rows.in_state(row, *OVER_STATES)
    if not 1 <= score <= 5:
        raise Rejected("score", "Choose from 1 to 5")
    made = Rating(
        engagement_id=row.id,
        side=side,
        score=score,
        words=rows.words_of("words", words),
        rated_by=actor.user_id,
    )
    with answering_for(unit, {"uq_engagement_ratings_engagement_id_side": RATED_ALREADY}):
        unit.session.add(made)
    _record(unit, actor, "rating", made)
    return made


def check_rating_open(row: Engagement, side: Side | None) -> None:
    """Raise ``NotAllowedNow`` where this side cannot rate now."""
    rows.in_state(row, *OVER_STATES)
    if any(each.side is side for each in row.ratings):
        raise RATED_ALREADY


def ratings_shown(ratings: Iterable[Rating], side: Side | None) -> tuple[Rating, ...]:
    """The ratings that a reader sees: the own one at once, the other's when both have rated; all for neither side."""
    known = tuple(ratings)
    if side is None or len(known) == len(Side):
        return known
    return tuple(each for each in known if each.side is side)


def _outcome(unit: UnitOfWork, row: Engagement) -> Outcome | None:
    return unit.session.scalar(select(Outcome).where(Outcome.engagement_id == row.id))


def _points(unit: UnitOfWork, outcome: Outcome) -> dict[date, OutcomePoint]:
    query = select(OutcomePoint).where(OutcomePoint.outcome_id == outcome.id)
    return {each.measured_on: each for each in unit.session.scalars(query.order_by(OutcomePoint.measured_on))}


def _record(
    unit: UnitOfWork, actor: AnyActor, kind: str, row: Reviewed, before: dict[str, object] | None = None
) -> None:
    subject = audit.Subject(kind, row.id)
    audit.record(unit, actor, Action.ENGAGEMENT_WRITE, subject, before=before, after=content_of(row))
