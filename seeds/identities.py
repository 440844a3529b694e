"""Identifiers that are the same on every machine, so that two demonstrations can be compared."""

from __future__ import annotations

from uuid import UUID, uuid5

NAMESPACE = UUID("6f9a5b0e-3c52-4f0e-9d0b-5b7d0f2f7a11")


def identity(noun: str, key: str) -> UUID:
    """The identifier of the thing that ``key`` names among things of this kind."""
    return uuid5(NAMESPACE, f"{noun}:{key}")
