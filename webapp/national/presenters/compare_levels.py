"""The levels of two runs side by side: which is better at each, and whether that is less than what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.services.comparisons import Run
from webapp.ui import ladder

SMALLER_THAN_GAPS = "This difference is smaller than what either run may still be short of."
SMALLER_THAN_GAP = "This difference is smaller than what the {} may still be short of."


def levels_beside(first: Run, second: Run) -> Iterable[tuple[str, ...]]:
    """A row for each level that either run used, with value and bound of both."""
    before = {each["name"]: each for each in first.levels or ()}
    after = {each["name"]: each for each in second.levels or ()}
    for name in ladder.LEVELS:
        if name not in before and name not in after:
            continue
        one, other = before.get(name), after.get(name)
        yield (
            ladder.LEVELS[name].title,
            _number(name, one, "value"),
            _number(name, one, "bound"),
            _number(name, other, "value"),
            _number(name, other, "bound"),
            better(name, one, other),
        )


def better(name: str, one: Mapping[str, float] | None, other: Mapping[str, float] | None) -> str:
    """Which run is better and by how much; and whether that is less than what is still open in the other."""
    if one is None or other is None:
        return "Cannot be compared"
    gain = ladder.gain(name, one["value"], other["value"])
    if not gain:
        return "The same"
    said = f"{'The second' if gain > 0 else 'The first'}, by {ladder.difference(name, abs(gain))}."
    open_by = [ladder.shortfall(name, each["value"], each["bound"]) for each in (one, other)]
    if min(open_by) >= abs(gain):
        return f"{said} {SMALLER_THAN_GAPS}"
    worse, short = ("first", open_by[0]) if gain > 0 else ("second", open_by[1])
    if short >= abs(gain):
        return f"{said} {SMALLER_THAN_GAP.format(worse)}"
    return said


def _number(name: str, level: Mapping[str, float] | None, part: str) -> str:
    return "Not used" if level is None else ladder.shown(name, level[part])
