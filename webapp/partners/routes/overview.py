"""A partner's overview, and taking part or pausing."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.presenters import overview as pages
from webapp.partners.routes.capacity import days_of
from webapp.partners.routes.own import own_partner
from webapp.services import partner_proposals, partners, published
from webapp.services.paging import Paging
from webapp.services.partners import Partner, PartnerState
from webapp.ui.forms import ActForm


@bp.route("/partner")
@allow(Action.PARTNER_EDIT)
def overview() -> ResponseReturnValue:
    """Who they are, what is missing or stale, and the days."""
    row = own_partner()
    return _page(row, ActForm(obj=row))


@bp.route("/partner/take-part", methods=["POST"])
@allow(Action.PARTNER_EDIT)
def take_part() -> ResponseReturnValue:
    """Be part of matching from now on."""
    return _move(PartnerState.ACTIVE, "You take part from now on.")


@bp.route("/partner/pause", methods=["POST"])
@allow(Action.PARTNER_EDIT)
def pause() -> ResponseReturnValue:
    """Be left out of matching for a while."""
    return _move(PartnerState.PAUSED, "You are paused. What is promised stays promised.")


def _move(to: PartnerState, message: str) -> ResponseReturnValue:
    unit, actor, row = current_unit(), current_person(), own_partner()
    form = ActForm(obj=row)

    def act() -> None:
        partners.move(unit, actor=actor, partner_id=row.id, to=to, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act):
        flash(message, "success")
        return redirect(url_for("partners.overview"), 303)
    return _page(own_partner(), form)


def _page(row: Partner, form: ActForm) -> ResponseReturnValue:
    unit, actor = current_unit(), current_person()
    offered = partner_proposals.listing(unit, actor=actor, partner_id=row.id, paging=Paging(size=1))
    page = pages.overview(row, days_of(row.id), offered.total, unit.now.date(), published.switches(unit))
    return render_template("partners/overview/overview.html", form=form, page=page), form.status
