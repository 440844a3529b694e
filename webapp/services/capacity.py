"""Days that a support partner offers, month by month: never below what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import may
from webapp.services import audit, partners, repairs
from webapp.services.constraints import answering_for
from webapp.services.failures import NotAllowedNow, Problem, StaleVersion, stop_at
from webapp.store import capacity as store
from webapp.store.capacity import MOST_DAYS, CapacityMonth
from webapp.store.unit_of_work import UnitOfWork

MONTHS_AHEAD = 24


@dataclass(frozen=True, slots=True)
class MonthOfDays:
    """One cell of the month grid; ``version`` is 0 where nothing has been declared yet."""

    month: str
    days: int
    committed_days: int
    version: int


@dataclass(frozen=True, slots=True)
class DaysDeclared:
    """Days for one month, and the version of the cell that the person saw."""

    days: int
    seen_version: int = 0


def grid(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, months: Iterable[str]
) -> tuple[MonthOfDays, ...]:
    """The partner's days in each of the months, with what is promised."""
    row = partners.bare(unit, partner_id)
    if not may(actor, Action.PARTNER_READ, partner_id=row.id, organisation_id=partners.team_body(row)):
        partners.own(unit, actor=actor, partner_id=partner_id, action=Action.CAPACITY_DECLARE)
    wanted = tuple(months)
    rows = store.months_of(unit.session, partner_id, wanted)
    return tuple(_cell(month, rows.get(month)) for month in wanted)


def declare(
    unit: UnitOfWork, *, actor: AnyActor, partner_id: UUID, days: Mapping[str, DaysDeclared]
) -> tuple[MonthOfDays, ...]:
    """Set the days of the months given; other months stay.

    Raises ``Rejected`` on a month (the field is the month) whose days are out of range or below what is
    promised, ``StaleVersion`` where a cell was changed since it was seen.
    """
    partners.own(unit, actor=actor, partner_id=partner_id, action=Action.CAPACITY_DECLARE)
    present = store.months_of(unit.session, partner_id, days)
    stop_at(_problems(unit, days, present))
    before = {month: row.days for month, row in present.items()}
    with answering_for(unit, {"uq_partner_capacity_partner_id_month": StaleVersion("declared meanwhile")}):
        for month, wanted in sorted(days.items()):
            _put(unit, partner_id, month, wanted, present.get(month))
    audit.record(
        unit,
        actor,
        Action.CAPACITY_DECLARE,
        audit.Subject("partner", partner_id),
        before={"days": before},
        after={"days": {month: each.days for month, each in sorted(days.items())}},
    )
    repairs.queue_for_partner(unit, actor=actor, partner_id=partner_id)
    rows = store.months_of(unit.session, partner_id, days)
    return tuple(_cell(month, rows.get(month)) for month in sorted(days))


def months_from(unit: UnitOfWork, count: int = 12) -> tuple[str, ...]:
    """The month of now and those after it, for a grid."""
    first = unit.now.year * 12 + unit.now.month - 1
    return tuple(f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(first, first + count))


def _put(
    unit: UnitOfWork, partner_id: UUID, month: str, wanted: DaysDeclared, row: CapacityMonth | None
) -> None:
    if row is None:
        if wanted.days:
            unit.session.add(CapacityMonth(partner_id=partner_id, month=month, days=wanted.days))
        return
    if row.version != wanted.seen_version:
        raise StaleVersion(f"{month} was changed meanwhile")
    if row.days == wanted.days:
        return
    if not store.set_days(unit.session, row, wanted.days):
        name = month_name(month)
        raise NotAllowedNow(f"Days in {name} were promised meanwhile. Look at the month again.")


def _problems(
    unit: UnitOfWork, days: Mapping[str, DaysDeclared], present: Mapping[str, CapacityMonth]
) -> Iterable[Problem]:
    allowed = set(months_from(unit, MONTHS_AHEAD))
    for month, wanted in sorted(days.items()):
        promised = present[month].committed_days if month in present else 0
        if month not in allowed:
            yield Problem(month, f"Choose a month in the next {MONTHS_AHEAD} months")
        elif not 0 <= wanted.days <= MOST_DAYS:
            yield Problem(month, f"Enter whole days from 0 to {MOST_DAYS:,}")
        elif wanted.days < promised:
            yield Problem(month, _too_few(month, promised))


def _too_few(month: str, promised: int) -> str:
    are = "day is" if promised == 1 else "days are"
    return f"{promised} {are} already promised in {month_name(month)}; enter {promised} or more"


def month_name(month: str) -> str:
    """A month in words, for a sentence that refuses something: "January 2027"."""
    return f"{date.fromisoformat(month + '-01'):%B %Y}"


def _cell(month: str, row: CapacityMonth | None) -> MonthOfDays:
    if row is None:
        return MonthOfDays(month, 0, 0, 0)
    return MonthOfDays(month, row.days, row.committed_days, row.version)
