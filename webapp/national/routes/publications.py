"""Publishing a run: proposed by one person, confirmed or sent back by another who has just signed in again."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action, may
from webapp.national.blueprint import bp
from webapp.national.forms.publications import ProposeForm, PublishForm
from webapp.national.presenters import publications as pages
from webapp.services import publications, roll_backs, runs


@bp.route("/national/runs/<uuid:run_id>/publication", methods=["GET", "POST"])
@allow(Action.RUN_READ, post=Action.RUN_PROPOSE_PUBLICATION)
def publication(run_id: UUID) -> ResponseReturnValue:
    """What is left to do before publication; then propose it."""
    unit, actor = current_unit(), current_actor()
    overview = runs.run_page(unit, actor=actor, run_id=run_id)
    live = publications.of_run(unit, actor=actor, run_id=run_id)
    ready = publications.readiness(unit, actor=actor, run_id=run_id)
    stops = ""
    if live is not None and may(actor, Action.RUN_ROLL_BACK):
        stops = roll_backs.hindrance(unit, actor=current_person(), publication=live)
    page = pages.publication_page(overview, ready, live, actor, stops)
    form = ProposeForm()

    def propose() -> None:
        publications.propose(unit, actor=current_person(), run_id=run_id, note=form.note.data or "")

    if form.validate_on_submit() and attempt(form, propose):
        flash("Proposed. Another administrator confirms or sends it back.", "success")
        return redirect(url_for("national.publication", run_id=run_id), 303)
    return render_template("national/publications/publication.html", page=page, form=form), form.status


@bp.route("/national/runs/<uuid:run_id>/publish", methods=["GET", "POST"])
@allow(Action.RUN_PUBLISH)
def publish(run_id: UUID) -> ResponseReturnValue:
    """The second person's answer."""
    unit, actor = current_unit(), current_person()
    overview = runs.run_page(unit, actor=actor, run_id=run_id)
    live = publications.of_run(unit, actor=actor, run_id=run_id)
    if live is None:
        return redirect(url_for("national.publication", run_id=run_id))
    ready = publications.readiness(unit, actor=actor, run_id=run_id)
    page = pages.publication_page(overview, ready, live, actor)
    form = PublishForm(obj=live)

    def act() -> None:
        verb = publications.confirm if form.answer.data == "publish" else publications.refuse
        verb(unit, actor=actor, publication_id=live.id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act):
        published = form.answer.data == "publish"
        flash("Published. Offers are on their way." if published else "Sent back.", "success")
        return redirect(url_for("national.round_page", round_id=overview.run.round_id), 303)
    return render_template("national/publications/publish.html", page=page, form=form), form.status
