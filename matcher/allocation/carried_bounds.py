"""Bounds that outlive a change: what no plan of an instance could exceed, no plan of a narrower one can either.

Declines, withdrawals, cuts in capacity and new locks only take plans away. A level's bound was proven with the levels
before it held, so it carries over as long as those are held no lower than they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np

from matcher.allocation.objectives import LEVELS
from matcher.allocation.result import Allocation
from matcher.problem.instance import CandidateTable, Instance, Partner, Request


@dataclass(frozen=True)
class Solved:
    """An instance with an answer to it, whose bounds were proven."""

    instance: Instance
    allocation: Allocation


def carried_bounds(before: Solved, after: Instance, values: Mapping[str, float]) -> dict[str, float]:
    """The bounds of ``before`` that still hold for ``after``, where its levels are held at ``values``."""
    if not is_narrower(before.instance, after):
        return {}
    withdrawn = any(
        old is not new and old != new
        for old, new in zip(before.instance.requests, after.requests, strict=True)
    )
    found: dict[str, float] = {}
    for stage, name in zip(before.allocation.levels, after.ladder, strict=False):
        level = LEVELS[stage.name]
        if stage.name != name or name == "change" or (withdrawn and name not in _WITHOUT_SHARES):
            break
        found[name] = stage.bound
        if level.signed(values[name]) < level.signed(stage.held) - 1e-9:
            break
    return found


_WITHOUT_SHARES = ("mandated", "value", "travel")
"""Levels on which a request that nobody may serve any more counts for nothing, before and after."""


def is_narrower(before: Instance, after: Instance) -> bool:
    """Whether every plan for ``after`` is one for ``before`` too, and scores the same there: by comparing what they
    are made of, so that "no" may also mean "not seen at once"."""
    rules = ("months", "priorities", "regions", "mandated_share", "skill_bonus")
    same = all(getattr(before, name) == getattr(after, name) for name in rules)
    return (
        same
        and (after.essential_is_hard or not before.essential_is_hard)
        and set(before.forbidden) <= set(after.forbidden)
        and set(before.locked) <= set(after.locked)
        and len(before.partners) == len(after.partners)
        and all(map(_has_less, before.partners, after.partners))
        and _is_same(before.candidates, after.candidates)
        and len(before.requests) == len(after.requests)
        and all(
            old is new or old == new or _is_withdrawn(after, old, new)
            for old, new in zip(before.requests, after.requests, strict=True)
        )
    )


def _has_less(old: Partner, new: Partner) -> bool:
    """Whether a partner offers no more than it did. A month that closes can shorten what an engagement occupies, so
    that more fit beside each other: then nothing is said of a partner with a limit on them."""
    if old is new:
        return True
    if replace(new, capacity=old.capacity, max_concurrent=old.max_concurrent) != old:
        return False
    if old.max_concurrent is not None:
        closes = any(a > 0 and b == 0 for a, b in zip(old.capacity, new.capacity, strict=True))
        if closes or new.max_concurrent is None or new.max_concurrent > old.max_concurrent:
            return False
    return all(b <= a for a, b in zip(old.capacity, new.capacity, strict=True))


def _is_withdrawn(after: Instance, old: Request, new: Request) -> bool:
    """Whether a request differs only in that it wants nothing any more: nobody may serve it."""
    if replace(new, days=old.days, mandated=old.mandated) != old:
        return False
    at = after.request_index[new.id]
    rows = slice(int(after.candidate_start[at]), int(after.candidate_start[at + 1]))
    barred = set(after.forbidden)
    partners = after.candidates.partner[rows].tolist()
    return all((after.partners[partner].id, new.id) in barred for partner in partners)


def _is_same(one: CandidateTable, other: CandidateTable) -> bool:
    return one is other or all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
    )
