"""Patterns of LIKE: what people type is looked for as it stands."""

from __future__ import annotations


def escaped(text: str) -> str:
    """The text with the signs escaped (by a backslash) that LIKE reads as wildcards."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
