"""Repairing a published round: one button, the same on the round's page and on the page of its run."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.services import limits, repairs
from webapp.services.failures import NotAllowedNow
from webapp.ui.forms import ActForm


@bp.route("/national/rounds/<uuid:round_id>/repair", methods=["POST"])
@allow(Action.RUN_REPAIR, limit=limits.RUN_START)
def repair_round(round_id: UUID) -> ResponseReturnValue:
    """Queue a repair around what stands; where nothing has happened, say so."""
    form = ActForm()
    if not form.validate_on_submit():
        return redirect(url_for("national.round_page", round_id=round_id), 303)
    try:
        row = repairs.ask(current_unit(), actor=current_person(), round_id=round_id)
    except NotAllowedNow as error:
        flash(str(error), "warning")
        return redirect(url_for("national.round_page", round_id=round_id), 303)
    flash("The repair is under way. What stands is kept.", "success")
    return redirect(url_for("national.run_page", run_id=row.id), 303)
