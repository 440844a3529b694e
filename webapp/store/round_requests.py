"""The support requests of a round: which are in it, who holds which rank, how many are in each state."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from sqlalchemy import (
    Select,
    func,
    select,
)
from sqlalchemy.orm import Session

from webapp.store.rounds import Round
from webapp.store.support_requests import COUNTED_STATES, RequestState, SupportRequest


def in_round(round_id: uuid.UUID, states: Iterable[RequestState]) -> Select[SupportRequest]:
    """Requests of a round in the states given, by reference."""
    return (
        select(SupportRequest)
        .where(SupportRequest.round_id == round_id, SupportRequest.state.in_(tuple(states)))
        .order_by(SupportRequest.reference)
    )


def counted_of(session: Session, round_id: uuid.UUID, requester_id: uuid.UUID) -> list[SupportRequest]:
    """The organisation's requests that hold a rank in the round, by rank."""
    query = (
        select(SupportRequest)
        .where(SupportRequest.round_id == round_id, SupportRequest.requester_id == requester_id)
        .where(SupportRequest.state.in_(COUNTED_STATES))
        .order_by(SupportRequest.rank, SupportRequest.id)
    )
    return list(session.scalars(query))


def put_in_places(session: Session, places: Mapping[SupportRequest, int]) -> None:
    """Give requests their ranks, two of which may change places.

    The index of ranks is asked at every row, so all first leave the states that hold a rank, inside this transaction.
    """
    states = {row: row.state for row in places}
    for row in places:
        row.state = RequestState.DRAFT
    session.flush()
    for row, rank in places.items():
        row.rank, row.state = rank, states[row]
    session.flush()


def state_counts(session: Session, round_id: uuid.UUID) -> dict[RequestState, int]:
    """How many requests of the round are in each state."""
    return state_counts_by_round(session, (round_id,)).get(round_id, {})


def state_counts_by_round(
    session: Session, round_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, dict[RequestState, int]]:
    """How many requests of each round are in each state, in one query; a round without any is left out."""
    query = (
        select(Round.id, SupportRequest.state, func.count())
        .select_from(SupportRequest)
        .join(SupportRequest.round)
        .where(Round.id.in_(tuple(round_ids)))
        .group_by(Round.id, SupportRequest.state)
        .order_by(SupportRequest.state)
    )
    found: dict[uuid.UUID, dict[RequestState, int]] = {}
    for round_id, state, count in session.execute(query):
        found.setdefault(round_id, {})[state] = count
    return found
