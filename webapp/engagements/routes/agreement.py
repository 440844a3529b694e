"""The one-page agreement: read, change, accept, print."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.forms.agreement import AgreementForm
from webapp.engagements.presenters import agreement as pages
from webapp.services import engagement_rows, engagements
from webapp.ui.forms import ActForm


@bp.route("/engagements/<uuid:engagement_id>/agreement", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_READ, post=Action.ENGAGEMENT_AGREE)
def agreement(engagement_id: UUID) -> ResponseReturnValue:
    """The agreement as it reads now; sending it accepts this version for one's side."""
    unit, actor = current_unit(), current_person()
    row, side = engagements.page(unit, actor=actor, engagement_id=engagement_id)
    form, page = ActForm(obj=row), pages.agreement_page(row, side, actor)

    def act() -> None:
        engagements.accept_agreement(
            unit, actor=actor, engagement_id=engagement_id, expected_version=form.row_version
        )

    if form.validate_on_submit() and attempt(form, act):
        flash("You have accepted the agreement.", "success")
        return redirect(page.back, 303)
    return render_template("engagements/agreement/agreement.html", form=form, page=page), form.status


@bp.route("/engagements/<uuid:engagement_id>/agreement/edit", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_WRITE)
def edit_agreement(engagement_id: UUID) -> ResponseReturnValue:
    """Change the draft."""
    unit, actor = current_unit(), current_person()
    row, _ = engagement_rows.own(unit, actor=actor, engagement_id=engagement_id)
    engagement_rows.in_draft(row)
    form = AgreementForm(obj=row)
    back = url_for("engagements.agreement", engagement_id=engagement_id)

    def save() -> None:
        engagements.edit_agreement(
            unit,
            actor=actor,
            engagement_id=engagement_id,
            agreement=form.agreement(),
            expected_version=form.row_version,
        )

    def newer() -> dict[str, str]:
        return pages.stands_now(engagement_rows.find(current_unit(), engagement_id))

    if form.validate_on_submit() and attempt(form, save, newer=newer):
        flash("The agreement is saved. Both sides accept this version.", "success")
        return redirect(back, 303)
    return render_template("engagements/agreement/edit.html", form=form, back=back), form.status
