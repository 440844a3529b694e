"""The kinds of message that the service writes, read from ``messages.toml``, and one of them put into words."""

from __future__ import annotations

import re
import string
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from webapp.store.outbox import Audience

SECRET = "secret"
LONGEST_VALUE = 300
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """One kind of message; ``readers`` is for those sent to an organisation or a team."""

    name: str
    title: str
    subject: str
    lines: tuple[str, ...]
    link: str
    link_text: str
    optional: bool
    readers: Audience | None = None
    unsubscribe: str = ""

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the texts and the link ask for."""
        texts = (self.subject, *self.lines, self.link, self.unsubscribe)
        parts = (name for text in texts for _, name, _, _ in string.Formatter().parse(text))
        return frozenset(name for name in parts if name)

    @property
    def holds_secret(self) -> bool:
        """Whether one of its links lets in whoever holds it."""
        return SECRET in self.names


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words; ``path`` is its one link, from the root of the service.

    ``unsubscribe_path`` is there where people asked for such messages without an account.
    """

    subject: str
    lines: tuple[str, ...]
    path: str
    link_text: str
    unsubscribe_path: str = ""


def _read() -> Mapping[str, Kind]:
    with Path(__file__).with_name("messages.toml").open("rb") as file:
        tables = tomllib.load(file)
    return {name: _kind(name, values) for name, values in tables.items()}


def _kind(name: str, values: Mapping[str, object]) -> Kind:
    given = dict(values)
    readers = given.pop("readers", None)
    lines = given.pop("lines")
    assert isinstance(lines, list)
    return Kind(
        name=name,
        lines=tuple(map(str, lines)),
        readers=Audience(str(readers)) if readers else None,
        **given,  # type: ignore[arg-type]  # the file's own names; one too many or too few is a TypeError
    )


KINDS = _read()
SHOWN = frozenset(name for name, kind in KINDS.items() if not kind.holds_secret)
"""The kinds that stand among a person's messages; a link that lets in whoever holds it does not."""


def plain(value: str) -> str:
    """A value as it may stand in a subject: one line, normal form, no character that is not seen."""
    folded = " ".join(unicodedata.normalize("NFC", value).split())
    seen = "".join(each for each in folded if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co"))
    return seen[:LONGEST_VALUE]


def letter(kind: Kind, about: Mapping[str, str], *, secret: str = "") -> Letter:
    """The message in words; ``about`` is what was given when it was posted."""
    words = {name: _written_out(value) for name, value in about.items()}
    parts = {name: quote(value, safe="") for name, value in {**about, SECRET: secret}.items()}
    return Letter(
        subject=kind.subject.format_map(words),
        lines=tuple(line.format_map(words) for line in kind.lines),
        path=kind.link.format_map(parts),
        link_text=kind.link_text,
        unsubscribe_path=kind.unsubscribe.format_map(parts),
    )


def _written_out(value: str) -> str:
    if not _ISO_DATE.fullmatch(value):
        return value
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B %Y}"
