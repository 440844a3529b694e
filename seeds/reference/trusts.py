"""NHS trusts and foundation trusts of England."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from seeds.reference.geography import boards
from seeds.reference.tables import table


@dataclass(frozen=True, slots=True)
class Trust:
    """A trust that was open in mid 2026; place in degrees, to about a kilometre."""

    code: str
    name: str
    kind: str
    board: str
    region: str
    latitude: float
    longitude: float
    opened: date | None
    took_over: tuple[str, ...]


@cache
def trusts() -> tuple[Trust, ...]:
    """All trusts, by code."""
    region_of = {board.code: board.region for board in boards()}
    found = [
        _trust(code, row, board, region_of[board])
        for board, rows in table("trusts")["boards"].items()
        for code, row in rows.items()
    ]
    return tuple(sorted(found, key=lambda trust: trust.code))


@cache
def board_places() -> dict[str, tuple[float, float]]:
    """Latitude and longitude in the middle of each board's trusts: near enough to reckon a distance."""
    places: dict[str, list[tuple[float, float]]] = {}
    for trust in trusts():
        places.setdefault(trust.board, []).append((trust.latitude, trust.longitude))
    return {board: _middle(points) for board, points in sorted(places.items())}


def _middle(points: list[tuple[float, float]]) -> tuple[float, float]:
    count = len(points)
    return (
        round(sum(latitude for latitude, _ in points) / count, 2),
        round(sum(longitude for _, longitude in points) / count, 2),
    )


def _trust(code: str, row: dict, board: str, region: str) -> Trust:
    latitude, longitude = row["at"]
    return Trust(
        code=code,
        name=row["name"],
        kind=row["kind"],
        board=board,
        region=region,
        latitude=latitude,
        longitude=longitude,
        opened=row.get("opened"),
        took_over=tuple(row.get("took_over", ())),
    )
