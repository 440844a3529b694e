"""Calls the NHS macros from Python, so that a field or a listing can render itself.

The macros take one mapping, as in the NHS design system's own documentation. Give texts as ``str``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app
from markupsafe import Markup

NAMES = {
    "back-link": "backLink",
    "button": "button",
    "checkboxes": "checkboxes",
    "date-input": "dateInput",
    "error-summary": "errorSummary",
    "file-upload": "fileUpload",
    "input": "input",
    "inset-text": "insetText",
    "pagination": "pagination",
    "password-input": "passwordInput",
    "radios": "radios",
    "select": "select",
    "tag": "tag",
    "textarea": "textarea",
}


def render(component: str, parameters: Mapping[str, Any]) -> Markup:
    """The HTML of one NHS component."""
    template = current_app.jinja_env.get_template(f"nhsuk/components/{component}/macro.jinja")
    macro = getattr(template.module, NAMES[component])
    return Markup(macro(dict(parameters)))


def text(value: object) -> dict[str, str] | None:
    """``{"text": ...}`` for a macro, or ``None`` for nothing to say."""
    return {"text": str(value)} if value else None
