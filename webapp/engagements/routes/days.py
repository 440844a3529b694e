"""Days of an engagement: the log, and changes of the plan."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.forms.days import LogForm, change_form
from webapp.engagements.presenters import course
from webapp.engagements.presenters import days as pages
from webapp.services import engagement_days, engagement_rows
from webapp.services import engagements as service
from webapp.services.working_days import london_day
from webapp.ui.forms import ActForm


@bp.route("/engagements/<uuid:engagement_id>/days", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_READ, post=Action.ENGAGEMENT_WRITE)
def days(engagement_id: UUID) -> ResponseReturnValue:
    """The log against the plan, with a form for the next entry."""
    unit, actor = current_unit(), current_person()
    row, side = service.page(unit, actor=actor, engagement_id=engagement_id)
    form = LogForm(data={"worked_on": london_day(unit.now), "worked_by": actor.name})

    def log() -> None:
        engagement_days.log(unit, actor=actor, engagement_id=engagement_id, entry=form.entry())

    if form.validate_on_submit() and attempt(form, log):
        flash("The days are logged.", "success")
        return redirect(url_for("engagements.days", engagement_id=engagement_id), 303)
    page = pages.log_page(row, side, request.args)
    return render_template("engagements/days/log.html", form=form, page=page, act=ActForm()), form.status


@bp.route("/engagements/<uuid:engagement_id>/days/<uuid:entry_id>/take-out", methods=["POST"])
@allow(Action.ENGAGEMENT_WRITE)
def take_out(engagement_id: UUID, entry_id: UUID) -> ResponseReturnValue:
    """Take an entry out that was made by mistake."""
    if ActForm().validate_on_submit():
        engagement_days.take_out(
            current_unit(), actor=current_person(), engagement_id=engagement_id, entry_id=entry_id
        )
        flash("The entry is taken out.", "success")
    return redirect(url_for("engagements.days", engagement_id=engagement_id), 303)


@bp.route("/engagements/<uuid:engagement_id>/change", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_AGREE)
def change(engagement_id: UUID) -> ResponseReturnValue:
    """Propose another plan of days to the other side."""
    unit, actor = current_unit(), current_person()
    row, _ = engagement_rows.own(
        unit, actor=actor, engagement_id=engagement_id, action=Action.ENGAGEMENT_AGREE
    )
    form = change_form(engagement_days.changeable_months(unit, row), row.days_by_month, row.version)
    back = url_for("engagements.engagement", engagement_id=engagement_id)

    def propose() -> None:
        engagement_days.propose_change(
            unit,
            actor=actor,
            engagement_id=engagement_id,
            days_by_month=form.days_by_month(),
            reason=form.reason.data or "",
            expected_version=form.row_version,
        )

    def newer() -> dict[str, str]:
        return course.stands_now(engagement_rows.find(current_unit(), engagement_id))

    if form.validate_on_submit() and attempt(form, propose, newer=newer):
        flash("The change is proposed. The plan stays as it is until the other side agrees.", "success")
        return redirect(back, 303)
    return render_template("engagements/days/change.html", form=form, back=back), form.status


@bp.route("/engagements/<uuid:engagement_id>/changes/<uuid:change_id>/agree", methods=["POST"])
@allow(Action.ENGAGEMENT_AGREE)
def agree_change(engagement_id: UUID, change_id: UUID) -> ResponseReturnValue:
    """Agree to a change of days: the plan changes at once."""
    return _answer(engagement_id, change_id, agree=True)


@bp.route("/engagements/<uuid:engagement_id>/changes/<uuid:change_id>/refuse", methods=["POST"])
@allow(Action.ENGAGEMENT_AGREE)
def refuse_change(engagement_id: UUID, change_id: UUID) -> ResponseReturnValue:
    """Refuse a change of days: the plan stays."""
    return _answer(engagement_id, change_id, agree=False)


@bp.route("/engagements/<uuid:engagement_id>/changes/<uuid:change_id>/take-back", methods=["POST"])
@allow(Action.ENGAGEMENT_AGREE)
def take_back_change(engagement_id: UUID, change_id: UUID) -> ResponseReturnValue:
    """Take a change back that one's own side proposed."""
    form = ActForm()
    if form.validate_on_submit():
        engagement_days.take_back(
            current_unit(), actor=current_person(), change_id=change_id, expected_version=form.row_version
        )
        flash("The change is taken back.", "success")
    return redirect(url_for("engagements.engagement", engagement_id=engagement_id), 303)


def _answer(engagement_id: UUID, change_id: UUID, *, agree: bool) -> ResponseReturnValue:
    form = ActForm()
    if form.validate_on_submit():
        engagement_days.answer_change(
            current_unit(),
            actor=current_person(),
            change_id=change_id,
            agree=agree,
            expected_version=form.row_version,
        )
        flash("The days are changed." if agree else "The plan stays as it is.", "success")
    return redirect(url_for("engagements.engagement", engagement_id=engagement_id), 303)
