"""Emails that were given up, by kind and without a word of what they said or to whom they went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import audit
from webapp.services.failures import NotAllowedNow
from webapp.services.message_kinds import KINDS
from webapp.store import outbox_queue as store
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Failures:
    """The failures of one kind of message."""

    kind: str
    title: str
    count: int
    last_at: datetime
    last_reason: str


@dataclass(frozen=True, slots=True)
class MailState:
    """How many emails wait, and what was given up."""

    waiting: int
    oldest_waiting_at: datetime | None
    failures: tuple[Failures, ...]


def mail_state(unit: UnitOfWork, *, actor: AnyActor) -> MailState:
    """What waits and what was given up."""
    require(actor, Action.SYSTEM_READ, hidden=False)
    waiting, oldest = store.waiting_count(unit.session)
    return MailState(
        waiting,
        oldest,
        tuple(
            Failures(kind, KINDS[kind].title if kind in KINDS else kind, count, last_at, reason)
            for kind, count, last_at, reason in store.failed_by_kind(unit.session)
        ),
    )


def try_again(unit: UnitOfWork, *, actor: AnyActor, kind: str) -> int:
    """Put the failed emails of a kind back among those that wait; how many these are."""
    require(actor, Action.SYSTEM_CHANGE, hidden=False)
    count = store.revive(unit.session, kind, unit.now)
    if not count:
        raise NotAllowedNow("No email of this kind waits to be tried again.")
    audit.record(unit, actor, "message.try_again", audit.Subject("message_kind", kind[:80]))
    unit.after_commit.append(unit.wake_sender)
    return count
