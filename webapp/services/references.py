"""References that people can read out: a letter and six characters that cannot be mistaken for others."""

from __future__ import annotations

import secrets

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference(letter: str) -> str:
    """A random reference such as ``R-7K3M9Q``; uniqueness is the database's to keep."""
    return f"{letter}-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))
