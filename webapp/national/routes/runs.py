"""Runs: started, watched, cancelled, read with certificate, fairness and bottlenecks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.rounds import RunForm
from webapp.national.presenters import repairs
from webapp.national.presenters import run_evidence as evidence
from webapp.national.presenters import runs as pages
from webapp.services import limits, publications, registry, repair_history, review, rounds, runs
from webapp.services.failures import NotFound
from webapp.services.run_summaries import RunEvidence, evidence_of
from webapp.ui.files import may_export
from webapp.ui.forms import ActForm


@bp.route("/national/rounds/<uuid:round_id>/run", methods=["GET", "POST"])
@allow(Action.RUN_START, limit=limits.RUN_START)
def new_run(round_id: UUID) -> ResponseReturnValue:
    """Queue a run of the round, or a scenario."""
    unit, actor = current_unit(), current_person()
    overview = rounds.round_page(unit, actor=actor, round_id=round_id)
    form = RunForm()
    if not form.is_submitted():
        form.precision.data = "0.005"
        form.keep_approved.data = ["yes"]
    made: list[UUID] = []

    def start() -> None:
        order = runs.RunOrder(
            round_id=round_id,
            name=form.name.data or "",
            is_scenario=bool(form.is_scenario.data),
            gap=float(form.precision.data),
            keep_approved=bool(form.keep_approved.data),
        )
        wake = current_app.extensions["work_queue"].wake
        made.append(runs.start(unit, actor=actor, order=order, wake=wake).id)

    if form.validate_on_submit() and attempt(form, start):
        return redirect(url_for("national.run_page", run_id=made[0]), 303)
    return render_template("national/runs/new.html", form=form, page=pages.new_run(overview)), form.status


@bp.route("/national/runs/<uuid:run_id>")
@allow(Action.RUN_READ)
def run_page(run_id: UUID) -> ResponseReturnValue:
    """One run: progress while it works, then its certificate and what it found."""
    unit, actor = current_unit(), current_actor()
    overview = runs.run_page(unit, actor=actor, run_id=run_id)
    shown: Any = None
    progress, live = None, None
    if pages.is_finished(overview.run) and not pages.has_clash(overview.run):
        shown = evidence.shown(
            *_evidence(run_id),
            _evidence_files(run_id),
            lambda place: url_for("national.thin_set", run_id=run_id, place=place),
        )
        progress = review.progress(unit, actor=actor, run_id=run_id)
        live = publications.of_run(unit, actor=actor, run_id=run_id)
    called = runs.clash_names(unit, actor=actor, run=overview.run)
    happened = repair_history.of_run(unit, actor=actor, run=overview.run)
    changed = repair_history.changes_of(unit, actor=actor, run=overview.run)
    page = pages.run_page(overview, progress, live, actor, called)
    return render_template(
        "national/runs/run.html",
        page=page,
        evidence=shown,
        heads=repairs.EVENT_HEADS,
        events=[repairs.event_row(each) for each in happened],
        events_csv=url_for("national.events_csv", run_id=run_id) if may_export(actor) else "",
        changed=repairs.changes_shown(overview.run, changed, actor),
        form=ActForm(),
    )


@bp.route("/national/runs/<uuid:run_id>/evidence/<string(maxlength=40):part>.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def evidence_file(run_id: UUID, part: str) -> ResponseReturnValue:
    """One table of the evidence as a file."""
    found = evidence.lists(*_evidence(run_id)).get(part)
    if found is None:
        raise NotFound("no such list")
    listing, rows = found
    return listing.file(rows, request.args, f"run-{part}")


@bp.route("/national/runs/<uuid:run_id>/cancel", methods=["POST"])
@allow(Action.RUN_CANCEL)
def cancel_run(run_id: UUID) -> ResponseReturnValue:
    """Stop a run."""
    form = ActForm()
    if form.validate_on_submit():
        runs.cancel(current_unit(), actor=current_person(), run_id=run_id)
        flash("The run is being stopped.", "success")
    return redirect(url_for("national.run_page", run_id=run_id), 303)


def _evidence(run_id: UUID) -> tuple[RunEvidence, dict[str, str]]:
    unit, actor = current_unit(), current_actor()
    found = evidence_of(unit, actor=actor, run_id=run_id)
    labels = registry.labels(unit, actor=actor, codes=evidence.codes_of(found))
    return found, {**labels, **{row.code: row.name for row in registry.regions(unit, actor=actor)}}


def _evidence_files(run_id: UUID) -> dict[str, str]:
    if not may_export(current_actor()):
        return {}
    return {part: url_for("national.evidence_file", run_id=run_id, part=part) for part in evidence.FILES}
