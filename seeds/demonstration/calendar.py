"""Sets the clock of a unit of work to a day of the demonstration's past, so that nothing depends on today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from webapp.store.unit_of_work import UnitOfWork


def morning(day: date) -> datetime:
    """Ten o'clock of that day."""
    return datetime.combine(day, time(10, 0, tzinfo=UTC))


def on(unit: UnitOfWork, day: date) -> None:
    """From here on, what the unit writes happens on the morning of ``day``."""
    unit.now = morning(day)
