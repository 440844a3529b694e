"""Rules for what people type (RELIABILITY.md I16, I17): kept as entered after NFC, nothing hidden in it."""

from __future__ import annotations

import unicodedata

from webapp.services.free_text import holds_nhs_number

HIDDEN = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
NO_PATIENTS = "Do not include anything about a patient."
"""What the hint of every free text ends with."""
LONGEST_NUMBER = 9
MOST_COMBINING_MARKS = 4


def problem_with_text(text: str, *, what: str, longest: int, lines: bool) -> str | None:
    """Why a text cannot be kept, in a sentence; ``what`` names it at the start of that sentence."""
    if len(text) > longest:
        return f"{what} must be {longest:,} characters or fewer"
    if any(_is_control(character, lines) for character in text):
        return f"{what} must not contain control characters; type it again rather than paste it"
    if not lines and HIDDEN & set(text):
        return f"{what} must not contain hidden characters; type it again rather than paste it"
    if _piled_up(text):
        return f"{what} must not pile accents on one letter"
    if holds_nhs_number(text):
        return f"{what} must not contain an NHS number or anything else about a patient"
    return None


def whole_number(text: str) -> int | None:
    """A non-negative whole number in plain digits, or ``None``; no ``1_000``, ``1e3`` or other scripts."""
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= LONGEST_NUMBER):
        return None
    return int(plain)


def decimal_number(text: str, places: int) -> float | None:
    """A non-negative number in plain digits with at most ``places`` decimals after a point, or ``None``."""
    whole, point, rest = text.strip().partition(".")
    if whole_number(whole) is None or len(rest) > places or bool(point) != bool(rest):
        return None
    if point and whole_number(rest) is None:
        return None
    return float(f"{whole.strip()}.{rest or 0}")


def _is_control(character: str, lines: bool) -> bool:
    if lines and character in "\n\t":
        return False
    return unicodedata.category(character) in ("Cc", "Cs", "Cn", "Co")


def _piled_up(text: str) -> bool:
    pile = 0
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile > MOST_COMBINING_MARKS:
            return True
    return False
