"""The national team's overview, and rounds: listed, made, opened, closed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.rounds import CommentsUntilForm, RoundForm, RoundPolicyForm
from webapp.national.presenters import round_lines as lines
from webapp.national.presenters import rounds as pages
from webapp.services import limits, policies, publications, rounds, runs
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.ui import formats
from webapp.ui.fields import Choice
from webapp.ui.files import may_export
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE

ALL = Paging(size=100)


@bp.route("/national")
@allow(Action.ROUND_READ)
def home() -> ResponseReturnValue:
    """Where each round stands and what waits for somebody."""
    unit, actor = current_unit(), current_actor()
    overviews = rounds.overviews(unit, actor=actor, paging=Paging(size=5)).rows
    latest = runs.listing(unit, actor=actor, paging=Paging(size=5)).rows if lines.reads_runs(actor) else ()
    return render_template("national/home.html", page=lines.home(overviews, latest, actor))


@bp.route("/national/rounds")
@allow(Action.ROUND_READ)
def round_list() -> ResponseReturnValue:
    """All rounds, the newest first."""
    unit, actor = current_unit(), current_actor()
    view = lines.ROUNDS.read(request.args)
    found = rounds.overviews(unit, actor=actor, paging=Paging(view.page, ROWS_ON_A_PAGE))
    table = lines.ROUNDS.page(
        view,
        [lines.listed_round(each) for each in found.rows],
        found.total,
        csv_href=url_for("national.rounds_csv") if may_export(actor) else None,
    )
    return render_template("national/rounds/list.html", page=lines.round_list(actor), table=table)


@bp.route("/national/rounds.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def rounds_csv() -> ResponseReturnValue:
    """All rounds as a file."""
    found = rounds.overviews(current_unit(), actor=current_actor(), paging=WHOLE)
    return lines.ROUNDS.file_of(list(map(lines.listed_round, found.rows)), "rounds", most=MOST_IN_FILE)


@bp.route("/national/rounds/new", methods=["GET", "POST"])
@allow(Action.ROUND_CREATE)
def new_round() -> ResponseReturnValue:
    """Draft a round."""
    unit, actor = current_unit(), current_person()
    form = RoundForm()
    confirmed = pages.confirmed(policies.versions(unit, actor=actor))
    form.policy_id.choices = [Choice(str(row.id), f"Version {row.number}: {row.name}") for row in confirmed]
    form.first_month.choices = [
        Choice(month, formats.month(month)) for month in pages.coming_months(unit.now.date())
    ]
    made: list[UUID] = []

    def create() -> None:
        made.append(rounds.create(unit, actor=actor, plan=_plan(form)).id)

    if form.validate_on_submit() and attempt(form, create):
        return redirect(url_for("national.round_page", round_id=made[0]), 303)
    return render_template("national/rounds/new.html", form=form), form.status


@bp.route("/national/rounds/<uuid:round_id>")
@allow(Action.ROUND_READ)
def round_page(round_id: UUID) -> ResponseReturnValue:
    """One round: its state, its requests, its runs, and the acts that are open now."""
    unit, actor = current_unit(), current_actor()
    overview = rounds.round_page(unit, actor=actor, round_id=round_id)
    reads = lines.reads_runs(actor)
    shown = runs.listing(unit, actor=actor, paging=ALL, round_id=round_id).rows if reads else ()
    published = publications.of_round(unit, actor=actor, round_id=round_id) if reads else ()
    page = pages.round_page(overview, shown, published, actor)
    if not reads:
        run_id = runs.under_review(unit, actor=actor, round_id=round_id)
        page = pages.for_region(page, run_id)
    return render_template("national/rounds/round.html", page=page, form=ActForm(obj=overview.round))


@bp.route("/national/rounds/<uuid:round_id>/open", methods=["POST"])
@allow(Action.ROUND_OPEN)
def open_round(round_id: UUID) -> ResponseReturnValue:
    """Take requests from now on."""
    return _move(rounds.open_round, round_id, "The round is open for requests.")


@bp.route("/national/rounds/<uuid:round_id>/close", methods=["POST"])
@allow(Action.ROUND_CLOSE)
def close_round(round_id: UUID) -> ResponseReturnValue:
    """Take no more requests."""
    return _move(rounds.close, round_id, "The round is closed. It can be matched now.")


@bp.route("/national/rounds/<uuid:round_id>/end", methods=["POST"])
@allow(Action.ROUND_END)
def end_round(round_id: UUID) -> ResponseReturnValue:
    """Say that the round is over."""
    return _move(rounds.end, round_id, "The round has ended.")


@bp.route("/national/rounds/<uuid:round_id>/policy", methods=["GET", "POST"])
@allow(Action.ROUND_SET_POLICY)
def set_round_policy(round_id: UUID) -> ResponseReturnValue:
    """Have the round use another confirmed version."""
    unit, actor = current_unit(), current_person()
    row = rounds.load(unit, actor=actor, round_id=round_id)
    form = RoundPolicyForm(data={"policy_id": str(row.policy_id), "version": row.version})
    confirmed = pages.confirmed(policies.versions(unit, actor=actor))
    form.policy_id.choices = [
        Choice(str(each.id), f"Version {each.number}: {each.name}") for each in confirmed
    ]

    def save() -> None:
        rounds.set_policy(
            unit,
            actor=actor,
            round_id=round_id,
            policy_id=UUID(form.policy_id.data),
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, save):
        flash("The round uses this version now.", "success")
        return redirect(url_for("national.round_page", round_id=round_id), 303)
    return render_template("national/rounds/policy.html", form=form, round=row), form.status


@bp.route("/national/rounds/<uuid:round_id>/comments-until", methods=["GET", "POST"])
@allow(Action.ROUND_CREATE)
def comments_until(round_id: UUID) -> ResponseReturnValue:
    """Set the last day on which regions may comment."""
    unit, actor = current_unit(), current_person()
    row = rounds.load(unit, actor=actor, round_id=round_id)
    form = CommentsUntilForm(obj=row)

    def save() -> None:
        rounds.set_comments_until(
            unit,
            actor=actor,
            round_id=round_id,
            until=form.comments_until.data,
            expected_version=form.row_version,
        )

    back = url_for("national.round_page", round_id=round_id)
    if form.validate_on_submit() and attempt(form, save):
        flash("The date is kept.", "success")
        return redirect(back, 303)
    return render_template("national/rounds/comments_until.html", form=form, back=back), form.status


def _move(act: Callable[..., Any], round_id: UUID, said: str) -> ResponseReturnValue:
    form = ActForm()
    if form.validate_on_submit():
        act(current_unit(), actor=current_person(), round_id=round_id, expected_version=form.row_version)
        flash(said, "success")
    return redirect(url_for("national.round_page", round_id=round_id), 303)


def _plan(form: RoundForm) -> rounds.RoundPlan:
    opens_on: date = form.opens_on.data
    return rounds.RoundPlan(
        name=form.name.data,
        opens_on=opens_on,
        closes_on=form.closes_on.data,
        comments_until=form.comments_until.data,
        first_month=form.first_month.data,
        horizon_months=form.horizon_months.data,
        policy_id=UUID(form.policy_id.data),
    )
