"""A partner's overview, and taking part or pausing."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.presenters import consequences as stopping
from webapp.partners.presenters import overview as pages
from webapp.partners.routes.capacity import days_of
from webapp.partners.routes.own import own_partner
from webapp.services import consequences, offer_lists, partners, published
from webapp.services.consequences import Affected
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


@bp.route("/partner/pause", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def pause() -> ResponseReturnValue:
    """Be left out of matching for a while, once what this undoes has been seen."""
    return _stop(PartnerState.PAUSED, stopping.pausing, "You are paused. What is promised stays promised.")


@bp.route("/partner/leave", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def leave() -> ResponseReturnValue:
    """Leave for good, once what this undoes has been seen."""
    return _stop(
        PartnerState.LEFT, stopping.leaving, "You have left the network. Thank you for your support."
    )


def _stop(
    to: PartnerState, present: Callable[[Affected], stopping.StoppingPage], message: str
) -> ResponseReturnValue:
    unit, actor, row = current_unit(), current_person(), own_partner()
    form = ActForm(obj=row)
    found = consequences.of_stopping(unit, actor=actor, partner_id=row.id)
    page = present(found)

    def act() -> None:
        partners.move(unit, actor=actor, partner_id=row.id, to=to, expected_version=form.row_version)

    seen = request.form.get("seen") == page.consequence.seen
    if form.validate_on_submit() and seen and attempt(form, act):
        flash(message, "success")
        return redirect(url_for("partners.overview"), 303)
    return render_template("partners/overview/stop.html", form=form, page=page), form.status


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
    offered = offer_lists.number_to_partner(unit, actor=actor, partner_id=row.id)
    waiting = offer_lists.waiting_for_partner(unit, actor=actor, partner_id=row.id)
    page = pages.overview(row, days_of(row.id), (offered, waiting), unit.now.date(), published.switches(unit))
    return render_template("partners/overview/overview.html", form=form, page=page), form.status
