"""A swap: what it would do, then the proposal of it; a second person confirms on the page of the match."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.review import SwapForm
from webapp.national.presenters import match as match_pages_shown
from webapp.national.presenters import review as review_shown
from webapp.national.presenters import swaps as pages
from webapp.national.presenters.loads import LOAD
from webapp.services import decisions, limits, match_pages, swaps
from webapp.services.decisions import Verdict
from webapp.services.review import DecisionKind


@bp.route("/national/matches/<uuid:match_id>/swap/<uuid:partner_id>", methods=["GET", "POST"])
@allow(Action.PROPOSAL_SWAP)
def swap(match_id: UUID, partner_id: UUID) -> ResponseReturnValue:
    """Who would take over, whose days go, what that does to each level; then propose it."""
    unit, actor = current_unit(), current_person()
    effect = swaps.effect(unit, actor=actor, match_id=match_id, partner_id=partner_id)
    page = pages.swap_page(effect, actor)
    form = SwapForm()
    if not form.is_submitted():
        form.seen.data = match_pages_shown.seen(
            match_pages.last_decision(unit, actor=actor, match_id=match_id)
        )

    def newer() -> dict[str, str]:
        found = match_pages.match_page(unit, actor=actor, match_id=match_id)
        form.seen.data = match_pages_shown.seen(found.last)
        return match_pages_shown.newer(found)

    def propose() -> None:
        verdict = Verdict(
            kind=DecisionKind.SWAP,
            reason=match_pages_shown.reason_words(form.reason_code.data, form.reason.data),
            reason_code=form.reason_code.data or "",
            seen=review_shown.uuid_or_none(form.seen.data),
            replacement_partner_id=partner_id,
        )
        decisions.decide(unit, actor=actor, match_id=match_id, verdict=verdict)

    if form.validate_on_submit() and attempt(form, propose, newer=newer):
        flash("The swap is proposed. Another person confirms it.", "success")
        run_id = effect.match.run_id
        return redirect(url_for("national.next_match", run_id=run_id, after=match_id), 303)
    return render_template("national/review/swap.html", page=page, form=form), form.status


@bp.route("/national/matches/<uuid:match_id>/swap/<uuid:partner_id>/load.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def swap_load(match_id: UUID, partner_id: UUID) -> ResponseReturnValue:
    """The months of whoever would take over, with the swap, as a file."""
    effect = swaps.effect(current_unit(), actor=current_actor(), match_id=match_id, partner_id=partner_id)
    return LOAD.file_of(effect.load.months, "load-with-swap")
