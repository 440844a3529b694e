"""Tables of allowed state changes: which state may follow which (RELIABILITY.md, I6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)


class Transitions(Generic[State]):
    """What may follow each state; a state that is not named may not be left."""

    def __init__(self, table: Mapping[State, Iterable[State]]):
        self._table = {state: frozenset(following) for state, following in table.items()}

    def allows(self, now: State, then: State) -> bool:
        """May ``then`` follow ``now``?"""
        return then in self._table.get(now, frozenset())

    def following(self, now: State) -> frozenset[State]:
        """Every state that may follow ``now``."""
        return self._table.get(now, frozenset())
