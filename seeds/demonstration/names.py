"""Invented names, put together from the words in ``names.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

from seeds.demonstration.draws import Draws

_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def person(*key: str | int) -> str:
    """An invented name for whoever the key stands for."""
    draws = Draws("name", *key)
    return f"{draws.one_of(_WORDS['given'])} {draws.one_of(_WORDS['family'])}"


def different_people(kind: str, count: int) -> list[str]:
    """That many names, no two alike."""
    found: dict[str, None] = {}
    attempt = 0
    while len(found) < count:
        found.setdefault(person(kind, attempt))
        attempt += 1
    return list(found)


def team(position: int) -> str:
    """The invented name of a team, by its position from 0; the first 160 all differ."""
    places, purposes = _WORDS["places"], _WORDS["purposes"]
    return (
        f"{places[position % len(places)]} {purposes[(position // len(places) + position) % len(purposes)]}"
    )
