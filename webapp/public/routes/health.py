"""Liveness and readiness as JSON, for whatever watches the service."""

from __future__ import annotations

from flask import Response, current_app, jsonify, make_response

from webapp.access import allow, database
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp
from webapp.services import health


@bp.route("/healthz")
@allow(Action.PUBLIC_READ)
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.route("/readyz")
@allow(Action.PUBLIC_READ)
def readyz() -> Response:
    """Everything a page needs is there: 200, else 503 with what is missing."""
    checks = health.readiness(database(), current_app.extensions["work_queue"])
    ready = all(checks.values())
    return make_response(
        jsonify(status="ready" if ready else "not ready", checks=checks), 200 if ready else 503
    )
