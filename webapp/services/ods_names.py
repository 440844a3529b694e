"""Names of the Organisation Data Service, which writes in capitals, in ordinary case."""

from __future__ import annotations

import re

SMALL_WORDS = frozenset({"and", "at", "by", "for", "in", "of", "on", "the", "to", "under", "upon", "with"})
ABBREVIATIONS = frozenset({"CSU", "ICB", "NHS", "UK"})
_APOSTROPHES = "'\u2019"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_APOSTROPHES}][^\W\d_]+)*")


def ordinary_case(name: str) -> str:
    """``KING'S COLLEGE HOSPITAL NHS TRUST`` as ``King's College Hospital NHS Trust``.

    A name that already has small letters is left as it is: a person wrote it so.
    """
    name = " ".join(name.split())
    if name != name.upper():
        return name
    return _WORD.sub(lambda match: _word(match.group(), is_first=match.start() == 0), name)


def differ_only_in_case(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals and spaces."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _word(word: str, *, is_first: bool) -> str:
    if word in ABBREVIATIONS:
        return word
    small = word.lower()
    if small in SMALL_WORDS and not is_first:
        return small
    if len(small) > 2 and small[0] in "do" and small[1] in _APOSTROPHES:
        return small[:2].capitalize() + small[2:].capitalize()
    return small[0].upper() + small[1:]
