"""How far a repaired level may be from its best: the tightest of the bounds that are at hand.

What may not be touched is fixed in the instance, and every bound here counts it as it is: a bound says what could be
made of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.best_possible import best_possible
from matcher.allocation.carried_bounds import Solved, carried_bounds
from matcher.allocation.formulation import Hold, fixed_value, formulate
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.relaxation import Prices, price, relax
from matcher.allocation.standing import Reached
from matcher.problem.instance import Instance, IntArray

_FEW = 3_000
"""Candidates of which the relaxation is worked out while somebody waits: a fraction of a second."""
_NEAR = 1e-3
_TIGHT = 1e-7


@dataclass(frozen=True)
class Warm:
    """What a warm worker remembers of the run that is repaired: prices of its levels, for bounds at once."""

    prices: Mapping[str, Prices]


@dataclass(frozen=True, eq=False)
class Bounds:
    """The levels of an instance after its events, with their bounds."""

    instance: Instance
    arrays: CandidateArrays
    days: IntArray
    warm: Warm | None
    before: Solved | None

    @cached_property
    def values(self) -> Mapping[str, float]:
        """Each level as it is now."""
        return measure(self.arrays, self.days, self.instance.ladder)

    @cached_property
    def carried(self) -> Mapping[str, float]:
        """Bounds proven before the events that still hold."""
        return {} if self.before is None else carried_bounds(self.before, self.instance, self.values)

    def levels(self) -> list[Reached]:
        """Each level as it is now, with its bound, the ones before it held as they are."""
        holds: list[Hold] = []
        levels = []
        for name in self.instance.ladder:
            value = self.values[name]
            levels.append(Reached(name, value, self._bound(name, holds), value))
            holds.append(Hold(name, value))
        return levels

    def _bound(self, name: str, holds: Sequence[Hold]) -> float:
        """The tightest; none is looked for where one is reached already."""
        signed = LEVELS[name].signed
        found: list[float] = []
        for bound in self._at_hand(name, holds):
            found.append(bound)
            if signed(bound) <= signed(self.values[name]):
                break
        return min(found, key=signed)

    def _at_hand(self, name: str, holds: Sequence[Hold]) -> Iterator[float]:
        if name in self.carried:
            yield self.carried[name]
        if name not in self.carried or self.instance.locked:
            yield best_possible(self.arrays, name)
        if self.warm is not None and name in self.warm.prices:
            yield from self._natural(name, self._priced(name, self.warm.prices[name]))
        elif len(self.arrays) <= _FEW:
            yield from self._natural(name, _relaxed(self.arrays, name, holds, _TIGHT))
        elif self.warm is None and name == "value" and not self.carried:
            yield from self._natural(name, _relaxed(self.arrays, name, (), _NEAR))

    def _natural(self, name: str, signed: float | None) -> Iterator[float]:
        """A bound on the free candidates, signed to be maximised, as the level's own number."""
        if signed is None:
            return
        level = LEVELS[name]
        signed = float(np.floor(signed + 1e-6)) if level.whole else signed
        yield level.signed(signed) + (fixed_value(self.arrays, name) if level.separable else 0.0)

    def _priced(self, name: str, known: Prices) -> float:
        """Any prices of the right sign give a bound."""
        formulation = formulate(self.arrays, name, ())
        prices = []
        for family in formulation.families:
            remembered = known.of(family.name)
            usable = remembered is not None and len(remembered) == len(family.upper)
            prices.append(remembered if usable and remembered is not None else np.zeros(len(family.upper)))
        return price(formulation, prices).bound


def _relaxed(arrays: CandidateArrays, name: str, holds: Sequence[Hold], tolerance: float) -> float | None:
    relaxation = relax(formulate(arrays, name, holds), tolerance=tolerance)
    return None if relaxation is None else relaxation.bound
