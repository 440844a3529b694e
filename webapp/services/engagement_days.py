"""Days of an engagement: a log against the plan, and changes of the plan that both sides agree.

A day more is promised by the same conditional update as an offer's, so the last days of a partner can be had
once, whatever races (RELIABILITY.md, I1).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import update

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.services import audit
from webapp.services import engagement_rows as rows
from webapp.services.capacity import MONTHS_AHEAD, month_name, months_from
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, check_version, stop_at
from webapp.services.states import advance
from webapp.services.working_days import london_day
from webapp.store.capacity import MOST_DAYS, move_days
from webapp.store.engagement_days import (
    CHANGE_TRANSITIONS,
    MOST_DAYS_AT_ONCE,
    ChangeState,
    DaysChange,
    LoggedDays,
    days_logged,
)
from webapp.store.engagements import OPEN_STATES, Engagement, EngagementMonth, EngagementState, EventKind
from webapp.store.offers import Side
from webapp.store.unit_of_work import UnitOfWork

ONE_WAITS = NotAllowedNow("A change of days waits for its answer already.")


@dataclass(frozen=True, slots=True)
class DaysWorked:
    """Whole days worked, ending on a date, and by whom."""

    worked_on: date
    days: int
    worked_by: str
    note: str = ""


def log(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, entry: DaysWorked) -> LoggedDays:
    """Add days to the log; together they never exceed the plan, which both sides can change first."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id)
    rows.in_state(row, EngagementState.ACTIVE, EngagementState.PAUSED)
    worked_by = rows.words_of("worked_by", entry.worked_by, most=200, required="Enter who worked")
    note = rows.words_of("note", entry.note, most=1000)
    used = sum(days_logged(unit.session, row.id).values())
    stop_at(_log_problems(row, entry, used, london_day(unit.now)))
    made = LoggedDays(
        engagement_id=row.id,
        worked_on=entry.worked_on,
        days=entry.days,
        worked_by=worked_by,
        note=note,
        side=side,
        logged_by=actor.user_id,
    )
    with answering_for(unit):
        rows.touch(unit, row)
        unit.session.add(made)
    audit.record(
        unit, actor, Action.ENGAGEMENT_WRITE, audit.Subject("logged_days", made.id), after=content_of(made)
    )
    return made


