"""What a route declares of itself: its cells of the matrix and its limits; and that every route does."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from webapp.authority.matrix import Action
from webapp.security.refusals import SAFE_METHODS
from webapp.services import limits


@dataclass(frozen=True, slots=True)
class Policy:
    """What a route declares: the cell for reading, the cell for writing, and its limits."""

    read: Action
    write: Action
    form_token: bool = True
    upload_bytes: int | None = None
    limit: limits.Limit | None = None

    def action(self, method: str) -> Action:
        """The cell that answers for a method."""
        return self.read if method in SAFE_METHODS else self.write


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The declared policy of an endpoint, if it has one."""
    return getattr(app.view_functions.get(endpoint), "policy", None)


def check_every_route(app: Flask) -> None:
    """Stop the start if any route + method has no cell (RELIABILITY.md I5)."""
    bare = sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None}
    )
    if bare:
        raise RuntimeError(f"routes without a declared policy: {', '.join(bare)}")
