"""Bulletins: a board member drafts headlines and priorities of a meeting, looks at them, and publishes.

Published ones are the archive, the feed, and what confirmed subscribers get by email (``post_due``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, free_text, messages
from webapp.services.contents import content_of
from webapp.services.failures import NotFound, Problem, Rejected, check_version, stop_at
from webapp.services.paging import Page, Paging, page_of
from webapp.services.priority_list import is_in_use
from webapp.services.states import advance
from webapp.store import bulletins as store
from webapp.store import taxonomy
from webapp.store.bulletins import BULLETIN_TRANSITIONS, Bulletin, BulletinState
from webapp.store.taxonomy import NodeKind, TaxonomyNode
from webapp.store.unit_of_work import Database, UnitOfWork

MOST_HEADLINES = 6
LONGEST_HEADLINE = 600
AT_ONCE = 500
EARLIEST, LATEST = date(2020, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class BulletinText:
    """What a board member writes; ``priorities`` are codes of the dated list."""

    title: str
    meeting_on: date
    intro: str
    headlines: tuple[str, ...]
    priorities: tuple[str, ...]


def drafts_and_published(unit: UnitOfWork, *, actor: AnyActor, paging: Paging) -> Page[Bulletin]:
    """All that a board member works on or has published."""
    require(actor, Action.BULLETIN_WRITE, hidden=False)
    return page_of(unit.session, store.working(), paging)


def load(unit: UnitOfWork, *, actor: AnyActor, bulletin_id: UUID) -> Bulletin:
    """One bulletin to work on."""
    require(actor, Action.BULLETIN_WRITE, hidden=False)
    row = unit.session.get(Bulletin, bulletin_id)
    if row is None or row.state is BulletinState.DISCARDED:
        raise NotFound("no such bulletin")
    return row


def priorities_on(unit: UnitOfWork, day: date) -> list[TaxonomyNode]:
    """The national priorities of the dated list on a day."""
    nodes = unit.session.scalars(taxonomy.nodes((NodeKind.PRIORITY,)))
    return [node for node in nodes if is_in_use(node, day)]


def draft(unit: UnitOfWork, *, actor: Actor, text: BulletinText) -> Bulletin:
    """Begin a bulletin."""
    require(actor, Action.BULLETIN_WRITE, hidden=False)
    row = Bulletin(drafted_by=actor.user_id, state=BulletinState.DRAFT)
    _write(unit, row, text)
    unit.session.add(row)
    unit.flush()
    _record(unit, actor, "bulletin.draft", row)
    return row


def save(
    unit: UnitOfWork, *, actor: Actor, bulletin_id: UUID, text: BulletinText, expected_version: int
) -> Bulletin:
    """Write a draft anew; raises ``StaleVersion``, or ``NotAllowedNow`` once it was published."""
    row = load(unit, actor=actor, bulletin_id=bulletin_id)
    check_version(row, expected_version)
    _require_draft(row)
    _write(unit, row, text)
    unit.flush()
    _record(unit, actor, "bulletin.save", row)
    return row


def publish(unit: UnitOfWork, *, actor: Actor, bulletin_id: UUID, expected_version: int) -> Bulletin:
    """Put it before everybody, dated now; the worker posts it to subscribers."""
    row = load(unit, actor=actor, bulletin_id=bulletin_id)
    check_version(row, expected_version)
    in_use = {node.code for node in priorities_on(unit, row.meeting_on)}
    gone = [label for code, label in row.priorities if code not in in_use]
    if gone:
        raise Rejected("priorities", f"No longer a priority on the day of the meeting: {', '.join(gone)}")
    advance(row, BulletinState.PUBLISHED, BULLETIN_TRANSITIONS, "bulletin")
    row.published_by, row.published_at = actor.user_id, unit.now
    unit.flush()
    unit.after_commit.append(unit.wake_sender)
    _record(unit, actor, "bulletin.publish", row)
    return row


def discard(unit: UnitOfWork, *, actor: Actor, bulletin_id: UUID, expected_version: int) -> None:
    """Throw a draft away."""
    row = load(unit, actor=actor, bulletin_id=bulletin_id)
    check_version(row, expected_version)
    advance(row, BulletinState.DISCARDED, BULLETIN_TRANSITIONS, "bulletin")
    unit.flush()
    _record(unit, actor, "bulletin.discard", row)


def archive(unit: UnitOfWork, *, paging: Paging) -> Page[Bulletin]:
    """What anybody may read, the newest first."""
    return page_of(unit.session, store.published(), paging)


def published(unit: UnitOfWork, *, bulletin_id: UUID) -> Bulletin:
    """One published bulletin; raises ``NotFound``."""
    row = unit.session.get(Bulletin, bulletin_id)
    if row is None or row.state is not BulletinState.PUBLISHED:
        raise NotFound("no such bulletin")
    return row


def post_due(database: Database) -> None:
    """Post published bulletins to those who were subscribed when they came out; the worker calls it."""
    left = True
    while left:
        with database.unit(writing=True) as unit:
            left = _post_some(unit)


def _post_some(unit: UnitOfWork) -> bool:
    row = unit.session.scalar(store.unmailed())
    if row is None:
        return False
    readers = unit.session.scalars(store.confirmed_after(row, AT_ONCE)).all()
    for reader in readers:
        messages.post(
            unit,
            kind="bulletin.published",
            to_address=reader.email,
            about={"bulletin_id": str(row.id), "title": row.title, "meeting_on": row.meeting_on.isoformat()},
            dedupe_key=f"bulletin.published:{row.id}:{reader.id}",
            sealed_secret=reader.leave_sealed,
        )
    if readers:
        row.mailed_to = readers[-1].id
    if len(readers) < AT_ONCE:
        row.mailed_at = unit.now
    return True


def _write(unit: UnitOfWork, row: Bulletin, text: BulletinText) -> None:
    known = {node.code: node.label for node in priorities_on(unit, text.meeting_on)}
    title, intro = free_text.clean(text.title), free_text.clean(text.intro)
    headlines = [line for line in map(free_text.clean, text.headlines) if line]
    found = list(_problems(title, intro, headlines))
    if not EARLIEST <= text.meeting_on <= LATEST:
        found.append(Problem("meeting_on", "Enter the date of the meeting"))
    if not text.priorities or not set(text.priorities) <= known.keys():
        found.append(Problem("priorities", "Choose priorities that are set on the day of the meeting"))
    stop_at(found)
    row.title, row.intro, row.headlines, row.meeting_on = title, intro, headlines, text.meeting_on
    row.priorities = [[code, known[code]] for code in known if code in text.priorities]


def _problems(title: str, intro: str, headlines: list[str]) -> Iterator[Problem]:
    if not title:
        yield Problem("title", "Enter a title")
    yield from free_text.problems("title", title, most=120, one_line=True)
    yield from free_text.problems("intro", intro, most=1000)
    if not headlines:
        yield Problem("headline_1", "Enter at least one headline")
    if len(headlines) > MOST_HEADLINES:
        yield Problem(None, f"Write {MOST_HEADLINES} headlines or fewer")
    for number, line in enumerate(headlines, start=1):
        yield from free_text.problems(f"headline_{number}", line, most=LONGEST_HEADLINE)


def _require_draft(row: Bulletin) -> None:
    if row.state is not BulletinState.DRAFT:
        advance(row, BulletinState.DRAFT, BULLETIN_TRANSITIONS, "bulletin")


def _record(unit: UnitOfWork, actor: AnyActor, act: str, row: Bulletin) -> None:
    audit.record(unit, actor, act, audit.Subject("bulletin", row.id), after=content_of(row))
