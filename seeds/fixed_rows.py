"""Gives rows that people know by a natural key the identifier of that key, whichever service makes them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from seeds.identities import identity
from webapp.store.accounts import User
from webapp.store.partners import Partner
from webapp.store.policies import Policy
from webapp.store.rounds import Round
from webapp.store.support_requests import SupportRequest


def keep_identities(session: Session) -> None:
    """From now on, new rows of this session are the same ones on every machine."""
    event.listen(session, "before_flush", _name_new_rows)


def _name_new_rows(session: Session, _context: Any, _instances: Any) -> None:
    for row in session.new:
        key = _natural_key(row)
        if key is not None:
            row.id = identity(*key)


def _natural_key(row: object) -> tuple[str, str] | None:
    match row:
        case Partner():
            return "partner", row.reference
        case SupportRequest():
            return "support_request", row.reference
        case User():
            return "user", row.email
        case Round():
            return "round", str(row.number)
        case Policy():
            return "policy", str(row.number)
    return None
