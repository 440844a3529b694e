"""To the last digit where that is cheap: assignments, and levels that have few candidates left to argue about.

A candidate whose reduced profit would pull the bound below an answer in hand is in no better answer. What
survives is solved as one exact programme, and its end is a proof over all candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Hold, fixed_value, formulate
from matcher.allocation.instance_arrays import keep_candidates
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.search import near_candidates, solve_exactly
from matcher.problem.instance import IntArray

_NEAR = 12
#: Candidates of each request that a first exact programme of an assignment looks at, on average.
_FIRST_LOOK = 6


@dataclass(frozen=True, eq=False)
class Remainder:
    """The candidates that a level is argued over, with what is held."""

    arrays: CandidateArrays
    level: str
    held: Sequence[Hold]
    kept: BoolArray

    def __len__(self) -> int:
        return int(self.kept.sum())

    def solve(self, limits: Limits) -> tuple[IntArray | None, bool]:
        """Days over all candidates (None where none were found), and whether they are proven best."""
        part = keep_candidates(self.arrays, self.kept)
        found, proven = solve_exactly(formulate(part, self.level, self.held), limits)
        if found is None:
            return None, proven
        days = np.zeros(len(self.arrays), dtype=np.int64)
        days[self.kept] = found
        return days, proven


def is_assignment(arrays: CandidateArrays) -> bool:
    """Whether every block has one size and no skill counts: the core that a linear programme almost solves."""
    return bool((arrays.low == arrays.high).all()) and not bool(arrays.skills.worth.any())


def near(arrays: CandidateArrays, level: str, held: Sequence[Hold], relaxation: Relaxation) -> Remainder:
    """The best few candidates of each request: a good answer, no proof."""
    return Remainder(arrays, level, held, near_candidates(arrays, relaxation, _NEAR))


def reach(
    arrays: CandidateArrays, held: Sequence[Hold], relaxation: Relaxation, limits: Limits
) -> tuple[IntArray | None, bool]:
    """Any days that keep what is held, good ones first; none and True where there are proven to be none."""
    most = _FIRST_LOOK * arrays.requests
    while True:
        kept = relaxation.reduced >= -_depth(relaxation, most)
        days, proven = Remainder(arrays, "value", held, kept).solve(limits)
        if days is not None or not proven or kept.all():
            return days, proven
        most = 4 * int(kept.sum())


def settle(
    problem: Remainder, relaxation: Relaxation, limits: Limits, days: IntArray
) -> tuple[IntArray, bool, IntArray | None]:
    """The best days of a level that adds up, no worse than ``days``, whether they are proven, and what the argument
    itself ended with.

    Candidates within some reduced profit of the relaxation are solved exactly; what all others could add at most is
    known from the bound, so either nothing better is there or it says how far to look.
    """
    arrays, level = problem.arrays, problem.level
    most = _FIRST_LOOK * arrays.requests
    while True:
        open_gap = _shortfall(arrays, level, relaxation, days)
        depth = min(open_gap, _depth(relaxation, most))
        kept = relaxation.reduced >= -depth
        found, proven = replace(problem, kept=kept).solve(limits)
        if found is not None and _shortfall(arrays, level, relaxation, found) < open_gap:
            days = found
        if not proven or kept.all() or depth >= _shortfall(arrays, level, relaxation, days):
            return days, proven, found
        most = len(arrays)


def _depth(relaxation: Relaxation, most: int) -> float:
    """How far below 0 the reduced profits of so many candidates go."""
    order = np.sort(-relaxation.reduced)
    return max(float(order[min(most, len(order)) - 1]), 0.0) + 1e-9 * max(1.0, abs(relaxation.bound))


def _shortfall(arrays: CandidateArrays, level: str, relaxation: Relaxation, days: IntArray) -> float:
    """What the bound at the prices leaves open above days, with room for rounding."""
    found = LEVELS[level].signed(measure(arrays, days, [level])[level]) - fixed_value(arrays, level)
    return relaxation.bound_at_prices - found + 1e-7 * max(1.0, abs(found))


def survivors(
    arrays: CandidateArrays, level: str, held: Sequence[Hold], relaxation: Relaxation, signed_value: float
) -> Remainder:
    """The candidates that an answer better than ``signed_value`` (without what is fixed) could use."""
    slack = relaxation.bound_at_prices - signed_value + 1e-7 * max(1.0, abs(signed_value))
    return Remainder(arrays, level, held, relaxation.reduced >= -slack)
