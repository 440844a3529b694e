"""A scenario becomes its round's run: with a reason, by two people, and never over what was decided since.

The run itself is not changed: only that it is no longer a scenario, and current. One that leans on invented
partners cannot; one that stands on other policy values needs somebody who may confirm a policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text, scenario_changes
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, check_version, stop_at
from webapp.services.runs import with_round
from webapp.services.states import advance
from webapp.store import adoptions as store
from webapp.store import publications
from webapp.store import runs as run_store
from webapp.store.accounts import names_of
from webapp.store.adoptions import ADOPTION_TRANSITIONS, Adoption, AdoptionState
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.rounds import ROUND_TRANSITIONS, Round, RoundState
from webapp.store.runs import Run, RunState
from webapp.store.unit_of_work import UnitOfWork

ADOPTED_IN = (RoundState.CLOSED, RoundState.IN_REVIEW)
_CHANGES_A_RUN = (
    DecisionKind.LOCK,
    DecisionKind.FORBID,
    DecisionKind.REJECT,
    DecisionKind.SWAP,
    DecisionKind.REOPEN,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest proposal about a run with the names of its two people, and what stands in the way of one."""

    adoption: Adoption | None
    proposed_by: str
    decided_by: str
    hindrance: str


def standing(unit: UnitOfWork, *, actor: AnyActor, run: Run) -> Standing:
    """Where the adoption of a run stands."""
    require(actor, Action.RUN_READ, hidden=False)
    row = store.newest_of(unit.session, run.id)
    people = {each for each in (row.proposed_by, row.decided_by) if each is not None} if row else set()
    names = names_of(unit.session, people)
    hindrance = _hindrance(unit, run, run.round) if run.is_scenario else ""
    return Standing(
        row,
        names.get(row.proposed_by, "") if row else "",
        names.get(row.decided_by, "") if row and row.decided_by else "",
        hindrance,
    )


def propose(unit: UnitOfWork, *, actor: Actor, run_id: UUID, reason: str) -> Adoption:
    """Put a finished scenario up to become the round's run."""
    require(actor, Action.SCENARIO_ADOPT, hidden=False)
    run = with_round(unit, run_id)
    reason = free_text.clean(reason)
    problems = list(free_text.problems("reason", reason, most=1000))
    if not reason:
        problems.append(Problem("reason", "Enter why this scenario should become the round's run"))
    stop_at(problems)
    _refuse_hindered(unit, run, run.round)
    row = Adoption(run_id=run.id, reason=reason, proposed_by=actor.user_id, proposed_at=unit.now)
    already = NotAllowedNow("Somebody has proposed this scenario already.")
    with answering_for(unit, {"uq_scenario_adoptions_one_open": already}):
        unit.session.add(row)
    _record(unit, actor, row)
    return row


def decide(unit: UnitOfWork, *, actor: Actor, run_id: UUID, confirm: bool, expected_version: int) -> Adoption:
    """The second person's answer; confirmed, the scenario is the run under review from now on."""
    require(actor, Action.SCENARIO_ADOPT, hidden=False)
    run = with_round(unit, run_id)
    row = store.newest_of(unit.session, run_id)
    if row is None:
        raise NotFound("nobody has proposed this scenario")
    check_version(row, expected_version)
    if row.proposed_by == actor.user_id:
        raise NotAllowedNow("Another person than the one who proposed a scenario decides on it.")
    if confirm and changes_policy(run):
        require(actor, Action.POLICY_CONFIRM, hidden=False)
    with answering_for(unit):
        to = AdoptionState.CONFIRMED if confirm else AdoptionState.REFUSED
        advance(row, to, ADOPTION_TRANSITIONS, "proposal")
        row.decided_by, row.decided_at = actor.user_id, unit.now
        if confirm:
            _make_current(unit, run)
    _record(unit, actor, row)
    return row


def changes_policy(run: Run) -> bool:
    """Whether the run stands on values that no confirmed policy of its round has."""
    if scenario_changes.draft_of(run) is not None or run.policy_id != run.round.policy_id:
        return True
    return scenario_changes.changes_of(run).changes_policy


def _make_current(unit: UnitOfWork, run: Run) -> None:
    """One current run: the round's row is locked first, here and where a run is handed over."""
    round_ = unit.session.get_one(Round, run.round_id, with_for_update=True, populate_existing=True)
    _refuse_hindered(unit, run, round_)
    before = run_store.current_of(unit.session, round_.id)
    if before is not None:
        before.is_current = False
        unit.flush()
    run.is_scenario, run.is_current = False, True
    if round_.state is RoundState.CLOSED:
        advance(round_, RoundState.IN_REVIEW, ROUND_TRANSITIONS, "round")
    unit.flush()


def _refuse_hindered(unit: UnitOfWork, run: Run, round_: Round) -> None:
    hindrance = _hindrance(unit, run, round_)
    if hindrance:
        raise NotAllowedNow(hindrance)


def _hindrance(unit: UnitOfWork, run: Run, round_: Round) -> str:
    if not run.is_scenario:
        return "It is no scenario."
    if run.state is not RunState.FINISHED or run.solver_status == "infeasible":
        return "Only a finished scenario that proposes matches can become the round's run."
    if scenario_changes.changes_of(run).invents_partners:
        return "It leans on partners that do not exist, so it cannot become the round's run."
    if round_.state not in ADOPTED_IN:
        return f"The round is {round_.state.value.replace('_', ' ')}, so its run cannot be replaced."
    return _came_since(unit, run, round_)


def _came_since(unit: UnitOfWork, run: Run, round_: Round) -> str:
    current = run_store.current_of(unit.session, round_.id)
    if current is not None and publications.live_of(unit.session, current.id) is not None:
        return "A publication of the round's run is proposed. Send it back first."
    since = select(Decision.id).where(
        Decision.round_id == round_.id,
        Decision.decided_at > run.queued_at,
        Decision.kind.in_(_CHANGES_A_RUN),
    )
    if unit.session.scalar(since.limit(1)) is not None:
        return "Matches were decided on since this scenario was started. Start it again."
    return ""


def _record(unit: UnitOfWork, actor: Actor, row: Adoption) -> None:
    subject = audit.Subject("run", row.run_id)
    audit.record(unit, actor, Action.SCENARIO_ADOPT, subject, after=content_of(row))
