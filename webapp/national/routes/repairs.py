"""Repairing a published round: what waits, the one button, and what each repair was made for."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import repairs as pages
from webapp.services import limits, repair_history, repairs
from webapp.services.failures import NotAllowedNow
from webapp.ui.forms import ActForm


@bp.route("/national/rounds/<uuid:round_id>/repairs")
@allow(Action.RUN_READ)
def round_repairs(round_id: UUID) -> ResponseReturnValue:
    """What has happened since the round was published or last repaired, and its repairs so far."""
    actor = current_actor()
    found = repair_history.of_round(current_unit(), actor=actor, round_id=round_id)
    return render_template("national/repairs/round.html", page=pages.round_page(found, actor), form=ActForm())


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
        return redirect(url_for("national.round_repairs", round_id=round_id), 303)
    flash("The repair is under way. What stands is kept.", "success")
    return redirect(url_for("national.run_page", run_id=row.id), 303)
