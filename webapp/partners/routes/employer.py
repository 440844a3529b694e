"""An expert who takes part changes employer."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.forms.employer import EmployerForm
from webapp.partners.presenters import employer as pages
from webapp.partners.presenters.consequences import Consequence, consequence
from webapp.partners.routes.own import own_partner
from webapp.services import consequences, employers, registry
from webapp.services.consequences import Affected
from webapp.services.employers import NewEmployer
from webapp.services.working_days import london_day


@bp.route("/partner/employer", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def employer() -> ResponseReturnValue:
    """Name the new employer; what the change undoes is shown before it is saved."""
    unit, actor, row = current_unit(), current_person(), own_partner()
    if not employers.may_change(row):
        return redirect(url_for("partners.overview"))
    form, page, partner_id = EmployerForm(data={"version": row.version}), pages.employer_page(row), row.id
    form.left_on.latest = london_day(unit.now)
    form.offer(registry.typed(unit, actor=actor, text=form.organisation.data or ""))
    is_whole = form.validate_on_submit()
    chosen = form.chosen() if form.is_submitted() and form.organisation.data else ""
    told = consequence(Affected())

    def save() -> None:
        assert form.left_on.data is not None
        new = NewEmployer(UUID(chosen), form.left_on.data)
        employers.change(unit, actor=actor, partner_id=partner_id, new=new, expected_version=form.row_version)

    if is_whole and chosen:
        told = _undone(partner_id, UUID(chosen))
        if not told.lines and attempt(form, save, newer=lambda: pages.standing(own_partner())):
            flash(pages.done(own_partner()), "success")
            return redirect(page.back, 303)
    return render_template("partners/profile/employer.html", form=form, page=page, told=told), form.status


def _undone(partner_id: UUID, home_id: UUID) -> Consequence:
    """What this employer would undo, as long as the person has not seen it for this one."""
    found = consequences.of_employer(
        current_unit(), actor=current_person(), partner_id=partner_id, home_id=home_id
    )
    told = consequence(found)
    told = replace(told, seen=f"{told.seen} with {home_id}")
    return consequence(Affected()) if request.form.get("seen") == told.seen else told
