"""WTForms fields that render themselves as NHS components: label, hint, error and their wiring, once.

A form is a class of fields; the template places them::

    class DaysForm(BaseForm):
        days = WholeNumberField("How many days do you need?", at_least=1, at_most=60, unit="days",
                                short="Days", required="Enter how many days you need")

    {% call page_form(form, button="Continue") %}{{ form.days() }}{% endcall %}

Common options: ``hint``; ``required``, the sentence shown when nothing was entered (leave it out for an
optional field, and say "(optional)" in the label); ``heading`` true where the label is the page's h1;
``short``, how messages call the field (else its label).
Values: text as ``str`` (empty for nothing), choices as ``str``, checkboxes as ``list[str]``, numbers as
``int | None``, dates as ``date | None``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from wtforms import Field, ValidationError
from wtforms.validators import StopValidation

from webapp.ui import text_rules
from webapp.ui.components import render, text


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: its value, its words, a hint under it."""

    value: str
    text: str
    hint: str = ""


class NhsField(Field):
    """Parent of all fields: options, required-ness, rendering."""

    component = ""

    def __init__(
        self,
        label: str = "",
        *,
        hint: str = "",
        required: str | None = None,
        heading: bool = False,
        short: str = "",
        attributes: Mapping[str, str] | None = None,
        **options: Any,
    ):
        super().__init__(label, **options)
        self.hint = hint
        self.required = required
        self.heading = heading
        self.short = short or label
        self.attributes = dict(attributes or {})
        self.widget = _draw

    def pre_validate(self, _form: Any) -> None:
        """Stop at nothing entered where something is needed; leave nothing entered alone where it is not."""
        if self.is_empty():
            if self.required:
                raise StopValidation(self.required)
            raise StopValidation()
        self.check()

    def is_empty(self) -> bool:
        """Whether nothing was entered."""
        return self.data is None or self.data == "" or self.data == []

    def check(self) -> None:
        """The field's own rule on what was entered; raises ``ValidationError``."""

    def error(self) -> dict[str, str] | None:
        """The first problem, for the macro."""
        return text(self.errors[0]) if self.errors else None

    def first_id(self) -> str:
        """Where the error summary's link leads."""
        return str(self.id)

    def label_parameters(self) -> dict[str, Any]:
        """The label; as the page's heading where the page asks one question."""
        size = {"size": "l", "isPageHeading": True} if self.heading else {"size": "s"}
        return {"text": str(self.label.text), **size}

    def parameters(self) -> dict[str, Any]:
        """What the NHS macro gets."""
        return {
            "id": self.id,
            "name": self.name,
            "label": self.label_parameters(),
            "hint": text(self.hint),
            "errorMessage": self.error(),
            "attributes": self.attributes,
        }

    def fieldset(self) -> dict[str, Any]:
        """The legend, for fields made of several inputs."""
        return {"legend": self.label_parameters()}


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
        self.data = text_rules.normal(valuelist[0]) if valuelist else ""

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
    """An e-mail address in plain letters."""

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


class ChoicesField(NhsField):
    """Parent of fields with choices; they may also be set later: ``form.topic.choices = [...]``."""

    def __init__(self, label: str = "", *, choices: Iterable[Choice | tuple[str, str]] = (), **options: Any):
        super().__init__(label, **options)
        self.choices: Iterable[Choice | tuple[str, str]] = choices

    def options(self) -> list[Choice]:
        """The choices, all of one kind."""
        return [choice if isinstance(choice, Choice) else Choice(*choice) for choice in self.choices]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the chosen value."""
        self.data = valuelist[0] if valuelist else ""

    def check(self) -> None:
        chosen = self.data if isinstance(self.data, list) else [self.data]
        if not set(chosen) <= {choice.value for choice in self.options()}:
            raise ValidationError(self.required or f"Choose an option of the list: {self.short}")


class SelectField(ChoicesField):
    """A drop-down list: for long lists of short options only."""

    component = "select"

    def parameters(self) -> dict[str, Any]:
        items = [
            {"value": choice.value, "text": choice.text, "selected": choice.value == (self.data or "")}
            for choice in self.options()
        ]
        return {**super().parameters(), "items": items}


class RadiosField(ChoicesField):
    """One of a few options."""

    component = "radios"

    def __init__(self, label: str = "", *, inline: bool = False, **options: Any):
        super().__init__(label, **options)
        self.inline = inline

    def parameters(self) -> dict[str, Any]:
        items = [
            {
                "value": choice.value,
                "text": choice.text,
                "hint": text(choice.hint),
                "checked": choice.value == (self.data or ""),
            }
            for choice in self.options()
        ]
        return {
            "idPrefix": self.id,
            "name": self.name,
            "fieldset": self.fieldset(),
            "hint": text(self.hint),
            "errorMessage": self.error(),
            "inline": self.inline,
            "items": items,
        }


class CheckboxesField(ChoicesField):
    """Any of a few options; its inputs are named ``<field>[]``, because one name may come several times."""

    component = "checkboxes"

    def __init__(self, label: str = "", **options: Any):
        super().__init__(label, **options)
        self.name = f"{self.name}[]"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take all chosen values, each once, in order."""
        self.data = list(dict.fromkeys(valuelist))

    def process(self, formdata: Any, *arguments: Any, **options: Any) -> None:
        """With a form sent and no box ticked, nothing is chosen (rather than the default)."""
        super().process(formdata, *arguments, **options)
        if formdata and self.name not in formdata:
            self.data = []

    def parameters(self) -> dict[str, Any]:
        items = [
            {
                "value": choice.value,
                "text": choice.text,
                "hint": text(choice.hint),
                "checked": choice.value in (self.data or []),
            }
            for choice in self.options()
        ]
        return {
            "idPrefix": self.id,
            "name": self.name,
            "fieldset": self.fieldset(),
            "hint": text(self.hint),
            "errorMessage": self.error(),
            "items": items,
        }


class ConfirmField(CheckboxesField):
    """One box that must be ticked, without a question over it: ``data`` is ``["yes"]`` or empty."""

    def __init__(self, label: str = "", **options: Any):
        super().__init__(label, choices=[Choice("yes", label)], **options)

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "fieldset": None}


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


class HiddenField(NhsField):
    """A value that travels with the form; treat it like anything else that people can change."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take it as text."""
        self.data = valuelist[0][:500] if valuelist else ""

    def __call__(self, **_options: Any) -> Markup:
        return Markup('<input type="hidden" name="{}" value="{}">').format(
            self.name, "" if self.data is None else self.data
        )


def _draw(field: NhsField, **overrides: Any) -> Markup:
    return render(field.component, {**field.parameters(), **overrides})


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
