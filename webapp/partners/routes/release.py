"""Asking one's employer for the release."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.presenters import release as pages
from webapp.partners.routes.own import own_partner
from webapp.services import releases
from webapp.ui.forms import ActForm


@bp.route("/partner/release", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def ask_release() -> ResponseReturnValue:
    """What the employer reads, and one button."""
    row = own_partner()
    form = ActForm(obj=row)
    page = pages.release_page(row)

    def ask() -> None:
        releases.ask(
            current_unit(), actor=current_person(), partner_id=row.id, expected_version=form.row_version
        )

    if form.validate_on_submit() and attempt(form, ask):
        flash("Your employer has been asked.", "success")
        return redirect(url_for("partners.overview"), 303)
    return render_template("partners/release/ask.html", page=page, form=form), form.status
