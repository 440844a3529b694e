"""Rate limits, counted in the database so that all workers share them, each count in its own transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from webapp.services.failures import TooManyTries
from webapp.store import rate_limits
from webapp.store.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in a window of seconds. A window ends by itself: nobody is locked out for good."""

    name: str
    tries: int
    window_seconds: int


SIGN_IN_BY_USER_AND_ADDRESS = Limit("sign-in-user-address", 10, 900)
SIGN_IN_BY_USER = Limit("sign-in-user", 30, 900)
SIGN_IN_BY_ADDRESS = Limit("sign-in-address", 100, 900)
SIGN_IN_BY_ALL = Limit("sign-in-all", 3000, 900)
SECOND_FACTOR = Limit("second-factor", 10, 900)
PASSWORD_CHECK = Limit("password-check", 10, 900)
RESET_BY_USER = Limit("reset-user", 5, 3600)
RESET_BY_ADDRESS = Limit("reset-address", 30, 3600)
INVITE = Limit("invite", 60, 3600)
LINK_BY_ADDRESS = Limit("link-address", 60, 3600)
REGISTER_BY_USER = Limit("register-user", 5, 3600)
REGISTER_BY_ADDRESS = Limit("register-address", 30, 3600)
SUBSCRIBE_BY_EMAIL = Limit("subscribe-email", 3, 86400)
SUBSCRIBE_BY_ADDRESS = Limit("subscribe-address", 30, 3600)
EXPORT = Limit("export", 60, 3600)
RUN_START = Limit("run-start", 30, 3600)
QUESTION = Limit("question", 120, 3600)
IMPORT = Limit("import", 30, 3600)


def spend(database: Database, *counts: tuple[Limit, str]) -> None:
    """Count one try against each (limit, key); raises ``TooManyTries`` if any is used up.

    Keys are hashed: no address or email is kept. Never call it inside an open writing unit: SQLite has one
    writer.
    """
    longest = 0
    with database.unit(writing=True) as unit:
        for limit, key in counts:
            tries, left = rate_limits.count(
                unit.session, _row_key(limit, key), window_seconds=limit.window_seconds, now=unit.now
            )
            if tries > limit.tries:
                longest = max(longest, left)
    if longest:
        raise TooManyTries(longest)


def give_back(database: Database, limit: Limit, key: str) -> None:
    """Forget the tries of one key, after a success."""
    with database.unit(writing=True) as unit:
        rate_limits.forget(unit.session, _row_key(limit, key))


def _row_key(limit: Limit, key: str) -> str:
    return f"{limit.name}:{hashlib.sha256(key.encode()).hexdigest()[:40]}"
