"""The outcome of an engagement: its measure, its run chart and its table, for the engagement and for its story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from webapp.ui import choices, formats
from webapp.ui.charts import RunChart, run_chart

PHASES = {"baseline": "Before the work", "follow_up": "Since it started"}


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One value in the table."""

    day: str
    value: str
    phase: str
    remove: str


@dataclass(frozen=True, slots=True)
class OutcomeShown:
    """The measure, its picture and its table."""

    measure: str
    unit: str
    better: str
    words: tuple[str, ...]
    chart: RunChart | None
    values: tuple[ValueLine, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value as it is stored; ``remove`` is the address that drops it, if the reader may."""

    measured_on: date
    thousandths: int
    phase: str
    remove: str = ""


def outcome_shown(
    measure: str, unit: str, better: object, values: Iterable[Value], *, words: str = ""
) -> OutcomeShown:
    """Put it in words and points."""
    known = tuple(values)
    drawn = [(each.measured_on, each.thousandths / 1000, each.phase == "baseline") for each in known]
    return OutcomeShown(
        measure=measure,
        unit=unit,
        better=choices.title("better", better),
        words=tuple(formats.lines(words)),
        chart=run_chart(f"{measure} over time", drawn),
        values=tuple(
            ValueLine(
                formats.day(each.measured_on),
                f"{each.thousandths / 1000:,.12g}",
                PHASES[each.phase],
                each.remove,
            )
            for each in known
        ),
    )
