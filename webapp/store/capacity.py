"""Whole days that a partner offers in each month, and how many of them are promised.

``committed_days`` only moves by ``commit_days`` and ``free_days``: one conditional update each, and a CHECK
behind it, so that no two transactions together can promise a day twice (RELIABILITY.md, I1).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, bindparam, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified, Timed, Versioned

Cell = tuple[uuid.UUID, str]
"""A partner and a month."""
MOST_AT_ONCE = 5_000
"""Identifiers in one query: both engines take more, neither takes any number."""
MOST_DAYS = 1000
"""Most days of one partner in one month (a team's pooled capacity)."""


class CapacityMonth(Identified, Timed, Versioned, Base):
    """Days declared for one month, and days promised in it; a month is ``YYYY-MM``."""

    __tablename__ = "partner_capacity"
    __table_args__ = (
        UniqueConstraint("partner_id", "month"),
        CheckConstraint("month LIKE '____-__'", name="month_format"),
        CheckConstraint(f"days BETWEEN 0 AND {MOST_DAYS}", name="days_range"),
        CheckConstraint("committed_days BETWEEN 0 AND days", name="committed_range"),
    )

    partner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("partners.id"))
    month: Mapped[str] = mapped_column(String(7))
    days: Mapped[int]
    committed_days: Mapped[int] = mapped_column(default=0)


def months_of(session: Session, partner_id: uuid.UUID, months: Iterable[str]) -> dict[str, CapacityMonth]:
    """The rows of one partner for the months given, by month; a month without a row has no days."""
    query = select(CapacityMonth).where(
        CapacityMonth.partner_id == partner_id, CapacityMonth.month.in_(tuple(months))
    )
    return {row.month: row for row in session.scalars(query.order_by(CapacityMonth.month))}


def commit_days(session: Session, partner_id: uuid.UUID, days_by_month: Mapping[str, int]) -> str | None:
    """Promise days; gives the first month that has too few left, or None where all were promised.

    The caller rolls back (or refuses the whole act) on a month: earlier ones may have been taken.
    """
    for month, days in sorted(days_by_month.items()):
        taken = session.execute(
            update(CapacityMonth)
            .where(CapacityMonth.partner_id == partner_id, CapacityMonth.month == month)
            .where(CapacityMonth.committed_days + days <= CapacityMonth.days)
            .values(committed_days=CapacityMonth.committed_days + days, version=CapacityMonth.version + 1)
            .returning(CapacityMonth.id)
            .execution_options(synchronize_session="fetch")
        )
        if taken.one_or_none() is None:
            return month
    return None


def commit_all(session: Session, wanted: Mapping[Cell, int]) -> Cell | None:
    """As ``commit_days`` for thousands of partners and months at once, all or none.

    Rows are locked in one order, so that two such acts never wait for each other; each update asks again
    whether the days are there.
    """
    cells = sorted(wanted, key=lambda cell: (str(cell[0]), cell[1]))
    free = _locked_free_days(session, cells)
    short = next((cell for cell in cells if wanted[cell] > free.get(cell, 0)), None)
    if short is not None or not cells:
        return short
    table = CapacityMonth.__table__.c
    taken = session.connection().execute(
        update(CapacityMonth)
        .where(table.partner_id == bindparam("of_partner"), table.month == bindparam("in_month"))
        .where(table.committed_days + bindparam("wanted") <= table.days)
        .values(committed_days=table.committed_days + bindparam("wanted"), version=table.version + 1),
        [{"of_partner": cell[0], "in_month": cell[1], "wanted": wanted[cell]} for cell in cells],
    )
    if taken.rowcount != len(cells):
        raise RuntimeError(f"{len(cells)} months were locked, {taken.rowcount} were promised")
    for row in session.identity_map.values():
        if isinstance(row, CapacityMonth):
            session.expire(row)
    return None


def _locked_free_days(session: Session, cells: Sequence[Cell]) -> dict[Cell, int]:
    """Days left in the months of the partners of the cells, by cell; nobody else changes them until the end."""
    partners = sorted({cell[0] for cell in cells}, key=str)
    columns = (
        CapacityMonth.partner_id,
        CapacityMonth.month,
        CapacityMonth.days - CapacityMonth.committed_days,
    )
    found: dict[Cell, int] = {}
    for start in range(0, len(partners), MOST_AT_ONCE):
        query = select(*columns).where(
            CapacityMonth.partner_id.in_(partners[start : start + MOST_AT_ONCE]),
            CapacityMonth.month.in_({cell[1] for cell in cells}),
        )
        ordered = query.order_by(CapacityMonth.partner_id, CapacityMonth.month).with_for_update()
        found |= {(partner_id, month): days for partner_id, month, days in session.execute(ordered)}
    return found


def free_days(session: Session, partner_id: uuid.UUID, days_by_month: Mapping[str, int]) -> None:
    """Give promised days back."""
    for month, days in sorted(days_by_month.items()):
        session.execute(
            update(CapacityMonth)
            .where(CapacityMonth.partner_id == partner_id, CapacityMonth.month == month)
            .values(committed_days=CapacityMonth.committed_days - days, version=CapacityMonth.version + 1)
            .execution_options(synchronize_session="fetch")
        )


def move_days(session: Session, partner_id: uuid.UUID, by_month: Mapping[str, int]) -> str | None:
    """Promise more days in some months and give others back, month by month in one order for everybody.

    Gives the first month that has too few left; the caller rolls back, as after ``commit_days``.
    """
    for month, days in sorted(by_month.items()):
        if days > 0 and commit_days(session, partner_id, {month: days}) is not None:
            return month
        if days < 0:
            free_days(session, partner_id, {month: -days})
    return None


def set_days(session: Session, row: CapacityMonth, days: int) -> bool:
    """Declare another number of days where the version still stands and no promised day is lost."""
    changed = session.execute(
        update(CapacityMonth)
        .where(CapacityMonth.id == row.id, CapacityMonth.version == row.version)
        .where(CapacityMonth.committed_days <= days)
        .values(days=days, version=CapacityMonth.version + 1)
        .returning(CapacityMonth.id)
        .execution_options(synchronize_session="fetch")
    )
    return changed.one_or_none() is not None
