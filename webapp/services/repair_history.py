"""Repairs of a round as people read them: what waits for one, and what each one was made for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import repair_events, repairs, rounds
from webapp.services.repair_events import RepairEvent
from webapp.store import runs as store
from webapp.store.offers import Offer
from webapp.store.partners import Partner
from webapp.store.rounds import IN_FORCE, Round
from webapp.store.runs import Run, RunKind
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

MOST_SHOWN = 100
ENDS_OF_OFFERS = ("offer_declined", "offer_lapsed", "offer_withdrawn")
"""Events that are the end of an offer; of the others only a request's withdrawal has a moment of its own."""
Ends = Mapping[tuple[str, str], tuple[datetime | None, datetime | None]]
"""By partner and request: when the offer ended, and when the request was withdrawn."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event with the names of whom it touches, and when it was where a row keeps that."""

    event: RepairEvent
    partner: str
    request: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class RoundRepairs:
    """What waits for a repair of a round (at most a hundred are named), and its repairs, the newest first."""

    round: Round
    waiting: tuple[Happened, ...]
    number_waiting: int
    repairs: tuple[Run, ...]


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> RoundRepairs:
    """Everything about the repairs of a round; at most twelve queries whatever has happened."""
    require(actor, Action.RUN_READ, hidden=False)
    round_ = rounds.load(unit, actor=actor, round_id=round_id)
    runs = list(unit.session.scalars(store.current_and_repairs_of(round_id).limit(MOST_SHOWN + 1)))
    current = next((each for each in runs if each.is_current), None)
    waiting: tuple[RepairEvent, ...] = ()
    if current is not None and round_.state in IN_FORCE:
        waiting = repair_events.events_of(unit.session, round_, current)
    made = tuple(each for each in runs if each.kind is RunKind.REPAIR)
    return RoundRepairs(round_, _happened(unit, waiting[:MOST_SHOWN]), len(waiting), made)


def of_run(unit: UnitOfWork, *, actor: AnyActor, run: Run) -> tuple[Happened, ...]:
    """What a repair was made for; nothing for another run. At most a hundred, in the order they were found."""
    require(actor, Action.RUN_READ, hidden=False)
    return _happened(unit, repairs.events_in(run)[:MOST_SHOWN])


def _happened(unit: UnitOfWork, events: Sequence[RepairEvent]) -> tuple[Happened, ...]:
    if not events:
        return ()
    names = _names(unit, events)
    ends = _ends(unit, events)
    return tuple(
        Happened(
            each,
            names.get(each.partner, each.partner),
            names.get(each.request, each.request),
            _moment(each, ends),
        )
        for each in events
    )


def _names(unit: UnitOfWork, events: Iterable[RepairEvent]) -> dict[str, str]:
    """Names of partners and titles of requests by reference, in one query."""
    known = list(events)
    people = select(Partner.reference, Partner.name)
    needs = select(SupportRequest.reference, SupportRequest.title)
    query: Any = people.where(Partner.reference.in_({each.partner for each in known})).union_all(
        needs.where(SupportRequest.reference.in_({each.request for each in known}))
    )
    return {reference: name for reference, name in unit.session.execute(query)}


def _moment(event: RepairEvent, ends: Ends) -> datetime | None:
    """When it happened, not what happened to the pair later: a request may be withdrawn after the decline."""
    ended, withdrawn = ends.get((event.partner, event.request), (None, None))
    if event.code == "request_withdrawn":
        return withdrawn
    return ended if event.code in ENDS_OF_OFFERS else None


def _ends(unit: UnitOfWork, events: Iterable[RepairEvent]) -> Ends:
    known = list(events)
    query: Any = (
        select(Partner.reference, SupportRequest.reference, Offer.answered_at, SupportRequest.withdrawn_at)
        .select_from(Offer)
        .join(Offer.partner)
        .join(Offer.request)
        .where(
            Partner.reference.in_({each.partner for each in known}),
            SupportRequest.reference.in_({each.request for each in known}),
        )
        .order_by(Offer.created_at, Offer.id)
    )
    return {
        (partner, request): (ended, withdrawn)
        for partner, request, ended, withdrawn in unit.session.execute(query)
    }
