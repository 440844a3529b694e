"""Before a round is solved: what was counted, what can still be mended, and a word to those who can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import check as pages
from webapp.national.presenters import concerns, demand
from webapp.services import check_messages, limits, policies, registry, round_checks
from webapp.services.check_messages import Concern
from webapp.services.failures import NotFound, Rejected
from webapp.services.round_checks import Check
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/national/rounds/<uuid:round_id>/check")
@allow(Action.RUN_READ)
def check_round(round_id: UUID) -> ResponseReturnValue:
    """Demand beside what there is, and what to mend."""
    check = _check(round_id)
    page = pages.check_page(check, _words(check), current_actor())
    return render_template("national/check/check.html", page=page, form=ActForm())


@bp.route("/national/rounds/<uuid:round_id>/check.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def check_csv(round_id: UUID) -> ResponseReturnValue:
    """Every group by month, as a file."""
    check = _check(round_id)
    listing, rows = demand.group_listing(check, _words(check))
    return listing.file(rows, request.args, "demand-and-capacity")


@bp.route("/national/rounds/<uuid:round_id>/check/again", methods=["POST"])
@allow(Action.ROUND_ASK, limit=limits.RUN_START)
def count_again(round_id: UUID) -> ResponseReturnValue:
    """Have it counted again."""
    form = ActForm()
    if form.validate_on_submit():
        wake = current_app.extensions["work_queue"].wake
        round_checks.ask(current_unit(), actor=current_person(), round_id=round_id, wake=wake)
        flash("It is being counted again.", "success")
    return redirect(url_for("national.check_round", round_id=round_id), 303)


@bp.route("/national/rounds/<uuid:round_id>/check/<string(maxlength=40):concern>")
@allow(Action.RUN_READ)
def concerned(round_id: UUID, concern: str) -> ResponseReturnValue:
    """One kind of thing to mend."""
    check, kind = _check(round_id), _concern(concern)
    names = check_messages.names_of(check.supply, kind) if check.supply else []
    view = concerns.CONCERNS.read(request.args)
    shown = names[view.offset : view.offset + ROWS_ON_A_PAGE]
    paged = concerns.CONCERNS.page(view, (), len(names)).pages
    lines = _lines(check, kind, shown)
    page = concerns.concern_page(check, kind, lines, (len(names), paged), current_actor())
    return render_template("national/check/concern.html", page=page, form=ActForm())


@bp.route("/national/rounds/<uuid:round_id>/check/<string(maxlength=40):concern>/list.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def concern_csv(round_id: UUID, concern: str) -> ResponseReturnValue:
    """The whole list as a file."""
    check, kind = _check(round_id), _concern(concern)
    names = check_messages.names_of(check.supply, kind) if check.supply else []
    return concerns.CONCERNS.file(_lines(check, kind, names), request.args, f"before-solving-{concern}")


@bp.route(
    "/national/rounds/<uuid:round_id>/check/<string(maxlength=40):concern>/ask",
    methods=["POST"],
)
@allow(Action.ROUND_ASK, limit=limits.EXPORT)
def ask_concerned(round_id: UUID, concern: str) -> ResponseReturnValue:
    """Write to one of them, or to all of a page."""
    form = ActForm()
    back = url_for("national.concerned", round_id=round_id, concern=concern)
    if not form.validate_on_submit():
        return redirect(back, 303)
    one = request.form.get("one")
    names = [one] if one else request.form.getlist("names[]")
    unit, actor = current_unit(), current_person()
    try:
        written = check_messages.ask(
            unit, actor=actor, round_id=round_id, concern=_concern(concern), names=names
        )
    except Rejected:
        abort(422)
    flash(f"Written to: {written}. Each is written to at most once a day.", "success")
    return redirect(back, 303)


def _concern(name: str) -> Concern:
    if name not in set(Concern):
        raise NotFound("no such list")
    return Concern(name)


def _check(round_id: UUID) -> Check:
    return round_checks.of_round(current_unit(), actor=current_actor(), round_id=round_id)


def _words(check: Check) -> Mapping[str, str]:
    unit, actor = current_unit(), current_actor()
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(check))
    return {**policies.words(unit, actor=actor), **labels}


def _lines(check: Check, concern: Concern, names: list[str]) -> Any:
    unit, actor = current_unit(), current_actor()
    if concern is Concern.THIN:
        return concerns.request_lines(
            check, names, round_checks.requests_of(unit, actor=actor, references=names)
        )
    if concern is Concern.UNOFFERED:
        return concerns.skill_lines(check, names, _words(check))
    rows = round_checks.partners_of(unit, actor=actor, references=names)
    what = "Declaration out of date" if concern is Concern.STALE else "No release yet"
    return concerns.partner_lines(names, rows, what)
