"""Rounds: drafted with a policy, opened, closed and ended by the national team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.paging import Page, Paging, page_of
from webapp.services.states import advance
from webapp.store import round_requests
from webapp.store import rounds as store
from webapp.store.policies import Policy, PolicyState
from webapp.store.rounds import ROUND_TRANSITIONS, Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork

BEFORE_MATCHING = (RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED)
ONE_OPEN = "Another round is open. Close it first."


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round to be: when requests are taken, and the months in which days are given."""

    name: str
    opens_on: date
    closes_on: date
    first_month: str
    horizon_months: int
    policy_id: UUID
    comments_until: date | None = None


@dataclass(frozen=True, slots=True)
class RoundOverview:
    """A round with how many requests are in each state."""

    round: Round
    requests: dict[RequestState, int]

    @property
    def submitted(self) -> int:
        """Requests that a run of the round would read."""
        return self.requests.get(RequestState.SUBMITTED, 0)


def create(unit: UnitOfWork, *, actor: AnyActor, plan: RoundPlan) -> Round:
    """Draft a round; its policy must be confirmed."""
    require(actor, Action.ROUND_CREATE, hidden=False)
    name = free_text.clean(plan.name)
    stop_at(_problems(unit, plan, name))
    row = Round(
        number=(unit.session.scalar(select(func.max(Round.number))) or 0) + 1,
        name=name,
        state=RoundState.DRAFT,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        first_month=plan.first_month,
        horizon_months=plan.horizon_months,
        policy_id=plan.policy_id,
        comments_until=plan.comments_until,
    )
    with answering_for(unit, {"uq_rounds_number": NotAllowedNow("Another round was made just now.")}):
        unit.session.add(row)
    audit.record(unit, actor, Action.ROUND_CREATE, audit.Subject("round", row.id), after=content_of(row))
    return row


def open_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, expected_version: int) -> Round:
    """Take requests from now on, also again after closing; only one round is open at a time."""
    require(actor, Action.ROUND_OPEN, hidden=False)
    return _move(unit, actor, Action.ROUND_OPEN, round_id, version=expected_version, to=RoundState.OPEN)


def close(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, expected_version: int) -> Round:
    """Take no more requests, so that the round can be matched."""
    require(actor, Action.ROUND_CLOSE, hidden=False)
    return _move(unit, actor, Action.ROUND_CLOSE, round_id, version=expected_version, to=RoundState.CLOSED)


def set_policy(
    unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, policy_id: UUID, expected_version: int
) -> Round:
    """Have a round that has not been matched use another confirmed version of the policy."""
    require(actor, Action.ROUND_SET_POLICY, hidden=False)
    row = load(unit, actor=actor, round_id=round_id)
    check_version(row, expected_version)
    if row.state not in BEFORE_MATCHING:
        raise NotAllowedNow(f"This round is {row.state.value.replace('_', ' ')}.")
    policy = unit.session.get(Policy, policy_id)
    if policy is None or policy.state is not PolicyState.CONFIRMED:
        raise Rejected("policy_id", "Choose a policy that a second person has confirmed")
    before = content_of(row)
    with answering_for(unit):
        row.policy_id = policy_id
    subject = audit.Subject("round", row.id)
    audit.record(unit, actor, Action.ROUND_SET_POLICY, subject, before=before, after=content_of(row))
    return row


def end(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, expected_version: int) -> Round:
    """Say that a published round is over."""
    require(actor, Action.ROUND_END, hidden=False)
    return _move(unit, actor, Action.ROUND_END, round_id, version=expected_version, to=RoundState.ENDED)


def set_comments_until(
    unit: UnitOfWork, *, actor: AnyActor, round_id: UUID, until: date | None, expected_version: int
) -> Round:
    """Set the last day on which regions may comment; none takes comments until publication."""
    require(actor, Action.ROUND_CREATE, hidden=False)
    row = load(unit, actor=actor, round_id=round_id)
    check_version(row, expected_version)
    if until is not None and until < row.opens_on:
        raise Rejected("comments_until", "The last day for comments must lie after the opening of the round")
    before = content_of(row)
    with answering_for(unit):
        row.comments_until = until
    subject = audit.Subject("round", row.id)
    audit.record(unit, actor, Action.ROUND_CREATE, subject, before=before, after=content_of(row))
    return row


