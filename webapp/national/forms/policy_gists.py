"""What each section of the policy form holds now, in a line beside its heading."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from webapp.ui import formats

SHORTER = {
    "mandated_share": "mandated share",
    "skill_bonus": "skill bonus",
    "low_fit": "low fit below",
    "least_fit": "least fit",
    "stale_interest_months": "interests stale after",
    "beneficiary_cap": "engagements at a time",
    "lapse_working_days": "offers lapse after",
    "waiting_credit": "waiting credit",
    "lagging_credit": "credit of a group left behind",
}
"""Names of values that are questions in the form."""


def weights_and_floors(fields: Iterable[Any]) -> str:
    """Those of each priority or region: ``Mental health 2 at least 20%``."""
    found: dict[str, list[str]] = {}
    for field in fields:
        label, _, part = str(field.label.text).partition(": ")
        words = found.setdefault(label, [])
        if part == "weight":
            words.append(shown(field))
        elif field.data:
            words.append(f"at least {shown(field)}")
    return ", ".join(f"{label} {' '.join(words)}" for label, words in found.items() if words) or "No floors"


def order(fields: Iterable[Any]) -> str:
    """The levels in their order."""
    placed = sorted((int(each.data), each.label.text) for each in fields if each.data)
    return ", ".join(f"{place} {title}" for place, title in placed) or "No level is used"


def named(fields: Iterable[Any]) -> str:
    """Each value behind its name."""
    words = ", ".join(f"{SHORTER.get(each.name, each.label.text)} {shown(each)}" for each in fields)
    return words[:1].upper() + words[1:]


def ticked(field: Any) -> str:
    """How many of the boxes are ticked."""
    return f"{len(field.data or ())} of {len(field.choices)} on"


def held(lines: Iterable[Sequence[Any]]) -> str:
    """How many reserves have an amount."""
    filled = sum(any(field.name.endswith("_amount") and field.data for field in line) for line in lines)
    return formats.plural(filled, "reserve") if filled else "Nothing is held back"


def shown(field: Any) -> str:
    """The value of a number's field with its unit, or what was typed where it is none."""
    if field.data is None:
        return str(field.typed or "not set")
    unit = field.unit or ""
    return f"{field.data:g}{unit}" if unit == "%" else f"{field.data:g} {unit}".strip()
