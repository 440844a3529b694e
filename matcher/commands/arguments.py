"""What arguments may hold, checked where they are parsed."""

from __future__ import annotations

import argparse
import math

from matcher.formats.document import identifier_problem


def positive_seconds(text: str) -> float:
    """A time limit: finite, more than nothing."""
    seconds = _number(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return seconds


def relative_gap(text: str) -> float:
    """A gap: 0 (to proof) up to less than 1."""
    gap = _number(text)
    if not 0 <= gap < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a gap from 0 to less than 1")
    return gap


def whole_number(text: str) -> int:
    """A seed: a whole number from 0."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def thread_count(text: str) -> int:
    """A number of threads, at least one."""
    count = whole_number(text)
    if not 1 <= count <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of threads from 1 to 1024")
    return count


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def identifier(text: str) -> str:
    """The id of a partner or a request."""
    problem = identifier_problem(text)
    if problem:
        raise argparse.ArgumentTypeError(problem)
    return text


def pair(text: str) -> tuple[str, str]:
    """PARTNER:REQUEST."""
    partner, colon, request = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text!r} is not PARTNER:REQUEST")
    return identifier(partner), identifier(request)


def capacity_cut(text: str) -> tuple[str, str, int]:
    """PARTNER:YYYY-MM=DAYS."""
    partner, colon, rest = text.partition(":")
    month, equals, days = rest.partition("=")
    if not (colon and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not PARTNER:YYYY-MM=DAYS")
    return identifier(partner), month, whole_number(days)
