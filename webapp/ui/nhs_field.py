"""The parent of all fields: options, what must be entered, how it is drawn (see ``fields``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.validators import StopValidation

from webapp.ui.components import render, text


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
        self.short = short or ("Your answer" if label.endswith("?") else label)
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


def _draw(field: NhsField, **overrides: Any) -> Markup:
    return render(field.component, {**field.parameters(), **overrides})
