"""A bound that an answer in hand contradicts: a fault of the solver, never hidden, and never in anybody's way.

Rounding brings a bound up to its value. Whatever is more than that is told as a warning (an error in every test) and
noted for the certificate, and a bound that is proven by counting takes its place: the answer stands, said to be less
near to its best than it may be.
"""

from __future__ import annotations

import warnings
from typing import Final

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.best_possible import best_possible
from matcher.allocation.objectives import LEVELS

#: What rounding may come to, as a part of the size of the level (of 1 where that is smaller).
ROUNDING: Final = 1e-6


class FalseBoundWarning(RuntimeWarning):
    """Something was said to be proven that is not so."""


def beyond(name: str, value: float, bound: float) -> float:
    """By how much a level's value is better than its bound, 0 where that may be rounding."""
    signed = LEVELS[name].signed
    excess = signed(value) - signed(bound)
    return excess if excess > ROUNDING * max(1.0, abs(value)) else 0.0


def tell(name: str, value: float, bound: float | None) -> None:
    """Say aloud that a bound was false (None: that there was said to be no answer at all)."""
    said = f"{name}: {value!r} is in hand, and nothing better than {bound!r} was said to be possible"
    warnings.warn(FalseBoundWarning(said), stacklevel=3)


def counted_bound(arrays: CandidateArrays, name: str, value: float) -> float:
    """The bound that takes the place of a false one."""
    signed = LEVELS[name].signed
    return max(best_possible(arrays, name), value, key=signed)
