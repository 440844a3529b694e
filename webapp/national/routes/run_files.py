"""A run's instance and result as files: byte for byte what is stored, for the command line and any checker."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.services import limits, runs
from webapp.services.runs import DocumentKind


@bp.route("/national/runs/<uuid:run_id>/instance.json")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def instance_file(run_id: UUID) -> ResponseReturnValue:
    """What the run was asked."""
    return _file(run_id, DocumentKind.INSTANCE)


@bp.route("/national/runs/<uuid:run_id>/result.json")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def result_file(run_id: UUID) -> ResponseReturnValue:
    """What it answered."""
    return _file(run_id, DocumentKind.RESULT)


def _file(run_id: UUID, kind: DocumentKind) -> Response:
    content = runs.document(current_unit(), actor=current_actor(), run_id=run_id, kind=kind)
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind.value}.json"'
    return answer
