"""The levels of two runs side by side: which is better at each, and whether that is less than what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.services.comparisons import Run
from webapp.ui import ladder

OWN_VALUES = "Each counted with its own weights: see above"
NOT_AIMED_AT = "Not aimed at"
SMALLER_THAN_GAPS = "This difference is smaller than what either run may still be short of."
SMALLER_THAN_GAP = "This difference is smaller than what the {} may still be short of."


Level = Mapping[str, float | None]


def levels_beside(first: Run, second: Run, alike: bool = True) -> Iterable[tuple[str, ...]]:
    """A row for each level: what both reached, with the bound where a run aimed at it. A level that a run did not
    aim at is counted in what it proposes; changes against a run before tell nothing then. ``alike``: the benefit of
    both is counted with the same values, and so can be compared as it stands."""
    before = {each["name"]: each for each in first.levels or ()}
    after = {each["name"]: each for each in second.levels or ()}
    for name in ladder.LEVELS:
        is_used = name in before or name in after
        one, other = (_level(name, used, row) for used, row in ((before, first), (after, second)))
        if not is_used and (name == "change" or one is None or other is None):
            continue
        yield (
            ladder.LEVELS[name].title,
            _number(name, one, "value"),
            _number(name, one, "bound"),
            _number(name, other, "value"),
            _number(name, other, "bound"),
            better(name, one, other) if alike or name != "value" else OWN_VALUES,
        )


def _level(name: str, used: Mapping[str, Level], row: Run) -> Level | None:
    """The level as the run reached it, else as the verifier counted it in its proposals."""
    if name in used:
        return used[name]
    measured = (row.certificate or {}).get("measures", {}).get(name)
    return None if measured is None else {"value": measured, "bound": None}


def better(name: str, one: Level | None, other: Level | None) -> str:
    """Which run is better and by how much; and whether that is less than what is still open in the other."""
    if one is None or other is None:
        return "Cannot be compared"
    gain = ladder.gain(name, one["value"] or 0.0, other["value"] or 0.0)
    if not gain:
        return "The same"
    said = f"{'The second' if gain > 0 else 'The first'}, by {ladder.difference(name, abs(gain))}."
    open_by = [_open(name, each) for each in (one, other)]
    if min(open_by) >= abs(gain):
        return f"{said} {SMALLER_THAN_GAPS}"
    worse, short = ("first", open_by[0]) if gain > 0 else ("second", open_by[1])
    if short >= abs(gain):
        return f"{said} {SMALLER_THAN_GAP.format(worse)}"
    return said


def _open(name: str, level: Level) -> float:
    """How much better a run could still be; nothing is promised where it did not aim at the level."""
    value, bound = level["value"], level["bound"]
    return 0.0 if value is None or bound is None else ladder.shortfall(name, value, bound)


def _number(name: str, level: Level | None, part: str) -> str:
    if level is None:
        return "Not used"
    value = level[part]
    return NOT_AIMED_AT if value is None else ladder.shown(name, value)
