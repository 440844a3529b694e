"""Reading the audit: an organisation its own people's acts, the national team and auditors all of them.

Improvement-plan events are never here: they have a history of their own behind their wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import CELLS, Cell, require
from webapp.services.paging import ASKED_FOR_FILE, Page, Paging, page_of
from webapp.store import audit as store
from webapp.store.accounts import User
from webapp.store.audit import AuditEntry, Outcome
from webapp.store.organisations import Organisation
from webapp.store.unit_of_work import UnitOfWork

PORTION = 5_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to list; empty means all that the reader may see."""

    action: str = ""
    outcome: Outcome | None = None
    subject_id: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """One entry with names instead of identifiers, where they are still known."""

    sequence: int
    at: datetime
    who: str
    role: str
    organisation: str
    action: str
    outcome: Outcome
    subject_kind: str
    subject_id: str
    reason: str
    request_id: str


def listing(unit: UnitOfWork, *, actor: Actor, wanted: AuditFilter, paging: Paging) -> Page[Act]:
    """One page of the acts that the actor may read, the latest first."""
    page = page_of(unit.session, _query(actor, wanted), paging)
    return Page(tuple(_named(unit, page.rows)), page.total, page.number, page.size)


def export(unit: UnitOfWork, *, actor: Actor, wanted: AuditFilter) -> Iterator[Act]:
    """The same acts for a file, the latest first, read in portions: as many as a file may hold, and one more."""
    require(actor, Action.EXPORT_DOWNLOAD, organisation_id=actor.organisation_id, hidden=False)
    query, last, left = _query(actor, wanted), None, ASKED_FOR_FILE
    while left:
        portion, size = query if last is None else query.where(AuditEntry.sequence < last), min(PORTION, left)
        rows = list(unit.session.scalars(portion.limit(size)))
        yield from _named(unit, rows)
        if len(rows) < size:
            return
        last, left = rows[-1].sequence, left - size


def actions() -> tuple[str, ...]:
    """The nouns by which acts can be filtered."""
    return tuple(
        sorted({str(action).partition(".")[0] for action in Action} - {"plan", "public", "worksheet"})
    )


def _query(actor: Actor, wanted: AuditFilter) -> Select[AuditEntry]:
    require(actor, Action.AUDIT_READ, organisation_id=actor.organisation_id, hidden=False)
    own_only = CELLS[Action.AUDIT_READ][actor.role] is Cell.OWN_ORGANISATION
    return store.listed(
        organisation_id=actor.organisation_id if own_only else None,
        action=f"{wanted.action}." if wanted.action else "",
        outcome=wanted.outcome,
        subject_id=wanted.subject_id,
    )


def _named(unit: UnitOfWork, rows: Iterable[AuditEntry]) -> Iterator[Act]:
    known = list(rows)
    people = _names(unit, User, {row.actor_id for row in known})
    bodies = _names(unit, Organisation, {row.organisation_id for row in known})
    for row in known:
        yield Act(
            sequence=row.sequence,
            at=row.at,
            who=people.get(row.actor_id, ""),
            role=row.actor_role,
            organisation=bodies.get(row.organisation_id, ""),
            action=row.action,
            outcome=row.outcome,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            reason=row.reason,
            request_id=row.request_id,
        )


def _names(
    unit: UnitOfWork, kind: type[User] | type[Organisation], ids: set[UUID | None]
) -> Mapping[UUID | None, str]:
    wanted = {each for each in ids if each is not None}
    return {
        each: name
        for each, name in unit.session.execute(select(kind.id, kind.name).where(kind.id.in_(wanted)))
    }