def take_out(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, entry_id: UUID) -> None:
    """Take an entry of one's own side out of the log; it stays on record. A second time is 409."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id)
    rows.in_state(row, EngagementState.ACTIVE, EngagementState.PAUSED)
    entry = unit.session.get(LoggedDays, entry_id)
    if entry is None or entry.engagement_id != row.id:
        raise NotFound("no such entry")
    if entry.side is not side:
        raise NotAllowedNow("Only the side that made an entry takes it out.")
    before = content_of(entry)
    taken = unit.session.execute(
        update(LoggedDays)
        .where(LoggedDays.id == entry.id, LoggedDays.taken_out_at.is_(None))
        .values(taken_out_at=unit.now, taken_out_by=actor.user_id)
        .returning(LoggedDays.id)
        .execution_options(synchronize_session="fetch")
    )
    if taken.one_or_none() is None:
        raise NotAllowedNow("This entry was taken out already.")
    subject = audit.Subject("logged_days", entry.id)
    audit.record(unit, actor, Action.ENGAGEMENT_WRITE, subject, before=before, after=content_of(entry))


def propose_change(
    unit: UnitOfWork,
    *,
    actor: Actor,
    engagement_id: UUID,
    days_by_month: Mapping[str, int],
    reason: str,
    expected_version: int,
) -> DaysChange:
    """Put another plan to the other side; months before this one stay as they are."""
    row, side = rows.own(unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, *OPEN_STATES)
    check_version(row, expected_version)
    said = rows.words_of("reason", reason, most=1000, required="Say why the days should change")
    wanted = _wanted(row, days_by_month, months_from(unit, MONTHS_AHEAD))
    stop_at(_plan_problems(row, wanted, days_logged(unit.session, row.id)))
    made = DaysChange(
        engagement_id=row.id,
        state=ChangeState.PROPOSED,
        days_by_month=wanted,
        reason=said,
        side=side,
        proposed_by=actor.user_id,
        proposed_at=unit.now,
    )
    with answering_for(unit, {"uq_engagement_changes_one_waiting": ONE_WAITS}):
        unit.session.add(made)
        rows.note_step(unit, row, EventKind.CHANGE_PROPOSED, actor=actor, side=side, words=said)
    _record(unit, actor, made, None)
    rows.tell(unit, row, (side.other,), "engagement.change_proposed", key=made.id)
    return made


def answer_change(
    unit: UnitOfWork, *, actor: Actor, change_id: UUID, agree: bool, expected_version: int
) -> DaysChange:
    """The other side agrees or refuses. Agreeing moves the promised days, or is 409 where they are gone."""
    made, row, side = _waiting(unit, actor, change_id)
    if made.side is side:
        raise NotAllowedNow("The other side answers a change that you proposed.")
    check_version(made, expected_version)
    before = content_of(made)
    with answering_for(unit):
        advance(
            made, ChangeState.AGREED if agree else ChangeState.REFUSED, CHANGE_TRANSITIONS, "change of days"
        )
        made.decided_by, made.decided_at = actor.user_id, unit.now
        kind = EventKind.CHANGE_AGREED if agree else EventKind.CHANGE_REFUSED
        rows.note_step(unit, row, kind, actor=actor, side=side)
        if agree:
            _put_plan(unit, row, made.days_by_month)
    _record(unit, actor, made, before)
    rows.tell(unit, row, (side.other,), f"engagement.{kind.value}", key=made.id)
    return made


def take_back(unit: UnitOfWork, *, actor: Actor, change_id: UUID, expected_version: int) -> DaysChange:
    """The side that proposed a change takes it back."""
    made, row, side = _waiting(unit, actor, change_id)
    if made.side is not side:
        raise NotAllowedNow("Only the side that proposed a change takes it back.")
    check_version(made, expected_version)
    before = content_of(made)
    with answering_for(unit):
        advance(made, ChangeState.TAKEN_BACK, CHANGE_TRANSITIONS, "change of days")
        made.decided_by, made.decided_at = actor.user_id, unit.now
        rows.note_step(unit, row, EventKind.CHANGE_TAKEN_BACK, actor=actor, side=side)
    _record(unit, actor, made, before)
    return made


def changeable_months(unit: UnitOfWork, row: Engagement) -> tuple[str, ...]:
    """Months that a change may name: from this one to six past the last planned, within what capacity allows."""
    allowed = months_from(unit, MONTHS_AHEAD)
    last = max(row.days_by_month, default=allowed[0])
    shown = max(sum(month <= last for month in allowed), 1) + 6
    return allowed[: min(shown, len(allowed), 18)]


def _waiting(unit: UnitOfWork, actor: Actor, change_id: UUID) -> tuple[DaysChange, Engagement, Side]:
    made = unit.session.get(DaysChange, change_id)
    if made is None:
        raise NotFound("no such change")
    row, side = rows.own(unit, actor=actor, engagement_id=made.engagement_id, action=Action.ENGAGEMENT_AGREE)
    rows.in_state(row, *OPEN_STATES)
    if made.state is not ChangeState.PROPOSED:
        raise NotAllowedNow(f"This change of days was {made.state.value.replace('_', ' ')}.")
    return made, row, side


def _put_plan(unit: UnitOfWork, row: Engagement, wanted: Mapping[str, int]) -> None:
    now = row.days_by_month
    logged = days_logged(unit.session, row.id)
    problems = list(_plan_problems(row, wanted, logged))
    if problems:
        raise NotAllowedNow(f"{problems[0].message}. Propose the change again.")
    moved = {month: wanted.get(month, 0) - now.get(month, 0) for month in sorted({*wanted, *now})}
    short = move_days(unit.session, row.partner_id, moved)
    if short is not None:
        raise NotAllowedNow(f"The partner has too few days left in {month_name(short)}.")
    held = {each.month: each for each in row.months}
    for month, days in wanted.items():
        if month in held:
            held[month].days = days
        else:
            row.months.append(EngagementMonth(engagement_id=row.id, month=month, days=days))
    row.months = [each for each in row.months if each.month in wanted]
    if row.state is EngagementState.DRAFTED:
        row.agreement_version += 1  # the days are part of what both sides accept


def _wanted(row: Engagement, days: Mapping[str, int], open_months: tuple[str, ...]) -> dict[str, int]:
    past = {month: each for month, each in row.days_by_month.items() if month < open_months[0]}
    coming = {month: each for month, each in days.items() if month in open_months}
    kept = {month: each for month, each in row.days_by_month.items() if month >= open_months[0]}
    whole = {**past, **kept, **coming}
    return {month: each for month, each in sorted(whole.items()) if each}


def _plan_problems(
    row: Engagement, wanted: Mapping[str, int], logged: Mapping[str, int]
) -> Iterator[Problem]:
    for month, days in wanted.items():
        if not 0 <= days <= MOST_DAYS:
            yield Problem(month, f"Enter whole days from 0 to {MOST_DAYS:,}")
    if sum(wanted.values()) < max(1, sum(logged.values())):
        yield Problem(None, "The plan must hold at least the days that were worked, and at least one")
    if dict(wanted) == row.days_by_month:
        yield Problem(None, "The days are the same as before")


def _log_problems(row: Engagement, entry: DaysWorked, used: int, today: date) -> Iterator[Problem]:
    assert row.started_on is not None
    if not row.started_on <= entry.worked_on <= today:
        start = f"{row.started_on.day} {row.started_on:%B %Y}"
        yield Problem("worked_on", f"Enter a day from {start} to today")
    left = sum(row.days_by_month.values()) - used
    if not 1 <= entry.days <= MOST_DAYS_AT_ONCE:
        yield Problem("days", f"Enter whole days from 1 to {MOST_DAYS_AT_ONCE}")
    elif entry.days > left:
        yield Problem("days", f"The plan has {left} days left. Agree a change of days first")


def _record(unit: UnitOfWork, actor: Actor, made: DaysChange, before: dict[str, object] | None) -> None:
    subject = audit.Subject("days_change", made.id)
    audit.record(unit, actor, Action.ENGAGEMENT_AGREE, subject, before=before, after=content_of(made))
