"""The one-time token of every POST form: made for the page, claimed with the effect (RELIABILITY.md I9)."""

from __future__ import annotations

import hashlib
import re
import secrets

from flask import request
from werkzeug.exceptions import BadRequest

from webapp.services.failures import NotAllowedNow
from webapp.store import form_tokens as store
from webapp.store.unit_of_work import UnitOfWork

FIELD = "form_token"
PROTECTIONS = frozenset({FIELD, "csrf_token"})
SHAPE = re.compile(r"[A-Za-z0-9_-]{22,43}")


def new() -> str:
    """A token for one rendering of a form; no row is written until it comes back."""
    return secrets.token_urlsafe(24)


def claim(unit: UnitOfWork, owner: str) -> store.FirstUse | None:
    """Take the request's token in ``unit``: ``None`` when it is new, its first use when it is a replay.

    Raises ``BadRequest`` without a token and ``NotAllowedNow`` when it was used with other content.
    """
    used = store.claim(
        unit.session, owner=owner, token=_token(), content_digest=_content_digest(), now=unit.now
    )
    if used is not None and used.content_digest != _content_digest():
        raise NotAllowedNow("This form was sent before, with other answers. Open it again to make a change.")
    return used


def remember(unit: UnitOfWork, owner: str, location: str) -> None:
    """Keep where the effect led, for a replay."""
    store.remember_location(unit.session, owner=owner, token=_token(), location=location[:2000])


def _token() -> str:
    token = request.form.get(FIELD, "")
    if not SHAPE.fullmatch(token):
        raise BadRequest("The form has no token of ours.")
    return token


def _content_digest() -> str:
    """What was sent, but for the protections themselves: address, fields, files."""
    parts = [request.method, request.path]
    parts += [
        f"{name}={value}"
        for name, values in sorted(request.form.lists())
        for value in values
        if name not in PROTECTIONS
    ]
    for name, file in sorted(request.files.items(multi=True)):
        content = hashlib.sha256(file.stream.read()).hexdigest()
        file.stream.seek(0)
        parts.append(f"{name}={file.filename}:{content}")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
