"""A run's files: instance and result byte for byte as stored; its certificate and what it stands on as lists."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters.runs import CERTIFICATE, certificate_rows
from webapp.national.presenters.scenarios import HELD, held_rows
from webapp.services import limits, policies, runs
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


@bp.route("/national/runs/<uuid:run_id>/certificate.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def certificate_csv(run_id: UUID) -> ResponseReturnValue:
    """Its levels, with value and bound."""
    overview = runs.run_page(current_unit(), actor=current_actor(), run_id=run_id)
    return CERTIFICATE.file_of(certificate_rows(overview), "certificate")


@bp.route("/national/runs/<uuid:run_id>/basis.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def basis_csv(run_id: UUID) -> ResponseReturnValue:
    """The days that were held back from it."""
    unit, actor = current_unit(), current_actor()
    run = runs.run_page(unit, actor=actor, run_id=run_id).run
    return HELD.file_of(list(held_rows(run.held or (), policies.words(unit, actor=actor))), "days-held-back")


def _file(run_id: UUID, kind: DocumentKind) -> Response:
    content = runs.document(current_unit(), actor=current_actor(), run_id=run_id, kind=kind)
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind.value}.json"'
    return answer
