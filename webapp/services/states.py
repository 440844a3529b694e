"""Moving a row from one state to the next, only along its table (RELIABILITY.md, I6)."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol, TypeVar

from webapp.services.failures import NotAllowedNow
from webapp.store.transitions import Transitions

State = TypeVar("State", bound=StrEnum)


class HasState(Protocol[State]):
    """A row with a state."""

    state: State


def advance(row: HasState[State], to: State, table: Transitions[State], what: str) -> None:
    """Set the state, or raise ``NotAllowedNow`` with what it is now ("this round is draft")."""
    if not table.allows(row.state, to):
        raise NotAllowedNow(f"This {what} is {str(row.state).replace('_', ' ')}.")
    row.state = to
