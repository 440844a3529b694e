"""Sending what was posted: who gets an email is settled when it is due, each email is claimed before it is sent.

At least once: a worker that dies after handing an email over leaves it to be sent again, under the same
Message-ID. What is not taken is tried again with growing pauses; the last failure is shown to the system
administrator. Log lines name deliveries, never people.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from webapp.services import messages
from webapp.services.mailers import DeliveryError, Email, Mailer
from webapp.services.message_kinds import KINDS, Letter, letter
from webapp.store import outbox_queue as queue
from webapp.store.accounts import normal_email
from webapp.store.outbox import DeliveryState, MessageDelivery, OutboxMessage
from webapp.store.unit_of_work import Database, UnitOfWork

PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 60, 240, 720, 1440))
"""How long to wait after each try; one more try than there are pauses, over two days."""
MOST_TRIES = len(PAUSES) + 1
AT_ONCE = 50
Unseal = Callable[[str], str]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery that this pass may send, with what it says."""

    email: Email
    attempt: int
    wipes: UUID


@dataclass(frozen=True, slots=True)
class Office:
    """What sending needs beyond the rows. ``mailer`` is ``None`` where nothing can be emailed."""

    mailer: Mailer | None
    public_url: str
    unseal: Unseal


def _sealed(_secret: str) -> str:
    raise ValueError("there is no key here")


SILENT = Office(None, "", _sealed)
"""Where nothing is emailed: messages are settled and stay among people's messages."""


def send_due(database: Database, office: Office) -> None:
    """Settle who gets what is due, then send until nothing is due or the server takes no more."""
    left = True
    while left:
        with database.unit(writing=True) as unit:
            left = address(unit, emails=office.mailer is not None)
    if office.mailer is None:
        return
    with office.mailer as mailer:
        while batch := _claim(database, office):
            if not _send_all(database, mailer, batch):
                return


def address(unit: UnitOfWork, *, emails: bool) -> bool:
    """Make a delivery for each person who gets a due message, as rights and wishes stand now; any left?"""
    due = unit.session.scalars(queue.unaddressed(unit.now)).all()
    if not due:
        return False
    kinds = {each.kind for each in due if each.kind in KINDS and KINDS[each.kind].optional}
    unwilling = {kind: queue.opted_out(unit.session, kind) for kind in sorted(kinds)}
    readers = queue.readers(unit.session, due)
    first = DeliveryState.WAITING if emails else DeliveryState.NOT_EMAILED
    deliveries = [
        (each.id, user_id, DeliveryState.SWITCHED_OFF if user_id in unwilling.get(each.kind, ()) else first)
        for each in due
        for user_id in readers[each.id]
    ]
    queue.settle(unit.session, due, deliveries, unit.now)
    return len(due) == queue.AT_ONCE


def text_of(written: Letter, *, public_url: str) -> str:
    """The email's text: its sentences, its one link, and who writes."""
    parts = [*written.lines, f"{written.link_text}:\n{public_url}{written.path}"]
    if written.unsubscribe_path:
        parts.append(f"To stop getting these emails:\n{public_url}{written.unsubscribe_path}")
    return "\n\n".join([*parts, "Support partner matching\nPlease do not reply to this email."]) + "\n"


def last_letter(unit: UnitOfWork, *, email: str, office: Office) -> str | None:
    """What the newest email to an address says, or would say where nothing can be emailed; None for none.

    For the demonstration, where no email leaves the machine: whoever calls this must know that it is one.
    """
    message = queue.last_to(unit.session, normal_email(email))
    if message is None or message.kind not in KINDS:
        return None
    secret = office.unseal(message.sealed) if message.sealed else ""
    written = letter(KINDS[message.kind], message.content, secret=secret)
    return f"{written.subject}\n\n{text_of(written, public_url=office.public_url)}"


def _claim(database: Database, office: Office) -> list[Claimed]:
    """Take some waiting deliveries for this pass: until their pause is over no other pass may have them."""
    with database.unit(writing=True) as unit:
        return list(_claimed(unit, office))


def _claimed(unit: UnitOfWork, office: Office) -> Iterator[Claimed]:
    for delivery, message, to in queue.waiting(unit.session, unit.now, AT_ONCE):
        attempt = delivery.attempts + 1
        pause = PAUSES[min(attempt, len(PAUSES)) - 1]
        if not queue.take(unit.session, delivery, attempt=attempt, until=unit.now + pause):
            continue
        try:
            yield Claimed(_email(delivery, message, to, office), attempt, message.id)
        except (LookupError, ValueError) as error:
            # Words of an earlier release, a key that was retired, a right that was lost: never to be sent.
            log.warning("delivery %s cannot be written: %s", delivery.id, type(error).__name__)
            _settle(unit, delivery.id, attempt, DeliveryState.FAILED, "it could not be written")


def _email(delivery: MessageDelivery, message: OutboxMessage, to: str | None, office: Office) -> Email:
    kind = KINDS[message.kind]
    if not to or kind.holds_secret is (message.sealed is None):
        raise ValueError("nobody may read it any more")
    written = letter(kind, message.content, secret=office.unseal(message.sealed) if message.sealed else "")
    unsubscribe = written.unsubscribe_path
    return Email(
        id=delivery.id,
        to=to,
        subject=written.subject,
        text=text_of(written, public_url=office.public_url),
        unsubscribe_url=office.public_url + unsubscribe if unsubscribe else "",
    )


def _send_all(database: Database, mailer: Mailer, batch: Iterable[Claimed]) -> bool:
    """Send each; once the server takes none, the rest waits as if it had been tried. Whether to go on."""
    down = ""
    for claimed in batch:
        try:
            if not down:
                mailer.send(claimed.email, again=claimed.attempt > 1)
        except DeliveryError as error:
            down = str(error) if error.is_server else ""
            _failed(database, claimed, str(error), is_final=error.is_final)
        else:
            if down:
                _failed(database, claimed, down, is_final=False)
            else:
                _sent(database, claimed)
    return not down


def _sent(database: Database, claimed: Claimed) -> None:
    with database.unit(writing=True) as unit:
        _settle(unit, claimed.email.id, claimed.attempt, DeliveryState.SENT, "")
        queue.wipe(unit.session, claimed.wipes)
    log.info("delivery %s sent", claimed.email.id)


def _failed(database: Database, claimed: Claimed, reason: str, *, is_final: bool) -> None:
    over = is_final or claimed.attempt >= MOST_TRIES
    with database.unit(writing=True) as unit:
        state = DeliveryState.FAILED if over else DeliveryState.WAITING
        _settle(unit, claimed.email.id, claimed.attempt, state, reason)
        if over:
            _tell_administrators(unit)
    log.warning("delivery %s, try %d: %s", claimed.email.id, claimed.attempt, reason)


def _settle(unit: UnitOfWork, delivery_id: UUID, attempt: int, state: DeliveryState, failure: str) -> None:
    """Write how a try ended, unless a later one was begun meanwhile."""
    sent_at: datetime | None = unit.now if state is DeliveryState.SENT else None
    row = update(MessageDelivery).where(
        MessageDelivery.id == delivery_id, MessageDelivery.attempts == attempt
    )
    unit.session.execute(
        row.values(state=state, failure=failure[:200], sent_at=sent_at, updated_at=unit.now),
        execution_options={"synchronize_session": False},
    )


def _tell_administrators(unit: UnitOfWork) -> None:
    today = unit.now.date().isoformat()
    messages.post(unit, kind="mail.failed", about={}, dedupe_key=f"mail.failed:{today}")
