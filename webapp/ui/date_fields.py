"""A date in three boxes (options as in ``fields``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import ValidationError

from webapp.ui import text_rules
from webapp.ui.components import text
from webapp.ui.nhs_field import NhsField


class DateField(NhsField):
    """A date in three boxes; ``earliest`` and ``latest`` bound it (set them on the field when they move)."""

    component = "date-input"
    PARTS = ("day", "month", "year")

    def __init__(
        self,
        label: str = "",
        *,
        earliest: date = date(2000, 1, 1),
        latest: date = date(2099, 12, 31),
        **options: Any,
    ):
        super().__init__(label, **options)
        self.earliest = earliest
        self.latest = latest
        self.typed: dict[str, str] = {}

    def process(self, formdata: Any, *arguments: Any, **options: Any) -> None:
        """Read the three parts; keep what was typed."""
        super().process(None, *arguments, **options)
        names = {part: f"{self.name}-{part}" for part in self.PARTS}
        if formdata and any(name in formdata for name in names.values()):
            self.typed = {part: formdata.get(name, "").strip()[:10] for part, name in names.items()}
            self.data = _date_of(self.typed)

    def is_empty(self) -> bool:
        return self.data is None and not any(self.typed.values())

    def check(self) -> None:
        if self.data is None:
            raise ValidationError(f"{self.short} must be a real date, like 27 3 2027")
        if not self.earliest <= self.data <= self.latest:
            raise ValidationError(
                f"{self.short} must be between {_said(self.earliest)} and {_said(self.latest)}"
            )

    def first_id(self) -> str:
        return f"{self.id}-day"

    def parameters(self) -> dict[str, Any]:
        shown = self.typed or _parts_of(self.data)
        items = [
            {
                "id": f"{self.id}-{part}",
                "name": f"{self.name}-{part}",
                "label": {"text": part.capitalize()},
                "value": shown.get(part, ""),
                "width": 4 if part == "year" else 2,
                "error": bool(self.errors),
            }
            for part in self.PARTS
        ]
        return {
            "id": self.id,
            "fieldset": self.fieldset(),
            "hint": text(self.hint or "For example, 27 3 2027"),
            "errorMessage": self.error(),
            "items": items,
        }


def _date_of(typed: Mapping[str, str]) -> date | None:
    numbers = [text_rules.whole_number(typed[part]) for part in ("year", "month", "day")]
    if None in numbers or len(typed["year"]) != 4:
        return None
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None


def _parts_of(value: date | None) -> dict[str, str]:
    return (
        {} if value is None else {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
    )


def _said(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
