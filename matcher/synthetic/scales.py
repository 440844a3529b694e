"""The sizes of synthetic instances."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final


class Reach(IntEnum):
    """How far from home a partner works."""

    ICB = 0
    REGION = 1
    NEIGHBOURS = 2
    NATIONAL = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """How many of each, and how the partners' reach is spread.

    ``best`` is how many candidates of each request are kept, the best by fit (None: all). Where ``by_icb`` is
    set, pairs are sought one ICB at a time (a region's product would be too large), and no organisation is
    national by nature. ``best_in_file`` is the cut made for files alone.
    """

    requests: int
    partners: int
    skills: int
    reach: tuple[float, float, float, float]
    best: int | None = None
    by_icb: bool = False
    best_in_file: int | None = None


SCALES: Final[dict[str, Scale]] = {
    "S": Scale(60, 120, 24, (0.15, 0.45, 0.20, 0.20)),
    "N": Scale(250, 320, 60, (0.20, 0.40, 0.20, 0.20)),
    "M": Scale(1_000, 3_000, 60, (0.30, 0.45, 0.15, 0.10)),
    "L": Scale(5_000, 20_000, 80, (0.35, 0.45, 0.14, 0.06), best_in_file=40),
    "XL": Scale(50_000, 200_000, 200, (0.80, 0.17, 0.02, 0.01), best=40, by_icb=True, best_in_file=40),
}
