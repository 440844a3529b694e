"""The self-assessment worksheet: components, practices and levels as plain values. Answers are none of ours (I3)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import url_for

from webapp.services.free_text import WORKSHEET_MARK

FILE_VERSION = 1
"""What a saved file says of its own form; a browser refuses one that is newer, in words."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level, the lowest first."""

    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Practice:
    """One practice of a component."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Component:
    """One component, its practices, and where to ask for help with it: the code and nothing else."""

    code: str
    title: str
    question: str
    practices: tuple[Practice, ...]
    ask: str


@dataclass(frozen=True, slots=True)
class WorksheetPage:
    """The page, the same for everybody. ``mark`` and ``version`` are what a saved file says of itself."""

    levels: tuple[Level, ...]
    components: tuple[Component, ...]
    is_confirmed: bool
    mark: str = WORKSHEET_MARK
    version: int = FILE_VERSION


def worksheet_page() -> WorksheetPage:
    """Everything on the page."""
    facts = _facts()
    return WorksheetPage(
        levels=tuple(Level(**level) for level in facts["levels"]),
        components=tuple(_component(each) for each in facts["components"]),
        is_confirmed=facts["status"] == "confirmed",
    )


def _component(facts: dict[str, Any]) -> Component:
    return Component(
        code=facts["code"],
        title=facts["title"],
        question=facts["question"],
        practices=tuple(Practice(code, title) for code, title in facts["practices"]),
        ask=url_for("trusts.new", component=facts["code"]),
    )


@cache
def _facts() -> dict[str, Any]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)
