"""Which days a replacement would give, and from whom they would come: arithmetic on loads, no rows.

Days that nobody has come first, in the months of the match where that can be, else in other months of the
request's window. What is then still missing is taken from the replacement's other matches, but for fixed ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from webapp.services.partner_loads import Held, MonthLoad, PartnerLoad


@dataclass
class SwapPlan:
    """Days of the replacement by month, and days that its other matches would lose, by match and month."""

    days: dict[str, int] = field(default_factory=dict)
    taken: dict[UUID, dict[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All days that the replacement would give."""
        return sum(self.days.values())


def draw(wanted: Mapping[str, int], window: Iterable[str], load: PartnerLoad) -> SwapPlan | None:
    """The plan for as many days as ``wanted`` has; None where the replacement has too few."""
    plan, missing = SwapPlan(), sum(wanted.values())
    months = [*sorted(wanted), *(month for month in window if month not in wanted)]
    spare = {each.month: max(0, each.left + each.here) for each in load.months}
    for month in months:
        # In the months of the match no more than it has there; the rest of the window takes what is left over.
        taken = min(spare.get(month, 0), wanted.get(month, missing), missing)
        missing -= _give(plan, month, taken)
    for month in months:
        missing -= _give(plan, month, min(spare.get(month, 0) - plan.days.get(month, 0), missing))
    for month in months:
        missing -= _take(plan, month, missing, load.others)
    return None if missing else plan


def load_with(plan: SwapPlan, load: PartnerLoad) -> PartnerLoad:
    """The replacement's load once the plan is carried out: days that it takes from other matches are no longer
    theirs, and a match that loses all of them is no longer among the others."""
    others = (_held_with(plan, held) for held in load.others)
    return replace(
        load,
        months=tuple(_month_with(plan, each) for each in load.months),
        others=tuple(held for held in others if held.days_by_month),
    )


def overlapping(window: Iterable[str], load: PartnerLoad) -> list[Held]:
    """The partner's other matches that are under way in some month of the window."""
    months = set(window)
    return [held for held in load.others if months & set(held.days_by_month)]


def _month_with(plan: SwapPlan, each: MonthLoad) -> MonthLoad:
    gone = sum(days.get(each.month, 0) for days in plan.taken.values())
    return replace(each, here=plan.days.get(each.month, 0), others=each.others - gone)


def _held_with(plan: SwapPlan, held: Held) -> Held:
    gone = plan.taken.get(held.match_id, {})
    left = {month: days - gone.get(month, 0) for month, days in held.days_by_month.items()}
    return replace(held, days_by_month={month: days for month, days in left.items() if days})


def _give(plan: SwapPlan, month: str, days: int) -> int:
    if days > 0:
        plan.days[month] = plan.days.get(month, 0) + days
    return max(0, days)


def _take(plan: SwapPlan, month: str, missing: int, others: Iterable[Held]) -> int:
    """Take days from other matches in one month, the smallest match first."""
    given = 0
    for held in sorted(others, key=lambda each: (each.days, each.request.reference)):
        days = 0 if held.is_fixed else min(held.days_by_month.get(month, 0), missing - given)
        if days > 0:
            plan.taken.setdefault(held.match_id, {})[month] = days
            given += _give(plan, month, days)
    return given
