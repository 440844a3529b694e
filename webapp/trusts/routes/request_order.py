"""Ordering all of the organisation's requests of the open round in one step."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.security.next_address import safe_next
from webapp.services import request_order
from webapp.services.support_requests import SupportRequest
from webapp.trusts.blueprint import bp
from webapp.trusts.forms.request_order import order_form, versions
from webapp.trusts.presenters import request_order as pages


@bp.route("/requests/order", methods=["GET", "POST"])
@allow(Action.REQUEST_SUBMIT)
def order() -> ResponseReturnValue:
    """The places of all requests; ``next`` is the question that somebody came from."""
    unit, actor = current_unit(), current_person()
    rows = request_order.standing(unit, actor=actor)
    form = order_form(rows, pages.place_choices())
    page = pages.order_page(rows, safe_next(request.args.get("next")))
    moved: list[SupportRequest] = []

    def save() -> None:
        moved.extend(request_order.put(unit, actor=actor, places=form.places(rows)))

    def newer() -> Mapping[str, str]:
        now = request_order.standing(current_unit(), actor=actor)
        return pages.standing(now, versions(now))

    if form.validate_on_submit() and attempt(form, save, newer=newer):
        flash(pages.done(moved), "success")
        return redirect(page.back, 303)
    return render_template("trusts/requests/order.html", form=form, page=page), form.status
