"""Questions about a run that take a solver: asked here, answered by a worker's warm child, read here again.

The same question about the same run is asked once: runs never change.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit
from webapp.services.called_names import called
from webapp.services.failures import NotAllowedNow, NotFound, Rejected
from webapp.services.states import advance
from webapp.store import run_questions as store
from webapp.store.matches import ProposedMatch, UnmetRequest
from webapp.store.partners import Partner
from webapp.store.run_questions import QUESTION_TRANSITIONS, QuestionKind, QuestionState, RunQuestion
from webapp.store.runs import Run, RunState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

MOST_NAMED = 5
"""How many partners the answer to a part of a name lists."""
NOT_FINISHED = NotAllowedNow("Only a finished run can be asked about.")


def ask_why_not(unit: UnitOfWork, *, actor: Actor, match_id: UUID, partner_text: str) -> RunQuestion:
    """Ask why a partner, by reference or name, is not on the request of a match; ``Rejected`` names the field
    where there is no such partner."""
    require(actor, Action.SCENARIO_START, hidden=False)
    match = unit.session.get(ProposedMatch, match_id)
    if match is None:
        raise NotFound("no such match")
    return _why_not(unit, actor, (match.run_id, match.request_id), partner_text)


def ask_why_not_unmet(
    unit: UnitOfWork, *, actor: Actor, run_id: UUID, request_id: UUID, partner_text: str
) -> RunQuestion:
    """As ``ask_why_not``, for a request that the run leaves short of days, or without anybody."""
    require(actor, Action.SCENARIO_START, hidden=False)
    query = select(UnmetRequest.id).where(
        UnmetRequest.run_id == run_id, UnmetRequest.request_id == request_id
    )
    if unit.session.scalar(query) is None:
        raise NotFound("this run does not leave such a request short")
    return _why_not(unit, actor, (run_id, request_id), partner_text)


def _why_not(unit: UnitOfWork, actor: Actor, asked: tuple[UUID, UUID], partner_text: str) -> RunQuestion:
    run_id, request_id = asked
    partner = _named(unit, partner_text)
    return _asked(unit, actor, run_id, QuestionKind.WHY_NOT, (partner.id, request_id))


def ask_prices(unit: UnitOfWork, *, actor: Actor, run_id: UUID) -> RunQuestion:
    """Ask what one more day would be worth, and what each level costs."""
    require(actor, Action.SCENARIO_START, hidden=False)
    return _asked(unit, actor, run_id, QuestionKind.PRICES, (None, None))


def page(unit: UnitOfWork, *, actor: AnyActor, question_id: UUID) -> RunQuestion:
    """One question with its run, its pair and, once it is there, its answer."""
    require(actor, Action.RUN_READ, hidden=False)
    query = select(RunQuestion).where(RunQuestion.id == question_id)
    row = unit.session.scalar(
        query.options(
            joinedload(RunQuestion.run).joinedload(Run.round),
            joinedload(RunQuestion.partner),
            joinedload(RunQuestion.request).joinedload(SupportRequest.requester),
        )
    )
    if row is None:
        raise NotFound("no such question")
    return row


def names(unit: UnitOfWork, *, actor: AnyActor, row: RunQuestion) -> dict[str, str]:
    """What people call the requests and the partners whose references stand in an answer."""
    require(actor, Action.RUN_READ, hidden=False)
    forced = (row.answer or {}).get("forced") or {}
    moved = [*forced.get("dropped", ()), *forced.get("added", ())]
    confirmed = (row.answer or {}).get("confirmed", ())
    return called(
        unit.session,
        partners=[each["partner"] for each in (*moved, *confirmed)],
        requests=[each["request"] for each in moved],
    )


def _asked(
    unit: UnitOfWork, actor: Actor, run_id: UUID, kind: QuestionKind, pair: tuple[UUID | None, UUID | None]
) -> RunQuestion:
    run = unit.session.get(Run, run_id)
    if run is None:
        raise NotFound("no such run")
    if run.state is not RunState.FINISHED or run.solver_status == "infeasible":
        raise NOT_FINISHED
    row = store.same(unit.session, run_id, kind, pair)
    if row is not None and row.state is not QuestionState.FAILED:
        unit.wake_for(run_id)
        return row
    if row is None:
        partner_id, request_id = pair
        row = RunQuestion(
            run_id=run_id, kind=kind, partner_id=partner_id, request_id=request_id, asked_by=actor.user_id
        )
        unit.session.add(row)
    else:
        advance(row, QuestionState.WAITING, QUESTION_TRANSITIONS, "question")
    unit.flush()
    after = {"kind": kind, "partner_id": str(pair[0]), "request_id": str(pair[1])}
    audit.record(unit, actor, "question.ask", audit.Subject("run", run_id), after=after)
    unit.wake_for(run_id)
    return row


def _named(unit: UnitOfWork, text: str) -> Partner:
    sought = text.strip().lower()
    if not sought:
        raise Rejected("partner", "Enter the name or the reference of a partner")
    name = func.lower(Partner.name)
    whole = or_(func.lower(Partner.reference) == sought, name == sought)
    for condition in (whole, name.contains(sought, autoescape=True)):
        query = select(Partner).where(condition).order_by(Partner.name, Partner.reference)
        found = list(unit.session.scalars(query.limit(MOST_NAMED + 1)))
        if len(found) == 1:
            return found[0]
        if found:
            raise Rejected("partner", _several(found))
    raise Rejected("partner", "There is no partner of that name or reference")


def _several(found: list[Partner]) -> str:
    named = [f"{each.reference} ({each.name})" for each in found[:MOST_NAMED]]
    more = ", and more" if len(found) > MOST_NAMED else ""
    return f"Several partners have that in their name. Enter the reference: {', '.join(named)}{more}"
