"""Runs as people see them: queue one, cancel it, read it. The work itself is in ``run_execution``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from matcher.problem.records import RecordError, encode
from matcher.problem.scenario import Changes, changed
from matcher.problem.snapshot_format import write_snapshot
from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text, policies, rounds, run_documents, scenario_changes, snapshot
from webapp.services.called_names import called
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, stop_at
from webapp.services.paging import Page, Paging, page_of
from webapp.services.policies import PolicyDraft
from webapp.services.states import advance
from webapp.services.work_queue import Wake
from webapp.store import runs as store
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.policies import Policy, PolicyState
from webapp.store.rounds import ROUND_TRANSITIONS, Round, RoundState
from webapp.store.run_questions import QuestionKind, RunQuestion
from webapp.store.runs import RUN_TRANSITIONS, DocumentKind, Run, RunState
from webapp.store.unit_of_work import UnitOfWork

LONDON = ZoneInfo("Europe/London")
ONE_AT_A_TIME = "Another run of this round was started just now."


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What to run: the round's own policy unless another is named, which makes it a scenario.

    A level is done within ``gap`` of its bound; ``limit_seconds`` ends the search with what it has by then, and
    the run keeps the effort that took, so that it can be replayed. ``changes`` and ``draft`` are what a scenario
    tries: other values, partners left out or invented, a policy that nobody has proposed yet. ``keep_approved`` fixes
    approved matches with their days, so that they need no second decision.
    """

    round_id: UUID
    name: str = ""
    is_scenario: bool = False
    policy_id: UUID | None = None
    gap: float = 0.001
    limit_seconds: float | None = 120.0
    keep_approved: bool = False
    changes: Changes = field(default_factory=Changes)
    draft: PolicyDraft | None = None

    @property
    def tries_something(self) -> bool:
        """Whether it stands on anything but the round as it is, which only a scenario may."""
        return self.changes != Changes() or self.draft is not None


@dataclass(frozen=True, slots=True)
class RunOverview:
    """One run with the number of its matches and of its unmet requests.

    ``prices`` is what each level costs, once somebody has asked and a worker has answered.
    """

    run: Run
    matches: int
    unmet: int
    prices: Sequence[Mapping[str, Any]] | None = None


def start(unit: UnitOfWork, *, actor: AnyActor, order: RunOrder, wake: Wake | None = None) -> Run:
    """Take the round's snapshot and queue a run on it; ``wake`` is called after the commit.

    A run that is no scenario puts its round into matching; there is one such run at a time.
    """
    require(actor, Action.SCENARIO_START if order.is_scenario else Action.RUN_START, hidden=False)
    round_ = rounds.load(unit, actor=actor, round_id=order.round_id)
    name = free_text.clean(order.name)
    problems = list(free_text.problems("name", name, most=200, one_line=True))
    if not 0 < order.gap < 1:
        problems.append(Problem("gap", "Enter a gap between 0 and 1"))
    policy = _policy(unit, order, round_)
    if order.tries_something and not order.is_scenario:
        problems.append(Problem(None, "Only a scenario may change anything"))
    problems += scenario_changes.problems(unit, order.changes, policies.settings_of(policy))
    stop_at(problems)
    with answering_for(unit, {"uq_runs_round_id_number": NotAllowedNow(ONE_AT_A_TIME)}):
        row = _queued(unit, actor, order, policy, name)
        content, row.held = _taken(unit, round_, policy, order)
        unit.session.add(row)
        unit.flush()
        run_documents.add(unit.session, row.id, DocumentKind.SNAPSHOT, content)
        if not order.is_scenario:
            advance(round_, RoundState.MATCHING, ROUND_TRANSITIONS, "round")
    _record(unit, actor, Action.RUN_START, row)
    if wake is not None:
        unit.after_commit.append(partial(wake, row.id))
    return row


