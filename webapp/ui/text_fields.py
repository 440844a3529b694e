"""Fields that are typed into: text, email, password, codes, whole numbers; and values that travel hidden."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from wtforms import ValidationError

from webapp.services.free_text import clean
from webapp.ui import text_rules
from webapp.ui.nhs_field import NhsField


class TextField(NhsField):
    """One line of text; refuses control, zero-width and bidi characters, and NHS numbers."""

    component = "input"
    lines = False

    def __init__(self, label: str = "", *, longest: int = 200, width: int | None = None, **options: Any):
        super().__init__(label, **options)
        self.longest = longest
        self.width = width

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the text in its normal form."""
        self.data = clean(valuelist[0]) if valuelist else ""

    def check(self) -> None:
        problem = text_rules.problem_with_text(
            self.data, what=self.short, longest=self.longest, lines=self.lines
        )
        if problem:
            raise ValidationError(problem)

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "value": self.data or "", "width": self.width}


class TextAreaField(TextField):
    """Several lines of text."""

    component = "textarea"
    lines = True

    def __init__(self, label: str = "", *, longest: int = 2000, rows: int = 5, **options: Any):
        super().__init__(label, longest=longest, **options)
        self.rows = rows

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "rows": self.rows}


class EmailField(TextField):
    """An email address in plain letters."""

    def check(self) -> None:
        super().check()
        name, at, domain = self.data.partition("@")
        if not (self.data.isascii() and name and at and "." in domain.strip(".") and " " not in self.data):
            raise ValidationError("Enter an email address in the correct format, like name@example.nhs.uk")

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "type": "email", "spellcheck": False}


class PasswordField(NhsField):
    """A password: taken as typed, never shown again. Works without JavaScript; with it, it can be shown."""

    component = "password-input"

    def __init__(self, label: str = "", *, autocomplete: str = "current-password", **options: Any):
        super().__init__(label, **options)
        self.autocomplete = autocomplete

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take at most a little more than the longest password."""
        self.data = valuelist[0][:1000] if valuelist else ""

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "autocomplete": self.autocomplete}


class CodeField(TextField):
    """A one-time code."""

    def check(self) -> None:
        """Its shape is checked with its value, so that nothing is told apart."""

    def parameters(self) -> dict[str, Any]:
        return {
            **super().parameters(),
            "autocomplete": "one-time-code",
            "spellcheck": False,
            "width": 10,
            "code": True,
        }


class WholeNumberField(NhsField):
    """A whole number between bounds, in plain digits. ``unit`` stands behind the box."""

    component = "input"

    def __init__(self, label: str = "", *, at_least: int = 0, at_most: int, unit: str = "", **options: Any):
        super().__init__(label, **options)
        self.at_least = at_least
        self.at_most = at_most
        self.unit = unit
        self.typed: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed beside the number, so that a mistake can be shown again."""
        self.typed = valuelist[0].strip()[:20] if valuelist else ""
        self.data = text_rules.whole_number(self.typed)

    def is_empty(self) -> bool:
        return self.data is None and not self.typed

    def check(self) -> None:
        if self.data is None or not self.at_least <= self.data <= self.at_most:
            raise ValidationError(
                f"{self.short} must be a whole number from {self.at_least:,} to {self.at_most:,}"
            )

    def parameters(self) -> dict[str, Any]:
        shown = self.typed if self.typed is not None else ("" if self.data is None else str(self.data))
        width = 5 if self.at_most > 999 else 4
        return {
            **super().parameters(),
            "value": shown,
            "inputmode": "numeric",
            "spellcheck": False,
            "width": width,
            "suffix": self.unit or None,
        }


class DecimalField(WholeNumberField):
    """A number with at most ``places`` decimals between bounds, in plain digits: no sign, no exponent."""

    def __init__(
        self, label: str = "", *, at_least: float = 0, at_most: float, places: int = 2, **options: Any
    ):
        super().__init__(label, at_least=0, at_most=0, **options)
        self.least, self.most, self.places = at_least, at_most, places

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed beside the number."""
        self.typed = valuelist[0].strip()[:20] if valuelist else ""
        self.data = text_rules.decimal_number(self.typed, self.places)

    def check(self) -> None:
        if self.data is None or not self.least <= self.data <= self.most:
            decimals = f", with at most {self.places} decimals" if self.places else ""
            raise ValidationError(
                f"{self.short} must be a number from {self.least:g} to {self.most:g}{decimals}"
            )

    def parameters(self) -> dict[str, Any]:
        shown = self.typed if self.typed is not None else ("" if self.data is None else f"{self.data:g}")
        return {**super().parameters(), "value": shown, "inputmode": "decimal", "width": 5}


class HiddenField(NhsField):
    """A value that travels with the form; treat it like anything else that people can change."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take it as text."""
        self.data = valuelist[0][:500] if valuelist else ""

    def __call__(self, **_options: Any) -> Markup:
        return Markup('<input type="hidden" name="{}" value="{}">').format(
            self.name, "" if self.data is None else self.data
        )
