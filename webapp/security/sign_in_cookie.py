"""The one cookie that says who is signed in: a random identifier, whose hash is a row."""

from __future__ import annotations

from flask import Response, current_app, request

from webapp.settings import Settings


def name() -> str:
    """``__Host-`` everywhere but in the demonstration, which runs on loopback without TLS."""
    return "sign-in" if _settings().is_demonstration else "__Host-sign-in"


def read() -> str | None:
    """The identifier that came with this request."""
    token = request.cookies.get(name(), "")
    return token if 20 <= len(token) <= 100 else None


def put(response: Response, token: str) -> Response:
    """Send a new identifier; it ends with the browser's session at the latest."""
    response.set_cookie(
        name(), token, secure=not _settings().is_demonstration, httponly=True, samesite="Lax", path="/"
    )
    return response


def drop(response: Response) -> Response:
    """Take it away."""
    response.delete_cookie(
        name(), secure=not _settings().is_demonstration, httponly=True, samesite="Lax", path="/"
    )
    return response


def _settings() -> Settings:
    settings = current_app.extensions["settings"]
    assert isinstance(settings, Settings)
    return settings
