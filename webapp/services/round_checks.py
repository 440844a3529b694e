"""Before a round is solved: demand beside what its candidates have, and what people can still mend.

Counting takes a second or more at a thousand requests, so a worker does it and the page reads what was stored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matcher.candidates.supply import Supply, supply
from matcher.problem.records import RecordError, decode, encode
from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor, SystemActor
from webapp.authority.matrix import require
from webapp.services import audit, rounds, snapshot
from webapp.services.failures import NotFound
from webapp.services.policies import settings_of
from webapp.services.work_queue import Wake
from webapp.store import round_checks as store
from webapp.store.partners import Partner
from webapp.store.round_checks import RoundCheck
from webapp.store.rounds import Round
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork

LONDON = ZoneInfo("Europe/London")
COUNT_AGAIN_AFTER = timedelta(hours=1)
WORKER = SystemActor("worker")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """A round with what was counted of it; ``supply`` is empty before the first count."""

    round: Round
    row: RoundCheck | None
    supply: Supply | None


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> Check:
    """The newest count of a round."""
    require(actor, Action.RUN_READ, hidden=False)
    round_ = rounds.load(unit, actor=actor, round_id=round_id)
    row = store.of_round(unit.session, round_id)
    found = decode(Supply, row.found) if row is not None and row.found is not None else None
    return Check(round_, row, found)


def ask(unit: UnitOfWork, *, actor: Actor, round_id: UUID, wake: Wake | None = None) -> None:
    """Have the round counted again, soon."""
    require(actor, Action.ROUND_ASK, hidden=False)
    rounds.load(unit, actor=actor, round_id=round_id)
    if not store.ask(unit.session, round_id, unit.now):
        unit.session.add(RoundCheck(round_id=round_id, asked_at=unit.now))
        unit.flush()
    audit.record(unit, actor, Action.ROUND_ASK, audit.Subject("round", round_id), after={"asked": unit.now})
    if wake is not None:
        unit.after_commit.append(lambda: wake(round_id))


def count_due(database: Database) -> int:
    """A worker's part: count every round whose count is missing, asked for or old; gives how many."""
    with database.unit(writing=False) as unit:
        due = store.due(unit.session, before=unit.now - COUNT_AGAIN_AFTER)
    for round_id in due:
        _count(database, round_id)
    return len(due)


def requests_of(
    unit: UnitOfWork, *, actor: AnyActor, references: Iterable[str]
) -> Mapping[str, SupportRequest]:
    """Requests by reference, with the bodies that ask."""
    require(actor, Action.RUN_READ, hidden=False)
    query = select(SupportRequest).where(SupportRequest.reference.in_(tuple(references)))
    rows = unit.session.scalars(query.options(joinedload(SupportRequest.beneficiary)))
    return {row.reference: row for row in rows}


def partners_of(unit: UnitOfWork, *, actor: AnyActor, references: Iterable[str]) -> Mapping[str, Partner]:
    """Partners by reference, with their home organisations."""
    require(actor, Action.RUN_READ, hidden=False)
    query = select(Partner).where(Partner.reference.in_(tuple(references)))
    return {
        row.reference: row for row in unit.session.scalars(query.options(joinedload(Partner.organisation)))
    }


def _count(database: Database, round_id: UUID) -> None:
    found: dict[str, Any] | None = None
    problem = ""
    with database.unit(writing=False) as unit:
        now, round_ = unit.now, unit.session.get(Round, round_id)
        if round_ is None:
            raise NotFound("no such round")
        try:
            today = now.astimezone(LONDON).date()
            taken = snapshot.take(unit.session, round_, settings_of(round_.policy), as_of=today)
            found = encode(supply(taken.snapshot))
            problem = "; ".join(list(taken.snapshot.problems())[:5])[:1000]
        except RecordError as error:
            problem = "; ".join(error.problems[:5])[:1000]
            _log.warning("round %s could not be counted: %s", round_id, problem)
    with database.unit(writing=True) as unit:
        row = store.of_round(unit.session, round_id)
        if row is None:
            row = RoundCheck(round_id=round_id, asked_at=now)
            unit.session.add(row)
        row.found, row.problem, row.counted_at = found, problem, now
        audit.record(unit, WORKER, "round.count", audit.Subject("round", round_id), after={"counted": now})
