"""Getting ready for a repair before anything happens: the round as it stands is read, written and explained.

A worker does it after a publication and after each repair. What it remembers saves a repair most of its time and
changes nothing in its documents: whatever is not exactly as it was rehearsed is done anew.
"""

from __future__ import annotations

import logging
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matcher.formats.instance_again import Written, read_again
from matcher.problem.instance import Instance
from matcher.serialisation import FormatError
from webapp.services import runs
from webapp.services.failures import Rejected
from webapp.services.solving import SolvingError
from webapp.store.rounds import IN_FORCE, Round
from webapp.store.runs import Run
from webapp.store.unit_of_work import Database

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


def rehearse(database: Database, child: Child, reading: Reading) -> None:
    """Get ready for the repair of the round that was published or repaired last, unless that was done."""
    with database.unit(writing=False) as unit:
        query = (
            select(Run)
            .join(Run.round)
            .where(Run.is_current, Round.state.in_(IN_FORCE))
            .options(joinedload(Run.round), joinedload(Run.policy))
        )
        run = unit.session.scalars(query.order_by(Run.finished_at.desc(), Run.id).limit(1)).first()
        if run is None or child.has_rehearsed(str(run.id)):
            return
        try:
            content = runs.snapshot_of(unit, run.round, run.policy)
        except Rejected as error:
            _log.warning("round %s cannot be rehearsed: %s", run.round_id, error)
            return
    try:
        reading(child.rehearse(str(run.id), content))
    except (SolvingError, FormatError) as error:
        _log.warning("run %s could not be rehearsed: %s", run.id, error)
