"""One set of requests short of days, with everybody in it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import thin_sets as pages
from webapp.services import limits, thin_sets


@bp.route("/national/runs/<uuid:run_id>/thin/<int:place>")
@allow(Action.RUN_READ)
def thin_set(run_id: UUID, place: int) -> ResponseReturnValue:
    """Its requests, the candidates with their days, and the sum."""
    actor = current_actor()
    found = thin_sets.thin_set(current_unit(), actor=actor, run_id=run_id, place=place)
    return render_template("national/runs/thin_set.html", page=pages.thin_set_page(found, actor))


@bp.route("/national/runs/<uuid:run_id>/thin/<int:place>.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def thin_set_csv(run_id: UUID, place: int) -> ResponseReturnValue:
    """The same as a file."""
    found = thin_sets.thin_set(current_unit(), actor=current_actor(), run_id=run_id, place=place)
    return pages.MEMBERS.file_of(list(pages.members(found)), f"set-{place}-short-of-days")
