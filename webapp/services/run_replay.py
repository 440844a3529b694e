"""Replaying a run: the stored snapshot solved again must give the stored bytes (PRODUCT.md 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from matcher.serialisation import ResultError, read_result, write_result
from webapp.authority.actor import AnyActor
from webapp.services import run_documents, runs, solving
from webapp.services.failures import NotAllowedNow
from webapp.services.run_execution import Solver
from webapp.services.solving import Order
from webapp.store.runs import DocumentKind, RunState
from webapp.store.unit_of_work import UnitOfWork

RESULTS = (DocumentKind.INSTANCE, DocumentKind.RESULT, DocumentKind.EVIDENCE)


@dataclass(frozen=True, slots=True)
class StoredRun:
    """All documents of a finished run, and how it was solved."""

    documents: Mapping[DocumentKind, bytes]
    order: Order


def stored(unit: UnitOfWork, *, actor: AnyActor, name: str) -> StoredRun:
    """The run of an identifier or ``latest``. One that was stopped by time is replayed by the effort it used."""
    row = runs.find(unit, actor=actor, name=name)
    if row.state is not RunState.FINISHED:
        raise NotAllowedNow(f"Only a finished run can be replayed; this one is {row.state.value}.")
    stopped = bool((row.summary or {}).get("stopped_by_time"))
    return StoredRun(
        documents={kind: run_documents.content(unit.session, row.id, kind) for kind in DocumentKind},
        order=Order(gap=row.gap, effort=row.effort if stopped else None, repair=row.repair),
    )


def differences(run: StoredRun, *, solver: Solver = solving.solve) -> tuple[str, ...]:
    """Solve again; a line for each document whose bytes differ (versions are no part of what a result is)."""
    again = solver(run.documents[DocumentKind.SNAPSHOT], run.order, lambda _progress: True)
    found = {
        DocumentKind.INSTANCE: again.instance,
        DocumentKind.RESULT: again.result,
        DocumentKind.EVIDENCE: again.evidence,
    }
    return tuple(
        f"{kind.value}: {len(found[kind])} bytes now, {len(run.documents[kind])} stored, not the same"
        for kind in RESULTS
        if not _is_same(kind, found[kind], run.documents[kind])
    )


def _is_same(kind: DocumentKind, now: bytes, before: bytes) -> bool:
    """Byte for byte, but for the versions that a stored result names."""
    if now == before or kind is not DocumentKind.RESULT:
        return now == before
    try:
        versions = read_result(before).versions
    except ResultError:
        return False
    return write_result(replace(read_result(now), versions=versions)) == before
