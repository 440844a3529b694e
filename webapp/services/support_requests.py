"""Support requests: drafted step by step, submitted to the open round, edited or withdrawn.

Members and leads draft; only a lead submits, edits what is submitted, and withdraws. What became of a
request is in ``request_results``, what the national team does with it in ``request_triage``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import (
    audit,
    beneficiaries,
    free_text,
    messages,
    offer_withdrawals,
    repairs,
    request_rules,
    request_steps,
)
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.references import new_reference
from webapp.services.request_steps import Exclusions, Skills, Step
from webapp.services.states import advance
from webapp.store import rounds
from webapp.store.organisations import REQUESTER_KINDS, Organisation
from webapp.store.partners import Partner
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import (
    COUNTED_STATES,
    REQUEST_TRANSITIONS,
    Exclusion,
    RequestedSkill,
    RequestState,
    SupportRequest,
)
from webapp.store.support_requests import (
    Takeover as Takeover,
)
from webapp.store.unit_of_work import UnitOfWork

NO_ROUND = "No round is open for requests now. Your draft is kept: submit it when the next round opens."
ROUND_CLOSED = (
    "The round has closed, so this request can no longer be changed. It stands as it was submitted. "
    "You can still withdraw it."
)


def start(
    unit: UnitOfWork,
    *,
    actor: Actor,
    beneficiary_id: UUID | None = None,
    reference: str | None = None,
    component_code: str | None = None,
) -> SupportRequest:
    """Begin a draft of the actor's organisation, for itself unless another beneficiary is named.

    ``component_code`` says which component they want help with; it is all that a worksheet can pass on.
    """
    require(actor, Action.REQUEST_DRAFT, organisation_id=actor.organisation_id, hidden=False)
    beneficiary = unit.session.get(Organisation, beneficiary_id or actor.organisation_id)
    if beneficiary is None or not beneficiary.is_open_on(unit.now.date()):
        raise Rejected("beneficiary_id", "Choose an organisation that is open")
    if beneficiary.kind not in REQUESTER_KINDS:
        raise Rejected(
            "beneficiary_id", "Choose a trust, an integrated care board, a place or a national team"
        )
    requester = unit.session.get_one(Organisation, actor.organisation_id)
    beneficiaries.check(unit, requester, beneficiary)
    row = SupportRequest(
        reference=reference or new_reference("R"),
        state=RequestState.DRAFT,
        requester_id=actor.organisation_id,
        beneficiary_id=beneficiary.id,
        created_by=actor.user_id,
        in_mandated_programme=beneficiary.in_mandated_programme,
        component_code=component_code,
        skills=[],
        exclusions=[],
    )
    stop_at(request_rules.check_words(unit, row))
    unit.session.add(row)
    unit.flush()
    record(unit, actor, Action.REQUEST_DRAFT, row, before=None)
    return row


def save_step(
    unit: UnitOfWork, *, actor: Actor, request_id: UUID, step: Step, expected_version: int
) -> SupportRequest:
    """Keep one step. A draft may stay incomplete; a submitted request must stay whole, and takes a lead.

    So do exclusions, which bar a partner.
    """
    row = load_for_edit(unit, actor=actor, request_id=request_id)
    check_version(row, expected_version)
    stop_at(request_steps.problems(step))
    if isinstance(step, Exclusions):
        require(actor, Action.INTEREST_DECLARE, organisation_id=row.requester_id)
    before, severity_before = content_of(row), row.severity or 0
    with answering_for(unit, {"uq_support_requests_rank": Rejected("rank", request_rules.RANK_TAKEN)}):
        _put(unit, row, step)
        row.updated_at = unit.now
        problems = list(request_rules.check_words(unit, row))
        if row.state in COUNTED_STATES:
            held_in = _open_round_of(row)
            problems += request_rules.gaps(row) or _round_problems(unit, row, held_in)
            stop_at(problems)
            request_rules.spend_severity(unit, row, held_in, (row.severity or 0) - severity_before)
        stop_at(problems)
    record(unit, actor, Action.REQUEST_DRAFT, row, before=before)
    return row


def submit(unit: UnitOfWork, *, actor: Actor, request_id: UUID, expected_version: int) -> SupportRequest:
    """Put a whole draft (or a returned request) into the open round; raises ``Rejected`` with all gaps."""
    row = _own(unit, actor, request_id, Action.REQUEST_SUBMIT)
    check_version(row, expected_version)
    held_in = rounds.open_round(unit.session)
    if held_in is None:
        raise NotAllowedNow(NO_ROUND)
    problems = [*request_rules.gaps(row), *request_rules.check_words(unit, row)]
    problems += _round_problems(unit, row, held_in)
    stop_at(problems)
    before, counted = content_of(row), row.state is RequestState.RETURNED
    with answering_for(unit, {"uq_support_requests_rank": Rejected("rank", request_rules.RANK_TAKEN)}):
        advance(row, RequestState.SUBMITTED, REQUEST_TRANSITIONS, "request")
        row.round_id, row.returned_reason = held_in.id, ""
        row.submitted_at, row.submitted_by = unit.now, actor.user_id
        if not counted:
            request_rules.spend_severity(unit, row, held_in, row.severity or 0)
    record(unit, actor, Action.REQUEST_SUBMIT, row, before=before)
    _send_receipt(unit, row, held_in)
    return row


def withdraw(
    unit: UnitOfWork, *, actor: Actor, request_id: UUID, reason: str, expected_version: int
) -> SupportRequest:
    """Take a request back; its place and its severity points are free again while the round is open."""
    row = _own(unit, actor, request_id, Action.REQUEST_WITHDRAW)
    check_version(row, expected_version)
    reason = free_text.clean(reason)
    stop_at(free_text.problems("reason", reason, most=1000))
    before, was_counted = content_of(row), row.state in COUNTED_STATES
    with answering_for(unit):
        advance(row, RequestState.WITHDRAWN, REQUEST_TRANSITIONS, "request")
        row.withdrawn_at, row.withdrawn_reason = unit.now, reason
        if was_counted and row.round is not None:
            request_rules.spend_severity(unit, row, row.round, -(row.severity or 0))
        offer_withdrawals.withdraw_with_request(unit, actor=actor, request_id=row.id)
    record(unit, actor, Action.REQUEST_WITHDRAW, row, before=before)
    if row.round_id is not None:
        repairs.queue(unit, actor=actor, round_id=row.round_id)
    return row


def load_for_edit(unit: UnitOfWork, *, actor: Actor, request_id: UUID) -> SupportRequest:
    """A request that the actor may change now: a draft, or for a lead a submitted one of an open round."""
    row = _own(unit, actor, request_id, Action.REQUEST_DRAFT)
    if row.state is RequestState.DRAFT:
        return row
    require(actor, Action.REQUEST_SUBMIT, organisation_id=row.requester_id)
    if row.state not in (RequestState.SUBMITTED, RequestState.RETURNED):
        raise NotAllowedNow(f"This request is {row.state.value}.")
    _open_round_of(row)
    return row


def gaps(unit: UnitOfWork, *, actor: Actor, request_id: UUID) -> tuple[Problem, ...]:
    """What the draft still lacks, each with the field it is about."""
    return request_rules.gaps(_own(unit, actor, request_id, Action.REQUEST_DRAFT))


def _put(unit: UnitOfWork, row: SupportRequest, step: Step) -> None:
    if isinstance(step, Skills):
        row.skills.clear()
        unit.flush()
        row.skills += [
            RequestedSkill(
                position=position,
                skill_code=each.skill_code,
                level=each.level,
                weight=each.weight,
                essential=each.essential,
            )
            for position, each in enumerate(step.skills, start=1)
        ]
    elif isinstance(step, Exclusions):
        _put_exclusions(unit, row, step)
    else:
        for name, value in request_steps.cleaned(step).items():
            setattr(row, name, value)


def _put_exclusions(unit: UnitOfWork, row: SupportRequest, step: Exclusions) -> None:
    row.exclusions.clear()
    unit.flush()
    wanted = {each.partner_id: each for each in step.partners}
    if set(unit.session.scalars(select(Partner.id).where(Partner.id.in_(wanted)))) != set(wanted):
        raise Rejected("partners", "Choose partners from the list")
    for each in wanted.values():
        reason = free_text.clean(each.reason)
        stop_at(free_text.problems("partners", reason, most=500))
        row.exclusions.append(Exclusion(partner_id=each.partner_id, reason=reason))


def _send_receipt(unit: UnitOfWork, row: SupportRequest, held_in: Round) -> None:
    about = {
        "request_id": str(row.id),
        "reference": row.reference,
        "round": held_in.name,
        "closes_on": held_in.closes_on.isoformat(),
    }
    key = f"request.submitted:{row.id}:{row.version}"
    messages.post(
        unit, kind="request.submitted", to_organisation_id=row.requester_id, about=about, dedupe_key=key
    )


def _round_problems(unit: UnitOfWork, row: SupportRequest, held_in: Round) -> list[Problem]:
    return [
        *request_rules.check_window(row, held_in),
        *request_rules.check_rank(unit, row, held_in),
        *request_rules.check_beneficiary(unit, row, held_in),
    ]


def _open_round_of(row: SupportRequest) -> Round:
    if row.round is None or row.round.state is not RoundState.OPEN:
        raise NotAllowedNow(ROUND_CLOSED)
    return row.round


def _own(unit: UnitOfWork, actor: Actor, request_id: UUID, action: Action) -> SupportRequest:
    row = unit.session.get(SupportRequest, request_id)
    if row is None:
        raise NotFound("no such request")
    require(actor, action, organisation_id=row.requester_id)
    return row


def record(
    unit: UnitOfWork,
    actor: AnyActor,
    action: Action,
    row: SupportRequest,
    *,
    before: Mapping[str, Any] | None,
) -> None:
    """Note one act on a request."""
    subject = audit.Subject("support_request", row.id)
    audit.record(unit, actor, action, subject, before=before, after=content_of(row))
