"""Points by latitude and longitude as plain numbers for the map macro (components/map.html).

An even-spaced projection with England's middle latitude kept true, which is all that a picture of this size
shows. No outline: the places themselves draw the country, and no outside host is asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 480, 560, 30
WEST, EAST, SOUTH, NORTH = -5.8, 1.9, 49.9, 55.9
MIDDLE = math.cos(math.radians(52.9))
GREATEST_RADIUS = 26.0
LETTER_WIDTH, NAME_MARGIN, NAME_HEIGHT, CLEAR = 8.5, 8.0, 20.0, 3.0
STEP = 8
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place: where it is in the picture, how much is asked for (outer) and met (inner), as radii."""

    label: str
    x: float
    y: float
    outer: float
    inner: float


@dataclass(frozen=True, slots=True)
class Signpost:
    """A name to find one's way by, in its box, with a line to the place it names; drawn, and not read aloud."""

    label: str
    left: float
    top: float
    width: float
    height: float
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Map:
    """A picture of places, the greatest first so that small ones stay on top."""

    title: str
    spots: tuple[Spot, ...]
    signposts: tuple[Signpost, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT


def spot_map(
    title: str,
    rows: Iterable[tuple[str, float, float, float, float]],
    signposts: Iterable[tuple[str, float, float]] = (),
) -> Map:
    """A map of ``(label, latitude, longitude, whole, part)``; areas of circles stand for the amounts.

    ``signposts`` are ``(label, latitude, longitude)``.
    """
    known = sorted(rows, key=lambda row: (-row[3], row[0]))
    most = max((row[3] for row in known), default=0.0) or 1.0
    spots = tuple(
        Spot(label, *place(latitude, longitude), _radius(whole, most), _radius(part, most))
        for label, latitude, longitude, whole, part in known
    )
    names = [(label, *place(latitude, longitude)) for label, latitude, longitude in signposts]
    return Map(title, spots, _beside(names, spots))


def place(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place lies in the picture."""
    scale = min((WIDTH - 2 * MARGIN) / ((EAST - WEST) * MIDDLE), (HEIGHT - 2 * MARGIN) / (NORTH - SOUTH))
    return (
        round(MARGIN + (longitude - WEST) * MIDDLE * scale, 1),
        round(HEIGHT - MARGIN - (latitude - SOUTH) * scale, 1),
    )


def _beside(names: Iterable[tuple[str, float, float]], spots: Iterable[Spot]) -> tuple[Signpost, ...]:
    """Each name as near to its place as it can stand without touching a circle or another name.

    From the edges inwards, because a place in the middle has more ways out.
    """
    taken = [
        (spot.x - spot.outer, spot.y - spot.outer, spot.x + spot.outer, spot.y + spot.outer) for spot in spots
    ]
    posts = []
    for label, x, y in sorted(names, key=lambda name: (-abs(name[1] - WIDTH / 2), name[0])):
        width = len(label) * LETTER_WIDTH + NAME_MARGIN
        box = _free_box(width, x, y, taken)
        taken.append(box)
        start = (round(min(max(x, box[0]), box[2]), 1), round(min(max(y, box[1]), box[3]), 1))
        left, top = round(box[0], 1), round(box[1], 1)
        posts.append(Signpost(label, left, top, width, NAME_HEIGHT, start, (x, y)))
    return tuple(posts)


def _free_box(width: float, x: float, y: float, taken: Sequence[Box]) -> Box:
    """The nearest box of that width round a point that stands clear of all that is taken; else the point's own."""
    half, low = width / 2, NAME_HEIGHT / 2
    across = [half + CLEAR + STEP * step for step in range(int((WIDTH - width - 2 * CLEAR) / STEP) + 1)]
    down = [low + CLEAR + STEP * step for step in range(int((HEIGHT - NAME_HEIGHT - 2 * CLEAR) / STEP) + 1)]
    middles = sorted(((a - x) ** 2 + (d - y) ** 2, a, d) for a in across for d in down)
    for _, a, d in middles:
        box = (a - half, d - low, a + half, d + low)
        if not any(_touch(box, other) for other in taken):
            return box
    return (x - half, y - low, x + half, y + low)


def _touch(one: Box, other: Box) -> bool:
    apart_across = one[2] + CLEAR <= other[0] or other[2] + CLEAR <= one[0]
    return not (apart_across or one[3] + CLEAR <= other[1] or other[3] + CLEAR <= one[1])


def _radius(amount: float, most: float) -> float:
    return round(GREATEST_RADIUS * math.sqrt(max(amount, 0.0) / most), 1)
