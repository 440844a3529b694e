"""Who made what happened to a round, and when: events read from rows, with the moment and the person beside each.

Rows keep the end of an offer, the sending and the withdrawal of a request, and decisions. A cut in days, a pause, a
declaration or an exclusion leaves no row of its own, only new values, so its moment is read where each such act is
recorded once: in the audit, between the run that does not know it and the repair that does (docs/adr/0028).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, null, select, type_coerce, union_all
from sqlalchemy.orm import Session

from matcher.evidence.repair_changes import RepairEvent
from webapp.authority.actions import Action
from webapp.services import employers
from webapp.services.partners import MOVES
from webapp.store.accounts import User
from webapp.store.audit import AuditEntry, Outcome
from webapp.store.base import UtcDateTime
from webapp.store.decisions import KEEPS_OUT, Decision
from webapp.store.offers import LIVE_STATES, Offer, OfferState
from webapp.store.partners import Partner, PartnerState
from webapp.store.support_requests import SupportRequest

PARTNER, REQUEST, OFFER, ASIDE = "partner", "request", "offer", "aside"
ACTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "offer_declined": (OFFER, (Action.OFFER_ANSWER,)),
    "offer_lapsed": (OFFER, (Action.OFFER_LAPSE,)),
    "offer_withdrawn": (OFFER, ("offer.withdraw",)),
    "request_withdrawn": (REQUEST, (Action.REQUEST_WITHDRAW,)),
    "partner_paused": (PARTNER, (MOVES[PartnerState.PAUSED], MOVES[PartnerState.LEFT])),
    "conflict_declared": (PARTNER, (Action.INTEREST_DECLARE, employers.CHANGE)),
    "partner_excluded": (REQUEST, (Action.REQUEST_DRAFT,)),
    "capacity_cut": (PARTNER, (Action.CAPACITY_DECLARE,)),
    "late_request": (REQUEST, (Action.REQUEST_SUBMIT,)),
    "put_aside": (ASIDE, (Action.PROPOSAL_REJECT, Action.PROPOSAL_FORBID, Action.PROPOSAL_SWAP)),
}
"""For each event: on what it was done, and by which acts."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which something happened: after what a run knew, and before a repair began."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with the names of whom it touches, when it was, and by whom (a role alone where no account is left)."""

    event: RepairEvent
    partner: str
    request: str
    at: datetime | None
    by: str = ""
    role: str = ""


@dataclass(slots=True)
class _Known:
    """What rows say of the events: names by reference, and by (kind, partner, request) subject and moment."""

    names: dict[str, str] = field(default_factory=dict)
    subjects: dict[tuple[str, str, str], UUID] = field(default_factory=dict)
    moments: dict[tuple[str, str, str], datetime] = field(default_factory=dict)


def happened(
    session: Session, round_id: UUID, events: Sequence[RepairEvent], span: Span
) -> tuple[Happened, ...]:
    """The events with names, moments and people: two queries, however many there are."""
    if not events:
        return ()
    known = _known(session, round_id, events)
    acts = _acts(session, known.subjects.values(), span)
    return tuple(_happened(each, known, acts) for each in events)


def _happened(event: RepairEvent, known: _Known, acts: Mapping[tuple[str, str], Any]) -> Happened:
    kind, actions = ACTS[event.code]
    key = _key(kind, event)
    subject = str(known.subjects.get(key, ""))
    done = [acts[subject, action] for action in actions if (subject, action) in acts]
    last = max(done, key=lambda row: row.sequence, default=None)
    kept = known.moments.get((event.code, *key[1:]))
    return Happened(
        event,
        known.names.get(event.partner, event.partner),
        known.names.get(event.request, event.request),
        kept or (last.at if last else None),
        (last.name or "") if last else "",
        last.actor_role if last else "",
    )


def _key(kind: str, event: RepairEvent) -> tuple[str, str, str]:
    partner = event.partner if kind != REQUEST else ""
    request = event.request if kind != PARTNER else ""
    return kind, partner, request


def _known(session: Session, round_id: UUID, events: Iterable[RepairEvent]) -> _Known:
    partners = {each.partner for each in events}
    requests = {each.request for each in events}
    found = _Known()
    rows = session.execute(union_all(*_branches(round_id, partners, requests))).all()
    for kind, partner, request, subject, name, at, other in sorted(rows, key=_by_moment):
        if kind in (PARTNER, REQUEST):
            found.names[partner or request] = name
        found.subjects[kind, partner, request] = subject
        moments = {
            REQUEST: (("late_request", at), ("request_withdrawn", other)),
            OFFER: tuple((code, at) for code in ACTS if code.startswith(OFFER)),
            ASIDE: (("put_aside", at),),
        }
        for code, moment in moments.get(kind, ()):
            if moment is not None:
                found.moments[code, partner, request] = moment
    return found


def _by_moment(row: Any) -> tuple[bool, Any]:
    return (row[5] is not None, row[5])


def _branches(round_id: UUID, partners: set[str], requests: set[str]) -> Iterable[Any]:
    """``(kind, partner's reference, request's, what the audit calls it by, name, moment, another moment)``."""
    never = type_coerce(null(), UtcDateTime())
    yield select(
        literal(PARTNER), Partner.reference, literal(""), Partner.id, Partner.name, never, never
    ).where(Partner.reference.in_(partners))
    yield select(
        literal(REQUEST),
        literal(""),
        SupportRequest.reference,
        SupportRequest.id,
        SupportRequest.title,
        SupportRequest.submitted_at,
        SupportRequest.withdrawn_at,
    ).where(SupportRequest.reference.in_(requests))
    for kind, table, subject, moment, condition in (
        (OFFER, Offer, Offer.id, Offer.answered_at, _is_over()),
        (ASIDE, Decision, Decision.match_id, Decision.decided_at, _sets_aside(round_id)),
    ):
        sides: Any = table
        yield (
            select(
                literal(kind),
                Partner.reference,
                SupportRequest.reference,
                subject,
                literal(""),
                moment,
                never,
            )
            .join(Partner, Partner.id == sides.partner_id)
            .join(SupportRequest, SupportRequest.id == sides.request_id)
            .where(Partner.reference.in_(partners), SupportRequest.reference.in_(requests), condition)
        )


def _is_over() -> Any:
    return Offer.state.not_in((*LIVE_STATES, OfferState.ROLLED_BACK))


def _sets_aside(round_id: UUID) -> Any:
    return (Decision.round_id == round_id) & Decision.kind.in_(KEEPS_OUT) & Decision.match_id.is_not(None)


def _acts(session: Session, subjects: Iterable[UUID], span: Span) -> dict[tuple[str, str], Any]:
    """The last act of each kind on each thing in that time."""
    wanted = {str(each) for each in subjects}
    query = (
        select(
            AuditEntry.sequence,
            AuditEntry.subject_id,
            AuditEntry.action,
            AuditEntry.at,
            AuditEntry.actor_role,
            User.name,
        )
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .where(
            AuditEntry.subject_id.in_(wanted),
            AuditEntry.action.in_({str(action) for _, actions in ACTS.values() for action in actions}),
            AuditEntry.outcome == Outcome.DONE,
            AuditEntry.at >= span.since,
        )
        .order_by(AuditEntry.sequence)
    )
    if span.until is not None:
        query = query.where(AuditEntry.at <= span.until)
    return {(row.subject_id, row.action): row for row in session.execute(query)}
