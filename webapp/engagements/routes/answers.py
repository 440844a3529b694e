"""Saying yes or no to an offer, for either side."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.forms.answers import PartnerDeclineForm, RequesterDeclineForm
from webapp.engagements.presenters import answers as pages
from webapp.services import engagements, offers, requester_offers
from webapp.services.offers import Refusal, Side
from webapp.ui.forms import ActForm


@bp.route("/offers/<uuid:offer_id>/accept", methods=["GET", "POST"])
@allow(Action.OFFER_ANSWER)
def accept(offer_id: UUID) -> ResponseReturnValue:
    """Say yes, after reading what it means."""
    unit, actor = current_unit(), current_person()
    row, side = offers.answerable(unit, actor=actor, offer_id=offer_id)
    form, page = ActForm(obj=row), pages.accept_page(row, side)

    def act() -> None:
        offers.accept(unit, actor=actor, offer_id=offer_id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act, newer=lambda: _now(offer_id)):
        made = engagements.of_offer(unit, actor=actor, offer_id=offer_id)
        if made is not None:
            flash("Both sides have accepted. Read the agreement next.", "success")
            return redirect(url_for("engagements.agreement", engagement_id=made), 303)
        flash("You have accepted. The other side answers next.", "success")
        return redirect(page.back, 303)
    return render_template("engagements/answers/accept.html", form=form, page=page), form.status


@bp.route("/offers/<uuid:offer_id>/decline", methods=["GET", "POST"])
@allow(Action.OFFER_ANSWER)
def decline(offer_id: UUID) -> ResponseReturnValue:
    """Say no, with a reason."""
    unit, actor = current_unit(), current_person()
    row, side = offers.answerable(unit, actor=actor, offer_id=offer_id)
    form = PartnerDeclineForm(obj=row) if side is Side.PARTNER else RequesterDeclineForm(obj=row)
    page = pages.decline_page(row, side, requester_offers.next_best_words(unit, row))

    def act() -> None:
        answer = Refusal(form.reason.data or "", form.words.data or "", form.data.get("colleague") or "")
        offers.decline(unit, actor=actor, offer_id=offer_id, answer=answer, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act, newer=lambda: _now(offer_id)):
        flash("You have declined. Thank you for answering.", "success")
        return redirect(page.back, 303)
    return render_template("engagements/answers/decline.html", form=form, page=page), form.status


def _now(offer_id: UUID) -> dict[str, str]:
    return pages.stands_now(offers.load(current_unit(), offer_id))
