"""Points by latitude and longitude as plain numbers for the map macro (components/map.html).

An even-spaced projection with England's middle latitude kept true, which is all that a picture of this size
shows. No outline: the places themselves draw the country, and no outside host is asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

WIDTH, HEIGHT, MARGIN = 480, 560, 30
WEST, EAST, SOUTH, NORTH = -5.8, 1.9, 49.9, 55.9
MIDDLE = math.cos(math.radians(52.9))
GREATEST_RADIUS = 26.0
NAME_WIDTH, NAME_HEIGHT = 130.0, 26.0


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
    """A name to find one's way by; drawn, and not read aloud."""

    label: str
    x: float
    y: float


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
    return Map(
        title,
        tuple(
            Spot(label, *place(latitude, longitude), _radius(whole, most), _radius(part, most))
            for label, latitude, longitude, whole, part in known
        ),
        _apart(Signpost(label, *place(latitude, longitude)) for label, latitude, longitude in signposts),
    )


def place(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place lies in the picture."""
    scale = min((WIDTH - 2 * MARGIN) / ((EAST - WEST) * MIDDLE), (HEIGHT - 2 * MARGIN) / (NORTH - SOUTH))
    return (
        round(MARGIN + (longitude - WEST) * MIDDLE * scale, 1),
        round(HEIGHT - MARGIN - (latitude - SOUTH) * scale, 1),
    )


def _apart(posts: Iterable[Signpost]) -> tuple[Signpost, ...]:
    """From north to south, each name moved down until it stands clear of those above it."""
    clear: list[Signpost] = []
    for post in sorted(posts, key=lambda each: (each.y, each.x)):
        above = [
            each.y for each in clear if abs(each.x - post.x) < NAME_WIDTH and post.y - each.y < NAME_HEIGHT
        ]
        clear.append(replace(post, y=round(max(above) + NAME_HEIGHT, 1)) if above else post)
    return tuple(clear)


def _radius(amount: float, most: float) -> float:
    return round(GREATEST_RADIUS * math.sqrt(max(amount, 0.0) / most), 1)
