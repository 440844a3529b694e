"""Who has waited: for how many published rounds in a row an organisation asked for help and got none."""

from __future__ import annotations

import uuid
from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.store.rounds import Round
from webapp.store.support_requests import RequestState, SupportRequest

Wish = tuple[uuid.UUID, str]
"""A requester and the priority it asked under."""


def rounds_waited(session: Session, before: Round | None) -> dict[Wish, int]:
    """For each wish that went unmet in the last published round: how many such rounds in a row, 1 or more.

    Requests are matched or unmatched once their round is published, and only then. A round counts where all
    requests of the wish were unmatched; one in which it was met, or not asked, ends the row. ``before`` None: by all
    rounds so far.
    """
    query = (
        select(Round.number, SupportRequest.requester_id, SupportRequest.priority_code, SupportRequest.state)
        .join(Round, SupportRequest.round_id == Round.id)
        .where(SupportRequest.priority_code.is_not(None))
        .where(SupportRequest.state.in_((RequestState.MATCHED, RequestState.UNMATCHED)))
    )
    if before is not None:
        query = query.where(Round.number < before.number)
    unmet: defaultdict[int, set[Wish]] = defaultdict(set)
    met: defaultdict[int, set[Wish]] = defaultdict(set)
    for number, requester_id, priority, state in session.execute(query):
        held = met if state is RequestState.MATCHED else unmet
        held[number].add((requester_id, str(priority)))
    waited: dict[Wish, int] = {}
    waiting: set[Wish] | None = None
    for number in sorted(unmet.keys() | met.keys(), reverse=True):
        short = unmet[number] - met[number]
        waiting = short if waiting is None else waiting & short
        for wish in waiting:
            waited[wish] = waited.get(wish, 0) + 1
    return waited
