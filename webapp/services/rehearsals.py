"""Getting ready for a repair before anything happens: the round as it stands is read, written and explained.

A worker does it once a run is proposed for publication (as it will stand when it is published, so that a decline in
the same minute waits for nothing), after each repair, and when the day or the rows have moved on since. What it
remembers saves a repair most of its time and changes nothing in its documents: whatever is not exactly as it was
rehearsed is done anew.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from matcher.formats.instance_again import Written, read_again
from matcher.problem.instance import Instance
from matcher.serialisation import FormatError, sha256
from webapp.services import runs
from webapp.services.failures import Rejected
from webapp.services.solving import SolvingError
from webapp.services.working_days import london_day
from webapp.store.audit import head
from webapp.store.publications import LIVE_STATES, Publication, PublicationState
from webapp.store.rounds import IN_FORCE, Round
from webapp.store.runs import Run
from webapp.store.unit_of_work import Database, UnitOfWork

STALE_AFTER = timedelta(minutes=5)
"""How long what was got ready is taken for how the round stands: then the rows are read again, if any was written."""
_log = logging.getLogger(__name__)


class Child(Protocol):
    """Whoever keeps a rehearsal for the repair that follows."""

    def rehearse(self, name: str, snapshot: bytes) -> bytes:
        """Read and explain a round as it stands, and keep that by name; gives its instance."""

    def has_rehearsed(self, name: str) -> bool:
        """Whether that is what is kept now."""


class Reading:
    """Reads instances for the verifier; of one that is nearly the last, only what differs."""

    def __init__(self) -> None:
        self._last: Written | None = None

    def __call__(self, content: bytes) -> Instance:
        """The instance of a document; raises ``FormatError``."""
        found = read_again(content, self._last)
        self._last = found
        return found.instance


class Rehearsals:
    """What one worker has got ready for the next repair, and whether that is still how the round stands."""

    def __init__(self, database: Database, child: Child) -> None:
        self.database, self.child = database, child
        self.reading = Reading()
        self._digest = ""
        self._seen = -1
        self._looked = datetime.min.replace(tzinfo=UTC)

    def get_ready(self) -> None:
        """Get ready for the repair of the round that was proposed, published or repaired last, unless it stands as
        it was rehearsed."""
        with self.database.unit(writing=False) as unit:
            found = _next(unit.session)
            if found is None:
                return
            run, publication = found
            name = f"{run.id} {publication.id if publication else ''} {london_day(unit.now)}"
            is_kept, seen = self.child.has_rehearsed(name), head(unit.session)[0]
            if is_kept and (seen == self._seen or unit.now - self._looked < STALE_AFTER):
                return
            content = _as_published(unit, run, publication)
            self._seen, self._looked = seen, unit.now
        if content is not None and not (is_kept and sha256(content) == self._digest):
            self._rehearse(name, content)

    def _rehearse(self, name: str, content: bytes) -> None:
        try:
            self.reading(self.child.rehearse(name, content))
            self._digest = sha256(content)
        except (SolvingError, FormatError) as error:
            _log.warning("%s could not be rehearsed: %s", name, error)


def _next(session: Session) -> tuple[Run, Publication | None] | None:
    """The run that a repair would start from, the newest first, and its publication where it has one."""
    live = (Publication.run_id == Run.id) & Publication.state.in_(LIVE_STATES)
    query = (
        select(Run, Publication)
        .join(Run.round)
        .outerjoin(Publication, live)
        .where(Run.is_current, Round.state.in_(IN_FORCE) | (Publication.state == PublicationState.PROPOSED))
        .options(joinedload(Run.round), joinedload(Run.policy))
        .order_by(func.coalesce(Publication.proposed_at, Run.finished_at).desc(), Run.id)
    )
    found = session.execute(query.limit(1)).first()
    return (found[0], found[1]) if found else None


def _as_published(unit: UnitOfWork, run: Run, publication: Publication | None) -> bytes | None:
    """The round's snapshot, approved matches fixed where their publication waits for a second person: offers fix
    them in the same way. None where it cannot be taken."""
    is_proposed = publication is not None and publication.state is PublicationState.PROPOSED
    try:
        return runs.snapshot_of(unit, run.round, run.policy, keep_approved=is_proposed)
    except Rejected as error:
        _log.warning("round %s cannot be rehearsed: %s", run.round_id, error)
        return None
