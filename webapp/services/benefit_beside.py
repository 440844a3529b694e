"""The benefit of two runs beside each other: counted with one and the same values, whatever each was made under."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.evidence.comparison import compare
from matcher.serialisation import read_instance, read_result
from webapp.services import run_documents
from webapp.store.runs import DocumentKind, Run, RunDocument

MOST_BYTES = 3_000_000
"""Instances from this size on are not read for a page: today's England takes a quarter of it."""


def are_alike(first: Run, second: Run) -> bool:
    """Whether both count the benefit with the same values."""
    return first.policy_id == second.policy_id and not _reweighs(first) and not _reweighs(second)


def under_the_first(session: Session, first: Run, second: Run) -> tuple[float, float] | None:
    """The benefit of both under the instance of the first; None where that is too large to be read while somebody
    waits, or where one proposes pairs that it does not know."""
    query = select(RunDocument.size).where(
        RunDocument.run_id == first.id, RunDocument.kind == DocumentKind.INSTANCE
    )
    if (session.scalar(query) or MOST_BYTES) >= MOST_BYTES:
        return None
    instance = read_instance(run_documents.content(session, first.id, DocumentKind.INSTANCE))
    one, other = (
        read_result(run_documents.content(session, run.id, DocumentKind.RESULT)).engagements
        for run in (first, second)
    )
    found = compare(instance, one, other)
    if found.unknown_first or found.unknown_second:
        return None
    return next((each.first, each.second) for each in found.levels if each.name == "value")


def _reweighs(run: Run) -> bool:
    plain = run.changes or {}
    return bool(plain.get("draft") or plain.get("changes", {}).get("weights"))
