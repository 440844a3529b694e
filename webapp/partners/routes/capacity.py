"""The month grid: whole days offered in each of the coming 12 months."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.forms.capacity import days_form, filling, versions
from webapp.partners.presenters import capacity as pages
from webapp.partners.presenters.consequences import Consequence, consequence
from webapp.partners.routes.own import own_partner
from webapp.services import capacity as days
from webapp.services import consequences
from webapp.services.capacity import MonthOfDays
from webapp.services.consequences import Affected
from webapp.services.working_days import london_day


@bp.route("/partner/capacity", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.CAPACITY_DECLARE)
def capacity() -> ResponseReturnValue:
    """Declare days; ``every`` fills the form alike for all months, without saving."""
    row = own_partner()
    partner_id = row.id
    cells = days_of(partner_id)
    fill = filling(request.args, london_day(current_unit().now))
    form = days_form(cells, fill)
    page = pages.capacity_page(row, cells, fill)

    unit, actor = current_unit(), current_person()

    def undoes() -> Consequence:
        """What a valid form would undo, as long as the person has not seen it."""
        wanted = {month: each.days for month, each in form.declared().items()}
        found = consequences.of_days(unit, actor=actor, partner_id=partner_id, days=wanted)
        told = consequence(found)
        return told if request.form.get("seen", "0") != told.seen else consequence(Affected())

    def save() -> None:
        days.declare(unit, actor=actor, partner_id=partner_id, days=form.declared())

    def newer() -> dict[str, str]:
        now = days_of(partner_id)
        return pages.standing(now, versions(now))

    told = consequence(Affected())
    if form.validate_on_submit():
        told = undoes()
        if not told.lines and attempt(form, save, newer=newer):
            flash("Your days are saved.", "success")
            return redirect(url_for("partners.capacity"), 303)
    return render_template("partners/capacity/capacity.html", form=form, page=page, told=told), form.status


def days_of(partner_id: UUID) -> tuple[MonthOfDays, ...]:
    """The partner's days in this month and the eleven after it."""
    unit = current_unit()
    months = days.months_from(unit)
    return days.grid(unit, actor=current_person(), partner_id=partner_id, months=months)
