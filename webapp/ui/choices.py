"""The options that people choose from, read from ``choices.toml``: titles, meanings, usual amounts.

``CHOICES["severity"]`` maps each code to its ``Option``, in the order of the file; ``items`` gives them as
choices of a field, ``title`` and ``colour`` one option's words and tag.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from webapp.ui.fields import Choice


@dataclass(frozen=True, slots=True)
class Option:
    """One option; ``days``, ``delivery`` and ``team`` are what is usual for a shape of support."""

    title: str
    meaning: str = ""
    colour: str = ""
    days: int | None = None
    delivery: str = ""
    team: int = 1


def _read() -> Mapping[str, Mapping[str, Option]]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        tables = tomllib.load(file)
    return {
        name: {code: Option(**values) for code, values in options.items()} for name, options in tables.items()
    }


CHOICES = _read()


def items(name: str) -> list[Choice]:
    """The options of one list for a field."""
    return [Choice(code, option.title, option.meaning) for code, option in CHOICES[name].items()]


def titles(name: str) -> tuple[tuple[str, str], ...]:
    """The options of one list for a filter."""
    return tuple((code, option.title) for code, option in CHOICES[name].items())


def title(name: str, code: object) -> str:
    """The words for a code; "Not given" for none."""
    option = CHOICES[name].get("" if code is None else str(code))
    return option.title if option else "Not given"


def colour(name: str, code: object) -> str:
    """The tag colour for a code."""
    return CHOICES[name][str(code)].colour
