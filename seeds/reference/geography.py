"""Regions, integrated care boards and the boards that they replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from seeds.reference.tables import table

FIRST_BOARDS_SINCE = date(2022, 7, 1)
"""The day on which boards began; those that have not merged are in effect from then."""


@dataclass(frozen=True, slots=True)
class Region:
    """An NHS England region; ``neighbours`` are the codes of the regions it touches."""

    code: str
    name: str
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """An integrated care board in effect since ``since``; ``took_over`` are codes of boards that ended."""

    code: str
    name: str
    region: str
    since: date
    took_over: tuple[str, ...]
    cluster: str | None


@dataclass(frozen=True, slots=True)
class FormerBoard:
    """A board that ended, with the codes of those that follow it."""

    code: str
    name: str
    ended: date
    successors: tuple[str, ...]

    @property
    def was_split(self) -> bool:
        """Whether its area went to more than one board, so that its code alone does not say which."""
        return len(self.successors) > 1


@cache
def regions() -> tuple[Region, ...]:
    """The seven regions, by code."""
    rows = table("geography")["regions"]
    return tuple(Region(code, row["name"], tuple(row["neighbours"])) for code, row in sorted(rows.items()))


@cache
def boards() -> tuple[Board, ...]:
    """The 36 boards, by code."""
    return tuple(
        Board(
            code=code,
            name=row["name"],
            region=row["region"],
            since=row.get("since", FIRST_BOARDS_SINCE),
            took_over=tuple(row.get("took_over", ())),
            cluster=row.get("cluster"),
        )
        for code, row in sorted(table("geography")["boards"].items())
    )


@cache
def former_boards() -> tuple[FormerBoard, ...]:
    """The twelve boards that ended on 31 March 2026, by code."""
    return tuple(
        FormerBoard(code, row["name"], row["ended"], tuple(row["successors"]))
        for code, row in sorted(table("geography")["former_boards"].items())
    )
