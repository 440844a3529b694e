"""Taking a publication back before anybody has accepted."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.publications import RollBackForm
from webapp.national.presenters import publications as pages
from webapp.services import roll_backs


@bp.route("/national/publications/<uuid:publication_id>/roll-back", methods=["GET", "POST"])
@allow(Action.RUN_ROLL_BACK)
def roll_back(publication_id: UUID) -> ResponseReturnValue:
    """What would be taken back, then do it."""
    unit, actor = current_unit(), current_person()
    effect = roll_backs.effect(unit, actor=actor, publication_id=publication_id)
    form = RollBackForm(obj=effect.publication)

    def act() -> None:
        roll_backs.roll_back(
            unit,
            actor=actor,
            publication_id=publication_id,
            reason=form.reason.data or "",
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, act):
        flash("Taken back. The round is in review again, and both sides have been told.", "success")
        return redirect(url_for("national.publication", run_id=effect.publication.run_id), 303)
    page = pages.roll_back_page(effect)
    return render_template("national/publications/roll_back.html", page=page, form=form), form.status
