"""Scenarios: made from a form, and what a run stands on; two people make a scenario the round's run."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.scenarios import AdoptForm, AnswerForm, ScenarioFields, scenario_form
from webapp.national.presenters import scenarios as pages
from webapp.services import (
    adoptions,
    limits,
    partner_lists,
    policies,
    registry,
    rounds,
    runs,
    scenario_changes,
    scenario_words,
)


@bp.route("/national/rounds/<uuid:round_id>/scenario", methods=["GET", "POST"])
@allow(Action.SCENARIO_START, limit=limits.RUN_START)
def new_scenario(round_id: UUID) -> ResponseReturnValue:
    """What is different in it; several may wait at once."""
    unit, actor = current_unit(), current_person()
    round_ = rounds.load(unit, actor=actor, round_id=round_id)
    settings = policies.settings_of(round_.policy)
    words = policies.words(unit, actor=actor)
    made = scenario_form(
        [(each.code, words.get(each.code, each.code)) for each in settings.matching.priorities],
        [(each.code, words.get(each.code, each.code)) for each in settings.matching.regions],
    )
    form = made(data=pages.starting_data(settings, words, request.args))
    queued: list[str] = []

    def start() -> None:
        order = runs.RunOrder(
            round_id=round_id,
            name=form["name"].data,
            is_scenario=True,
            gap=float(form.precision.data),
            changes=_changes(form, settings.matching.ladder),
        )
        wake = current_app.extensions["work_queue"].wake
        queued.append(runs.start(unit, actor=actor, order=order, wake=wake).name)

    if form.validate_on_submit() and attempt(form, start):
        flash(f"{queued[0]}: it waits for a worker. You can make another one meanwhile.", "success")
        return redirect(url_for("national.round_page", round_id=round_id), 303)
    page = pages.scenario_page(round_, settings, words)
    return render_template("national/scenarios/new.html", form=form, page=page), form.status


@bp.route("/national/runs/<uuid:run_id>/basis")
@allow(Action.RUN_READ)
def run_basis(run_id: UUID) -> ResponseReturnValue:
    """What a run stands on."""
    return render_template("national/scenarios/basis.html", page=_basis(run_id))


@bp.route("/national/runs/<uuid:run_id>/adopt", methods=["GET", "POST"])
@allow(Action.SCENARIO_ADOPT)
def adopt_scenario(run_id: UUID) -> ResponseReturnValue:
    """Propose that a scenario become the round's run."""
    unit, actor = current_unit(), current_person()
    form, page = AdoptForm(), _basis(run_id)

    def propose() -> None:
        adoptions.propose(unit, actor=actor, run_id=run_id, reason=form.reason.data)

    if form.validate_on_submit() and attempt(form, propose):
        flash("Proposed. Another person decides on it.", "success")
        return redirect(url_for("national.run_basis", run_id=run_id), 303)
    return render_template("national/scenarios/adopt.html", form=form, page=page), form.status


@bp.route("/national/runs/<uuid:run_id>/adoption", methods=["GET", "POST"])
@allow(Action.SCENARIO_ADOPT)
def decide_adoption(run_id: UUID) -> ResponseReturnValue:
    """The second person's answer."""
    unit, actor = current_unit(), current_person()
    run, standing = _standing(run_id)
    if standing.adoption is None:
        return redirect(url_for("national.run_basis", run_id=run_id))
    form = AnswerForm(data={"version": standing.adoption.version})

    def decide() -> None:
        adoptions.decide(
            unit,
            actor=actor,
            run_id=run_id,
            confirm=form.answer.data == "confirm",
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, decide):
        said = "It is the round's run now." if form.answer.data == "confirm" else "It stays a scenario."
        flash(said, "success")
        return redirect(url_for("national.run_page", run_id=run_id), 303)
    page = _basis_page(run, standing)
    return render_template("national/scenarios/adopt.html", form=form, page=page), form.status


def _standing(run_id: UUID) -> tuple[runs.Run, adoptions.Standing]:
    unit, actor = current_unit(), current_actor()
    run = runs.run_page(unit, actor=actor, run_id=run_id).run
    return run, adoptions.standing(unit, actor=actor, run=run)


def _basis(run_id: UUID) -> pages.BasisPage:
    return _basis_page(*_standing(run_id))


def _basis_page(run: runs.Run, standing: adoptions.Standing) -> pages.BasisPage:
    unit, actor = current_unit(), current_actor()
    changes = scenario_changes.changes_of(run)
    words = policies.words(unit, actor=actor)
    skills = registry.labels(unit, actor=actor, codes=[each.skill for each in changes.more])
    partners = partner_lists.names_by_reference(unit, actor=actor, references=changes.without)
    return pages.basis_page(run, standing, changes, {**words, **skills, **partners}, actor)


def _changes(form: ScenarioFields, ladder_now: tuple[str, ...]) -> scenario_changes.Changes:
    unit, actor = current_unit(), current_person()
    typed = "" if form.more_count.is_empty() else str(form.more_skill.data or "")
    return form.changes(
        skill=scenario_words.skill_called(unit, actor=actor, text=typed) if typed else "",
        without=scenario_words.partners_called(unit, actor=actor, texts=form.left_out()),
        ladder_now=ladder_now,
    )
