"""How it goes: check-ins, the outcome with its values, the rating."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.forms.progress import CheckInForm, OutcomeForm, RatingForm, ValueForm
from webapp.engagements.presenters import progress as pages
from webapp.services import engagement_reviews
from webapp.services import engagements as service
from webapp.services.engagement_reviews import Better, CheckInSaid, OutcomeSaid, Progress
from webapp.services.working_days import london_day
from webapp.ui.forms import ActForm


@bp.route("/engagements/<uuid:engagement_id>/check-ins/<uuid:check_in_id>", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_WRITE)
def check_in(engagement_id: UUID, check_in_id: UUID) -> ResponseReturnValue:
    """Answer a check-in for one's side."""
    unit, actor = current_unit(), current_person()
    row, side = service.page(unit, actor=actor, engagement_id=engagement_id)
    page = pages.check_in_page(row, side, check_in_id, london_day(unit.now))
    form = CheckInForm()

    def say() -> None:
        said = CheckInSaid(Progress(form.progress.data), form.words.data or "", bool(form.needs_help.data))
        engagement_reviews.answer_check_in(unit, actor=actor, check_in_id=check_in_id, said=said)

    if form.validate_on_submit() and attempt(form, say):
        flash("Your answer is saved.", "success")
        return redirect(page.back, 303)
    return render_template("engagements/progress/form.html", form=form, page=page), form.status


@bp.route("/engagements/<uuid:engagement_id>/outcome", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_WRITE)
def outcome(engagement_id: UUID) -> ResponseReturnValue:
    """Name what is measured, and say what came of it."""
    unit, actor = current_unit(), current_person()
    row, _ = service.page(unit, actor=actor, engagement_id=engagement_id)
    form, page = OutcomeForm(obj=row.outcome), pages.outcome_page(row)

    def save() -> None:
        said = OutcomeSaid(
            form.measure.data or "", form.unit.data or "", Better(form.better.data), form.words.data or ""
        )
        engagement_reviews.save_outcome(
            unit, actor=actor, engagement_id=engagement_id, said=said, expected_version=form.row_version
        )

    def newer() -> dict[str, str]:
        now, _ = service.page(current_unit(), actor=actor, engagement_id=engagement_id)
        return pages.outcome_now(now)

    if form.validate_on_submit() and attempt(form, save, newer=newer):
        flash("Saved. Add values now, or come back later.", "success")
        return redirect(url_for("engagements.values", engagement_id=engagement_id), 303)
    return render_template("engagements/progress/form.html", form=form, page=page), form.status


@bp.route("/engagements/<uuid:engagement_id>/outcome/values", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_WRITE)
def values(engagement_id: UUID) -> ResponseReturnValue:
    """Values of the measure over time, with a form for the next one."""
    unit, actor = current_unit(), current_person()
    row, _ = service.page(unit, actor=actor, engagement_id=engagement_id)
    if row.outcome is None:
        return redirect(url_for("engagements.outcome", engagement_id=engagement_id))
    form = ValueForm()

    def record() -> None:
        assert form.measured_on.data is not None
        engagement_reviews.record_point(
            unit,
            actor=actor,
            engagement_id=engagement_id,
            measured_on=form.measured_on.data,
            thousandths=round((form.value.data or 0) * 1000),
        )

    if form.validate_on_submit() and attempt(form, record):
        flash("The value is saved.", "success")
        return redirect(url_for("engagements.values", engagement_id=engagement_id), 303)
    page = pages.values_page(row, request.args)
    return render_template(
        "engagements/progress/values.html", form=form, page=page, act=ActForm()
    ), form.status


@bp.route("/engagements/<uuid:engagement_id>/outcome/values/<uuid:point_id>/remove", methods=["POST"])
@allow(Action.ENGAGEMENT_WRITE)
def remove_value(engagement_id: UUID, point_id: UUID) -> ResponseReturnValue:
    """Drop a value that was written by mistake."""
    if ActForm().validate_on_submit():
        engagement_reviews.remove_point(
            current_unit(), actor=current_person(), engagement_id=engagement_id, point_id=point_id
        )
        flash("The value is removed.", "success")
    return redirect(url_for("engagements.values", engagement_id=engagement_id), 303)


@bp.route("/engagements/<uuid:engagement_id>/rating", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_WRITE)
def rating(engagement_id: UUID) -> ResponseReturnValue:
    """Rate how it went, after the end."""
    unit, actor = current_unit(), current_person()
    row, side = service.page(unit, actor=actor, engagement_id=engagement_id)
    engagement_reviews.check_rating_open(row, side)
    form, page = RatingForm(), pages.rating_page(row)

    def rate() -> None:
        engagement_reviews.rate(
            unit,
            actor=actor,
            engagement_id=engagement_id,
            score=int(form.score.data),
            words=form.words.data or "",
        )

    if form.validate_on_submit() and attempt(form, rate):
        flash("Thank you. Your rating is saved.", "success")
        return redirect(page.back, 303)
    return render_template("engagements/progress/form.html", form=form, page=page), form.status
