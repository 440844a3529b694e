"""Random draws that are the same on every machine and every version of Python.

Only ``random.Random.random`` is promised to keep its sequence, so that everything here is made from it
alone. Each thing drawn for has a stream of its own, named by its key: changing one leaves the others as
they were.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


class Draws:
    """A stream of draws named by its parts: ``Draws("expert", 17)``."""

    def __init__(self, *parts: str | int):
        name = ":".join(str(part) for part in ("support-partner-matching", *parts))
        self._random = Random(int.from_bytes(sha256(name.encode("utf-8")).digest()[:8], "big")).random

    def share(self) -> float:
        """A number from 0 up to 1."""
        return self._random()

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self._random() < probability

    def whole(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self._random() * (highest - lowest + 1))

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of them, all alike."""
        return things[int(self._random() * len(things))]

    def weighted(self, weights: Mapping[Thing, float]) -> Thing:
        """One of the keys, in proportion to its weight, in the order of the mapping."""
        left = self._random() * sum(weights.values())
        for thing, weight in weights.items():
            left -= weight
            if left < 0:
                return thing
        return list(weights)[-1]

    def several(self, weights: Mapping[Thing, float], count: int) -> list[Thing]:
        """Different keys, drawn one after another in proportion to their weights; at most all of them."""
        left = {thing: weight for thing, weight in weights.items() if weight > 0}
        chosen: list[Thing] = []
        while left and len(chosen) < count:
            thing = self.weighted(left)
            chosen.append(thing)
            del left[thing]
        return chosen

    def lognormal(self, median: float, spread: float) -> float:
        """A lognormal number with that median; ``spread`` is the deviation of its logarithm."""
        radius = math.sqrt(-2 * math.log(1 - self._random()))
        return median * math.exp(spread * radius * math.cos(2 * math.pi * self._random()))
