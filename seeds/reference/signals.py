"""Published figures that show where need is likely, by trust and by board."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from seeds.reference.tables import table
from seeds.reference.trusts import trusts


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure means; ``higher_is_worse`` says which direction shows more need.

    ``priority`` is empty for a measure of size, which shows no need.
    """

    code: str
    label: str
    unit: str
    period: str
    source: str
    priority: str
    higher_is_worse: bool


@cache
def measures() -> tuple[Measure, ...]:
    """All measures, in the order of the file."""
    return tuple(
        Measure(
            code=code,
            label=row["label"],
            unit=row["unit"],
            period=row["period"],
            source=row["source"],
            priority=row["priority"],
            higher_is_worse=row["more_need_when"] == "higher",
        )
        for code, row in table("signals")["measures"].items()
    )


@cache
def figures() -> dict[str, dict[str, float]]:
    """Figures by organisation code and measure code. Trusts also carry the area figures of their board.

    A missing figure was not published or was too small to publish; it is never zero.
    """
    facts = table("signals")
    found = {code: dict(row) for code, row in facts["boards"].items()}
    for trust in trusts():
        found[trust.code] = {**facts["boards"].get(trust.board, {}), **facts["trusts"].get(trust.code, {})}
    return found


@cache
def need_shares(measure_code: str) -> dict[str, float]:
    """For each organisation with that figure, its rank from 0 (least need) to 1 (most need)."""
    measure = next(item for item in measures() if item.code == measure_code)
    held = {code: row[measure_code] for code, row in figures().items() if measure_code in row}
    ordered = sorted(held, key=lambda code: (held[code] if measure.higher_is_worse else -held[code], code))
    last = max(len(ordered) - 1, 1)
    return {code: position / last for position, code in enumerate(ordered)}