def round_page(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> RoundOverview:
    """One round with its counts; raises ``NotFound``."""
    row = load(unit, actor=actor, round_id=round_id)
    return RoundOverview(row, round_requests.state_counts(unit.session, row.id))


def listing(unit: UnitOfWork, *, actor: AnyActor, paging: Paging) -> Page[Round]:
    """Rounds, the newest first, with their policies loaded."""
    require(actor, Action.ROUND_READ, hidden=False)
    return page_of(unit.session, store.newest_first().options(joinedload(Round.policy)), paging)


def overviews(unit: UnitOfWork, *, actor: AnyActor, paging: Paging) -> Page[RoundOverview]:
    """One page of rounds with their counts, the newest first."""
    page = listing(unit, actor=actor, paging=paging)
    counts = round_requests.state_counts_by_round(unit.session, [row.id for row in page.rows])
    rows = tuple(RoundOverview(row, counts.get(row.id, {})) for row in page.rows)
    return Page(rows, page.total, page.number, page.size)


def taking_requests(unit: UnitOfWork) -> Round | None:
    """The round that is open now, for anybody who may ask: its name and dates are public."""
    return store.open_round(unit.session)


def months_to_ask_for(unit: UnitOfWork) -> tuple[str, ...]:
    """The months in which a request may ask for days: the open round's, else the twelve after this one."""
    held_in = store.open_round(unit.session)
    if held_in is not None:
        return held_in.months
    return store.months_from(f"{unit.now:%Y-%m}", 13)[1:]


def find(unit: UnitOfWork, *, actor: AnyActor, name: str) -> Round:
    """The round of a number or an identifier; raises ``NotFound``."""
    require(actor, Action.ROUND_READ, hidden=False)
    if name.isascii() and name.isdigit():
        row = unit.session.scalar(select(Round).where(Round.number == int(name[:9])))
        if row is not None:
            return row
    try:
        return load(unit, actor=actor, round_id=UUID(name))
    except ValueError as error:
        raise NotFound(f"There is no round {name[:60]!r}.") from error


def never_matched(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Round, ...]:
    """Closed rounds that have had no run, the oldest first."""
    require(actor, Action.ROUND_READ, hidden=False)
    with_run = select(Run.round_id)
    query = select(Round).where(Round.state == RoundState.CLOSED, Round.id.not_in(with_run))
    return tuple(unit.session.scalars(query.order_by(Round.number)))


def load(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> Round:
    """One round; raises ``NotFound``."""
    require(actor, Action.ROUND_READ, hidden=False)
    row = unit.session.get(Round, round_id)
    if row is None:
        raise NotFound("no such round")
    return row


def _move(
    unit: UnitOfWork, actor: AnyActor, action: Action, round_id: UUID, *, version: int, to: RoundState
) -> Round:
    row = load(unit, actor=actor, round_id=round_id)
    check_version(row, version)
    before = content_of(row)
    with answering_for(unit, {"uq_rounds_one_open": NotAllowedNow(ONE_OPEN)}):
        advance(row, to, ROUND_TRANSITIONS, "round")
    audit.record(unit, actor, action, audit.Subject("round", row.id), before=before, after=content_of(row))
    return row


def _problems(unit: UnitOfWork, plan: RoundPlan, name: str) -> list[Problem]:
    found = list(free_text.problems("name", name, most=200, one_line=True))
    if not name:
        found.append(Problem("name", "Enter a name for the round"))
    if plan.closes_on < plan.opens_on:
        found.append(Problem("closes_on", "The closing date must be on or after the opening date"))
    if plan.comments_until is not None and plan.comments_until < plan.opens_on:
        found.append(Problem("comments_until", "The last day for comments must lie after the opening"))
    if not 1 <= plan.horizon_months <= 24:
        found.append(Problem("horizon_months", "Enter from 1 to 24 months"))
    if not _is_month(plan.first_month):
        found.append(Problem("first_month", "Enter a month and a year"))
    elif plan.first_month < plan.closes_on.strftime("%Y-%m"):
        found.append(Problem("first_month", "Support cannot start before the round has closed"))
    policy = unit.session.get(Policy, plan.policy_id)
    if policy is None or policy.state is not PolicyState.CONFIRMED:
        found.append(Problem("policy_id", "Choose a policy that a second person has confirmed"))
    return found


def _is_month(text: str) -> bool:
    year, dash, month = text[:4], text[4:5], text[5:]
    plain = text.isascii() and year.isdigit() and month.isdigit() and len(text) == 7 and dash == "-"
    return plain and 2000 <= int(year) <= 2100 and 1 <= int(month) <= 12
