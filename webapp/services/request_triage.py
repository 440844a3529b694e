"""The national team's look at a submitted request: send it back with what is missing, mark it as mandated."""

from __future__ import annotations

from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import free_text, support_requests
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotFound, Rejected, check_version, stop_at
from webapp.services.states import advance
from webapp.store.support_requests import REQUEST_TRANSITIONS, RequestState, SupportRequest
from webapp.store.unit_of_work import UnitOfWork


def return_for_more(
    unit: UnitOfWork, *, actor: AnyActor, request_id: UUID, reason: str, expected_version: int
) -> SupportRequest:
    """Send a submitted request back with what is missing; its place and points stay its own."""
    require(actor, Action.REQUEST_TRIAGE, hidden=False)
    row = _submitted(unit, request_id)
    check_version(row, expected_version)
    reason = free_text.clean(reason)
    if not reason:
        raise Rejected("reason", "Enter what the requester should add or change")
    stop_at(free_text.problems("reason", reason, most=1000))
    before = content_of(row)
    with answering_for(unit):
        advance(row, RequestState.RETURNED, REQUEST_TRANSITIONS, "request")
        row.returned_reason = reason
    support_requests.record(unit, actor, Action.REQUEST_TRIAGE, row, before=before)
    return row


def mark_mandated(
    unit: UnitOfWork, *, actor: AnyActor, request_id: UUID, mandated: bool, expected_version: int
) -> SupportRequest:
    """Say whether this is mandated support, which is covered first."""
    require(actor, Action.REQUEST_TRIAGE, hidden=False)
    row = _submitted(unit, request_id)
    check_version(row, expected_version)
    before = content_of(row)
    with answering_for(unit):
        row.mandated = mandated
    support_requests.record(unit, actor, Action.REQUEST_TRIAGE, row, before=before)
    return row


def _submitted(unit: UnitOfWork, request_id: UUID) -> SupportRequest:
    row = unit.session.get(SupportRequest, request_id)
    if row is None or row.state is RequestState.DRAFT:
        raise NotFound("no such request")
    return row
