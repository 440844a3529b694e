"""Where somebody goes after signing in: never to another host."""

from __future__ import annotations


def safe_next(target: str | None) -> str | None:
    """``target`` if it is a path on this host and nothing else; any other address is dropped."""
    if not target or len(target) > 500 or not target.startswith("/") or target[1:2] in ("/", "\\"):
        return None
    if "\\" in target or any(ord(character) <= 32 or ord(character) == 127 for character in target):
        return None
    decoded = target.lower()
    return None if decoded.startswith(("/%2f", "/%5c", "/%09")) else target
