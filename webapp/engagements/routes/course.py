"""The course of an engagement: started, paused, taken up again, ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.forms.course import EndEarlyForm, EndForm, PauseForm, StartForm
from webapp.engagements.presenters import course as pages
from webapp.services import early_ends, engagement_course, engagement_rows
from webapp.services.engagement_rows import Engagement
from webapp.services.working_days import london_day
from webapp.ui.forms import ActForm, BaseForm


@bp.route("/engagements/<uuid:engagement_id>/start", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_AGREE)
def start(engagement_id: UUID) -> ResponseReturnValue:
    """Say on which day the work started."""
    unit, row = current_unit(), _own(engagement_id)
    form = StartForm(data={"started_on": london_day(unit.now), "version": row.version})

    def act() -> None:
        assert form.started_on.data is not None
        engagement_course.start(unit, started_on=form.started_on.data, **_seen(form, engagement_id))

    return _step(form, row, pages.START, act)


@bp.route("/engagements/<uuid:engagement_id>/pause", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_AGREE)
def pause(engagement_id: UUID) -> ResponseReturnValue:
    """Let the work rest."""
    unit, row = current_unit(), _own(engagement_id)
    form = PauseForm(obj=row)
    return _step(
        form,
        row,
        pages.PAUSE,
        lambda: engagement_course.pause(unit, words=form.words.data or "", **_seen(form, engagement_id)),
    )


@bp.route("/engagements/<uuid:engagement_id>/resume", methods=["POST"])
@allow(Action.ENGAGEMENT_AGREE)
def resume(engagement_id: UUID) -> ResponseReturnValue:
    """Take the work up again."""
    form = ActForm()
    if form.validate_on_submit():
        engagement_course.resume(current_unit(), **_seen(form, engagement_id))
        flash("The work goes on.", "success")
    return redirect(url_for("engagements.engagement", engagement_id=engagement_id), 303)


@bp.route("/engagements/<uuid:engagement_id>/end", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_AGREE)
def end(engagement_id: UUID) -> ResponseReturnValue:
    """The work is done."""
    unit, row = current_unit(), _own(engagement_id)
    form = EndForm(obj=row)
    return _step(
        form,
        row,
        pages.END,
        lambda: engagement_course.end(unit, words=form.words.data or "", **_seen(form, engagement_id)),
    )


@bp.route("/engagements/<uuid:engagement_id>/end-early", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_AGREE)
def end_early(engagement_id: UUID) -> ResponseReturnValue:
    """Stop before the plan is done."""
    unit, row = current_unit(), _own(engagement_id)
    form = EndEarlyForm(obj=row)
    return _step(
        form,
        row,
        pages.END_EARLY,
        lambda: early_ends.end_early(
            unit,
            reason=form.reason.data or "",
            words=form.words.data or "",
            **_seen(form, engagement_id),
        ),
    )


def _own(engagement_id: UUID) -> Engagement:
    unit, actor = current_unit(), current_person()
    row, _ = engagement_rows.own(
        unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE
    )
    return row


class Seen(TypedDict):
    """Who acts on which engagement, as they saw it."""

    actor: Actor
    engagement_id: UUID
    expected_version: int


def _seen(form: BaseForm, engagement_id: UUID) -> Seen:
    return {
        "actor": current_person(),
        "engagement_id": engagement_id,
        "expected_version": form.row_version,
    }


def _step(
    form: BaseForm, row: Engagement, words: pages.StepWords, act: Callable[[], object]
) -> ResponseReturnValue:
    page = pages.step_page(row, words)
    if form.validate_on_submit() and attempt(form, act, newer=lambda: _now(row.id)):
        flash(words.done, "success")
        return redirect(page.back, 303)
    return render_template("engagements/course/step.html", form=form, page=page), form.status


def _now(engagement_id: UUID) -> dict[str, str]:
    return pages.stands_now(engagement_rows.find(current_unit(), engagement_id))
