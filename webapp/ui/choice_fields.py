"""Fields with choices: drop-down list, radios, checkboxes, one box to confirm (options as in ``fields``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from wtforms import ValidationError

from webapp.ui.components import text
from webapp.ui.nhs_field import NhsField


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: its value, its words, a hint under it."""

    value: str
    text: str
    hint: str = ""


class ChoicesField(NhsField):
    """Parent of fields with choices; they may also be set later: ``form.topic.choices = [...]``."""

    def __init__(self, label: str = "", *, choices: Iterable[Choice | tuple[str, str]] = (), **options: Any):
        super().__init__(label, **options)
        self.choices: Iterable[Choice | tuple[str, str]] = choices

    def options(self) -> list[Choice]:
        """The choices, all of one kind."""
        return [choice if isinstance(choice, Choice) else Choice(*choice) for choice in self.choices]

    def inputs(self, chosen: Collection[str]) -> dict[str, Any]:
        """Parameters of an input for each option, under one legend; those of ``chosen`` values are checked."""
        items = [
            {
                "value": choice.value,
                "text": choice.text,
                "hint": text(choice.hint),
                "checked": choice.value in chosen,
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
        return {**self.inputs((self.data or "",)), "inline": self.inline}


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
        return self.inputs(self.data or ())


class ConfirmField(CheckboxesField):
    """One box that must be ticked, without a question over it: ``data`` is ``["yes"]`` or empty."""

    def __init__(self, label: str = "", **options: Any):
        super().__init__(label, choices=[Choice("yes", label)], **options)

    def parameters(self) -> dict[str, Any]:
        return {**super().parameters(), "fieldset": None}
