"""An allocation with its evidence to rows: proposed matches with days by month, and requests left short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matcher.allocation.result import Allocation
from matcher.problem.instance import Engagement
from matcher.problem.scenario import INVENTED
from webapp.services.match_evidence import is_close_call
from webapp.store.matches import MatchMonth, ProposedMatch, UnmetRequest
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest

MOST_AT_ONCE = 500
"""Rows of one statement: each carries kilobytes of evidence."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Whose rows they are: the run, its months, and the pairs that were fixed before it by reference."""

    run_id: UUID
    months: tuple[str, ...]
    locked: frozenset[tuple[str, str]] = frozenset()


def add(session: Session, rows: Rows, allocation: Allocation, evidence: Mapping[str, Any]) -> None:
    """Write the matches and the unmet requests of a run; both name rows by reference.

    ``evidence`` is the run's evidence document as plain JSON values: reading it needs no solver. A scenario's
    invented partners have no rows: what they would give stands in the result alone.
    """
    real = [each for each in allocation.engagements if not each.partner.startswith(INVENTED)]
    partners = _ids(session, Partner, {each.partner for each in real})
    wanted = {each.request for each in allocation.engagements}
    wanted |= {each.request for each in allocation.unmet}
    requests = _ids(session, SupportRequest, wanted)
    why = {(each["partner"], each["request"]): each for each in evidence["matches"]}
    ids = [uuid4() for _ in real]
    matches = [
        {
            "id": match_id,
            "run_id": rows.run_id,
            "partner_id": partners[each.partner],
            "request_id": requests[each.request],
            "days": each.total_days,
            "is_locked": each.pair in rows.locked,
            **_told(why[each.partner, each.request]),
        }
        for match_id, each in zip(ids, real, strict=True)
    ]
    _write(session, ProposedMatch, matches)
    _write(session, MatchMonth, [row for each in zip(ids, real, strict=True) for row in _months(*each, rows)])
    _write(session, UnmetRequest, _unmet(rows.run_id, requests, allocation, evidence))


def _told(found: Mapping[str, Any]) -> dict[str, Any]:
    """What the evidence of a match says, as its row keeps it."""
    return {
        "fit": found["fit"],
        "distance_km": found["distance_km"],
        "covers": found["covers"],
        "flags": found["flags"],
        "flag_count": len(found["flags"]),
        "is_close": is_close_call(found),
        "evidence": found,
    }


def _unmet(
    run_id: UUID, requests: Mapping[str, UUID], allocation: Allocation, evidence: Mapping[str, Any]
) -> list[dict[str, Any]]:
    why = {each["request"]: each for each in evidence["unmet"]}
    return [
        {
            "id": uuid4(),
            "run_id": run_id,
            "request_id": requests[each.request],
            "days_short": each.days_short,
            "reason": each.reason.value,
            "evidence": why.get(each.request, {}),
        }
        for each in allocation.unmet
    ]


def _months(match_id: UUID, engagement: Engagement, rows: Rows) -> list[dict[str, Any]]:
    pairs = zip(rows.months, engagement.days, strict=True)
    return [{"match_id": match_id, "month": month, "days": days} for month, days in pairs if days]


def _write(session: Session, table: Any, found: Sequence[Mapping[str, Any]]) -> None:
    """Set by set, not object by object: a run has thousands of rows, and nobody changes them afterwards."""
    for start in range(0, len(found), MOST_AT_ONCE):
        session.execute(insert(table), list(found[start : start + MOST_AT_ONCE]))


def _ids(session: Session, table: Any, references: set[str]) -> dict[str, UUID]:
    query = select(table.reference, table.id).where(table.reference.in_(references))
    return {reference: key for reference, key in session.execute(query)}
