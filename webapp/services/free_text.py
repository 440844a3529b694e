"""Free text as people type it: kept in one normal form, refused with an NHS number or odd characters.

No patient data (PRODUCT.md 2.8): ten digits with the right check digit, spaced or dashed as people write
them, are taken for an NHS number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from webapp.services.failures import Problem

_TEN_DIGITS = re.compile(r"(?<!\d)(?=(\d(?:[\s\-\u2010-\u2015._/]{0,3}\d){9})(?!\d))")
_WEIGHTS = range(10, 1, -1)
WORKSHEET_MARK = "support-partner-matching/worksheet"
"""What a saved self-assessment worksheet says of itself: no field and no upload takes it (RELIABILITY.md I3)."""
WORKSHEET_MESSAGE = "Remove the saved worksheet. Your self-assessment stays with you and is never sent"
NHS_NUMBER_MESSAGE = "Remove the number that looks like an NHS number. Do not enter anything about patients"


def clean(text: str) -> str:
    """The text in normal form C, with line ends as ``\\n`` and no white space at either end."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def holds_nhs_number(text: str) -> bool:
    """Does the text hold ten digits with the check digit of an NHS number?"""
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_nhs_number(re.sub(r"\D", "", match.group(1))) for match in _TEN_DIGITS.finditer(plain))


def holds_worksheet(content: bytes) -> bool:
    """Is this file or body a saved self-assessment worksheet, in either encoding that programs write?"""
    return any(WORKSHEET_MARK.encode(encoding) in content for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


def problems(field: str, text: str, *, most: int, one_line: bool = False) -> Iterator[Problem]:
    """What is wrong with a cleaned text: too long, an NHS number, characters that cannot be shown."""
    if len(text) > most:
        yield Problem(field, f"Enter {most:,} characters or fewer")
    if holds_nhs_number(text):
        yield Problem(field, NHS_NUMBER_MESSAGE)
    if WORKSHEET_MARK in text:
        yield Problem(field, WORKSHEET_MESSAGE)
    if any(_is_odd(character, one_line) for character in text):
        yield Problem(field, "Remove the characters that cannot be shown")


def _is_nhs_number(digits: str) -> bool:
    if len(set(digits)) == 1:
        return False
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    check = (11 - remainder) % 11
    return check != 10 and check == int(digits[9])


def _is_odd(character: str, one_line: bool) -> bool:
    if character in "\n\t":
        return one_line
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co"):
        return True
    return category == "Cf" and (
        one_line or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