def cancel(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Run:
    """Stop a run: at once while it waits, within seconds while it is being solved."""
    require(actor, Action.RUN_CANCEL, hidden=False)
    row = unit.session.get(Run, run_id, with_for_update=True)
    if row is None:
        raise NotFound("no such run")
    if row.state is RunState.RUNNING:
        row.cancel_asked = True
        unit.flush()
    else:
        with answering_for(unit):
            advance(row, RunState.CANCELLED, RUN_TRANSITIONS, "run")
            row.finished_at = unit.now
            give_round_back(unit, row)
    _record(unit, actor, Action.RUN_CANCEL, row)
    return row


def run_page(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> RunOverview:
    """One run with its round and policy; raises ``NotFound``."""
    require(actor, Action.RUN_READ, hidden=False)
    row = with_round(unit, run_id)
    proposed, short = (
        select(func.count()).select_from(table).where(table.run_id == run_id).scalar_subquery()
        for table in (ProposedMatch, UnmetRequest)
    )
    prices = select(RunQuestion.answer).where(
        RunQuestion.run_id == run_id, RunQuestion.kind == QuestionKind.PRICES
    )
    newest = prices.order_by(RunQuestion.created_at, RunQuestion.id).limit(1).scalar_subquery()
    matches, unmet, answer = unit.session.execute(select(proposed, short, newest)).one()
    return RunOverview(row, matches, unmet, (answer or {}).get("levels"))


def listing(
    unit: UnitOfWork, *, actor: AnyActor, paging: Paging, round_id: UUID | None = None, scenarios: bool = True
) -> Page[Run]:
    """Runs, the newest first, with round and policy loaded."""
    require(actor, Action.RUN_READ, hidden=False)
    query = store.newest_first(round_id, scenarios=scenarios)
    return page_of(unit.session, query.options(joinedload(Run.round), joinedload(Run.policy)), paging)


def under_review(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> UUID | None:
    """The round's run whose proposals stand, for whoever may read proposals, if only a region's."""
    require(actor, Action.PROPOSAL_READ, region_code=getattr(actor, "region_code", None), hidden=False)
    row = store.current_of(unit.session, round_id)
    return None if row is None else row.id


def find(unit: UnitOfWork, *, actor: AnyActor, name: str) -> Run:
    """The run of an identifier, or the newest finished, certified one for ``latest``."""
    require(actor, Action.RUN_READ, hidden=False)
    if name == "latest":
        row = store.latest(unit.session)
        if row is None:
            raise NotFound("There is no finished run yet.")
        return row
    try:
        return with_round(unit, UUID(name))
    except ValueError as error:
        raise NotFound(f"{name[:60]!r} is not the identifier of a run.") from error


def document(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, kind: DocumentKind) -> bytes:
    """One document of a run, byte for byte as it was stored."""
    require(actor, Action.RUN_READ, hidden=False)
    return run_documents.content(unit.session, run_id, kind)


def give_round_back(unit: UnitOfWork, run: Run) -> None:
    """A run that ends without a result leaves its round as it was before."""
    round_ = unit.session.get_one(Round, run.round_id)
    if run.is_scenario or round_.state is not RoundState.MATCHING:
        return
    current = store.current_of(unit.session, round_.id)
    before = RoundState.CLOSED if current is None else RoundState.IN_REVIEW
    advance(round_, before, ROUND_TRANSITIONS, "round")


def _policy(unit: UnitOfWork, order: RunOrder, round_: Round) -> Policy:
    if order.policy_id is None or order.policy_id == round_.policy_id:
        return round_.policy
    policy = unit.session.get(Policy, order.policy_id)
    if policy is None:
        raise NotFound("no such policy")
    if not order.is_scenario:
        raise Rejected("policy_id", "Only a scenario may use another policy than the round's")
    if policy.state is PolicyState.REFUSED:
        raise Rejected("policy_id", "That policy was refused")
    return policy


def _queued(unit: UnitOfWork, actor: AnyActor, order: RunOrder, policy: Policy, name: str) -> Run:
    return Run(
        round_id=order.round_id,
        number=store.next_number(unit.session, order.round_id),
        policy_id=policy.id,
        name=name,
        is_scenario=order.is_scenario,
        state=RunState.QUEUED,
        started_by=actor.user_id if isinstance(actor, Actor) else None,
        queued_at=unit.now,
        gap=order.gap,
        limit_seconds=order.limit_seconds,
        changes=scenario_changes.told(order.changes, order.draft) if order.is_scenario else None,
    )


def snapshot_of(unit: UnitOfWork, round_: Round, policy: Policy, *, keep_approved: bool = False) -> bytes:
    """The round as it is now, as bytes; raises ``Rejected`` where it cannot be matched yet."""
    order = RunOrder(round_.id, keep_approved=keep_approved)
    return _taken(unit, round_, policy, order)[0]


def _taken(
    unit: UnitOfWork, round_: Round, policy: Policy, order: RunOrder
) -> tuple[bytes, list[dict[str, Any]]]:
    """The snapshot with the order's changes made, and the days that were held back from it."""
    settings = scenario_changes.settings_of(policy, order.changes, order.draft)
    today = unit.now.astimezone(LONDON).date()
    try:
        taken = snapshot.take(unit.session, round_, settings, as_of=today, keep_approved=order.keep_approved)
        return write_snapshot(changed(taken.snapshot, order.changes)), encode(taken.held)
    except RecordError as error:
        problems = [Problem(None, f"The round cannot be matched yet: {line}") for line in error.problems[:20]]
        raise Rejected.several(problems) from error


def with_round(unit: UnitOfWork, run_id: UUID) -> Run:
    """A run with its round and policy, for a caller that has asked the matrix; raises ``NotFound``."""
    query = select(Run).where(Run.id == run_id).options(joinedload(Run.round), joinedload(Run.policy))
    row = unit.session.scalar(query)
    if row is None:
        raise NotFound("no such run")
    return row


def _record(unit: UnitOfWork, actor: AnyActor, action: Action, row: Run) -> None:
    audit.record(unit, actor, action, audit.Subject("run", row.id), after=content_of(row))


def clash_names(unit: UnitOfWork, *, actor: AnyActor, run: Run) -> dict[str, str]:
    """What people call the partners and requests of locks that clash."""
    require(actor, Action.RUN_READ, hidden=False)
    clash = (run.summary or {}).get("clash", ())
    return called(
        unit.session,
        partners=[each["partner"] for each in clash if each.get("partner")],
        requests=[each["request"] for each in clash if each.get("request")],
    )
