"""Invented trusts, in as many regions and ICBs as England has had, scattered around regional centres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.problem.instance import FloatArray, IntArray

REGIONS: Final = 7
ICBS: Final = 42
TRUSTS: Final = 210
KILOMETRES_A_DEGREE: Final = np.array([111.0, 69.0])

# Latitude and longitude near the middle of each region, and its share of the trusts.
_CENTRES: Final = np.array(
    [
        [51.51, -0.12],
        [51.1, -2.9],
        [51.2, -0.8],
        [52.5, -1.7],
        [52.3, 0.5],
        [53.7, -2.6],
        [54.1, -1.4],
    ]
)
_SHARES: Final = np.array([0.17, 0.09, 0.13, 0.17, 0.11, 0.17, 0.16])
_BORDERS: Final = ((0, 2), (0, 4), (1, 2), (1, 3), (2, 3), (2, 4), (3, 4), (3, 5), (3, 6), (5, 6))


@dataclass(frozen=True, eq=False)
class Geography:
    """Region, ICB and place (degrees) of each trust; region of each ICB; which regions touch or are the
    same."""

    region: IntArray
    icb: IntArray
    place: FloatArray
    icb_region: IntArray
    touches: NDArray[np.bool_]


def draw_geography(chance: np.random.Generator) -> Geography:
    """Trusts sorted by region; every region has at least one trust and one ICB."""
    shares = _SHARES / _SHARES.sum()
    region = np.sort(chance.choice(REGIONS, TRUSTS, p=shares))
    region[:REGIONS] = np.arange(REGIONS)
    region.sort()
    more_icbs = chance.choice(REGIONS, ICBS - REGIONS, p=shares)
    icb_region = np.sort(np.concatenate((np.arange(REGIONS), more_icbs)))
    icb = np.array([chance.choice(np.flatnonzero(icb_region == home)) for home in region])
    place = _CENTRES[region] + chance.normal(0, [0.35, 0.5], (TRUSTS, 2))
    touches = np.eye(REGIONS, dtype=np.bool_)
    for one, other in _BORDERS:
        touches[one, other] = touches[other, one] = True
    return Geography(region=region, icb=icb, place=place, icb_region=icb_region, touches=touches)
