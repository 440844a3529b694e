"""Repairing a published round: what waits, the one button, and what each repair was made for."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import repairs as pages
from webapp.services import limits, repair_history, repairs, runs
from webapp.services.failures import NotAllowedNow, NotFound
from webapp.services.paging import ASKED_FOR_FILE, MOST_IN_FILE
from webapp.services.repair_history import RoundRepairs
from webapp.ui.forms import ActForm


@bp.route("/national/rounds/<uuid:round_id>/repairs")
@allow(Action.RUN_READ)
def round_repairs(round_id: UUID) -> ResponseReturnValue:
    """What has happened since the round was published or last repaired, and its repairs so far."""
    actor = current_actor()
    found = repair_history.of_round(current_unit(), actor=actor, round_id=round_id)
    return render_template("national/repairs/round.html", page=pages.round_page(found, actor), form=ActForm())


@bp.route("/national/rounds/<uuid:round_id>/repairs/waiting.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def waiting_csv(round_id: UUID) -> ResponseReturnValue:
    """All that waits for a repair, as a file."""
    found = _whole(round_id)
    return pages.EVENTS.file_of(
        list(map(pages.event_row, found.waiting)), "waiting-for-repair", most=MOST_IN_FILE
    )


@bp.route("/national/rounds/<uuid:round_id>/repairs.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def repairs_csv(round_id: UUID) -> ResponseReturnValue:
    """The repairs of the round, as a file."""
    found = _whole(round_id)
    return pages.REPAIRS.file_of(list(map(pages.repair_line, found.repairs)), "repairs", most=MOST_IN_FILE)


@bp.route("/national/runs/<uuid:run_id>/events.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def events_csv(run_id: UUID) -> ResponseReturnValue:
    """What one repair was made for, as a file."""
    unit, actor = current_unit(), current_actor()
    run = runs.run_page(unit, actor=actor, run_id=run_id).run
    found = repair_history.of_run(unit, actor=actor, run=run, most=ASKED_FOR_FILE)
    return pages.EVENTS.file_of(list(map(pages.event_row, found)), "made-for", most=MOST_IN_FILE)


@bp.route("/national/runs/<uuid:run_id>/changes.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def changes_csv(run_id: UUID) -> ResponseReturnValue:
    """What one repair changed and why, as a file."""
    unit, actor = current_unit(), current_actor()
    run = runs.run_page(unit, actor=actor, run_id=run_id).run
    found = repair_history.changes_of(unit, actor=actor, run=run, most=ASKED_FOR_FILE)
    if found is None:
        raise NotFound("no repair that says what it changed")
    return pages.CHANGES.file_of(
        [pages.change_row(found, each) for each in found.shown], "repair-changes", most=MOST_IN_FILE
    )


def _whole(round_id: UUID) -> RoundRepairs:
    return repair_history.of_round(
        current_unit(), actor=current_actor(), round_id=round_id, most=ASKED_FOR_FILE
    )


@bp.route("/national/rounds/<uuid:round_id>/repair", methods=["POST"])
@allow(Action.RUN_REPAIR, limit=limits.RUN_START)
def repair_round(round_id: UUID) -> ResponseReturnValue:
    """Queue a repair around what stands; where nothing has happened, say so."""
    form = ActForm()
    if not form.validate_on_submit():
        return redirect(url_for("national.round_page", round_id=round_id), 303)
    try:
        row = repairs.ask(current_unit(), actor=current_person(), round_id=round_id)
    except NotAllowedNow as error:
        flash(str(error), "warning")
        return redirect(url_for("national.round_repairs", round_id=round_id), 303)
    flash("The repair is under way. What stands is kept.", "success")
    return redirect(url_for("national.run_page", run_id=row.id), 303)
