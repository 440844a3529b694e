"""Our own style sheet, script and pictures: the framework's static route is off, this one has its cell."""

from __future__ import annotations

from pathlib import Path

from flask import Response, send_from_directory

from webapp.access import allow
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp

FOLDER = Path(__file__).resolve().parents[2] / "static"
KEPT_SECONDS = 3600


@bp.route("/static/<path:filename>")
@allow(Action.PUBLIC_READ)
def static_file(filename: str) -> Response:
    """One file; browsers keep it for an hour and then ask whether it changed."""
    response = send_from_directory(FOLDER, filename, max_age=KEPT_SECONDS)
    response.cache_control.public = True
    return response
