"""The plain question pages of a support request: each keeps its step in the draft and leads to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action, opens
from webapp.services import (
    registry,
    request_allowance,
    request_lists,
    request_steps,
    rounds,
    support_requests,
)
from webapp.services.registry import NodeKind
from webapp.services.request_steps import Delivery, Shape, Step
from webapp.services.support_requests import SupportRequest
from webapp.trusts.blueprint import bp
from webapp.trusts.forms import requests as forms
from webapp.trusts.presenters import question_order
from webapp.trusts.presenters import steps as pages
from webapp.ui import formats
from webapp.ui.choices import CHOICES
from webapp.ui.fields import Choice
from webapp.ui.forms import BaseForm

AFTER_CHECK = "check"


@bp.route("/requests/<uuid:request_id>/aim", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def aim(request_id: UUID) -> ResponseReturnValue:
    """What they want to achieve, how they would know, and a title."""
    unit, actor = current_unit(), current_person()
    row = _load(request_id)
    form = forms.AimForm(obj=row)
    figures = registry.published_figures(unit, actor=actor, organisation_id=row.beneficiary_id)
    page = pages.with_figures(pages.step_page("aim", row), row, figures)

    def step() -> Step:
        return request_steps.Aim(form.aim.data, form.measure.data, form.title.data)

    return _answer("aim", row, form, step, page=page)


@bp.route("/requests/<uuid:request_id>/shape", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def shape(request_id: UUID) -> ResponseReturnValue:
    """The shape of support; kept with the amount, on the next page."""
    row = _load(request_id)
    form = forms.ShapeForm(obj=row)
    if form.validate_on_submit():
        following = url_for("trusts.amount", request_id=request_id, shape=form.shape.data, **origin())
        return redirect(following, 303)
    return _page("shape", row, form)


@bp.route("/requests/<uuid:request_id>/amount", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def amount(request_id: UUID) -> ResponseReturnValue:
    """Days, months, place and team, with what is usual for the shape."""
    row = _load(request_id)
    wanted = request.args.get("shape") or str(row.shape or "")
    if wanted not in CHOICES["shape"]:
        return redirect(url_for("trusts.shape", request_id=request_id))
    form = forms.AmountForm(obj=row)
    months = rounds.months_to_ask_for(current_unit())
    _prepare_amount(form, row, wanted, months)

    def step() -> Step:
        return request_steps.Amount(
            shape=Shape(wanted),
            delivery=Delivery(form.delivery.data),
            days=form.days.data,
            window_first=form.window_first.data,
            window_last=form.window_last.data,
            max_team=form.max_team.data,
            collaborative_group=row.collaborative_group,
        )

    return _answer("amount", row, form, step)


@bp.route("/requests/<uuid:request_id>/sponsor", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def sponsor(request_id: UUID) -> ResponseReturnValue:
    """Executive sponsor and local lead."""
    row = _load(request_id)
    form = forms.SponsorForm(obj=row)

    def step() -> Step:
        return request_steps.Readiness(
            sponsor_name=form.sponsor_name.data,
            sponsor_role=form.sponsor_role.data,
            lead_name=form.lead_name.data,
            lead_email=form.lead_email.data,
            existing_method_code=row.existing_method_code,
            other_help=row.other_help,
            in_mandated_programme=row.in_mandated_programme,
            open_to_peers=row.open_to_peers,
        )

    return _answer("sponsor", row, form, step)


@bp.route("/requests/<uuid:request_id>/in-place", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def in_place(request_id: UUID) -> ResponseReturnValue:
    """Method in use, help in place, mandated programme."""
    row = _load(request_id)
    form = forms.InPlaceForm(obj=row)
    methods = registry.terms(current_unit(), actor=current_person(), kind=NodeKind.METHOD)
    form.existing_method_code.choices = [
        Choice("", "None, or not sure"),
        *(Choice(node.code, node.label) for node in methods),
    ]
    if not form.is_submitted():
        form.in_mandated_programme.data = ["yes"] if row.in_mandated_programme else []
        form.open_to_peers.data = ["yes"] if row.open_to_peers else []

    def step() -> Step:
        return request_steps.Readiness(
            sponsor_name=row.sponsor_name,
            sponsor_role=row.sponsor_role,
            lead_name=row.lead_name,
            lead_email=row.lead_email,
            existing_method_code=form.existing_method_code.data or None,
            other_help=form.other_help.data,
            in_mandated_programme=bool(form.in_mandated_programme.data),
            open_to_peers=bool(form.open_to_peers.data),
        )

    return _answer("in_place", row, form, step)


@bp.route("/requests/<uuid:request_id>/urgency", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def urgency(request_id: UUID) -> ResponseReturnValue:
    """Anchored severity, with the points that are left and public figures beside."""
    unit, actor = current_unit(), current_person()
    row = _load(request_id)
    left = request_allowance.allowance(unit, actor=actor, request_id=request_id)
    form = forms.SeverityForm(obj=row)
    form.severity.choices = pages.severity_choices(left)
    if not form.is_submitted():
        form.severity.data = str(row.severity or "")

    def step() -> Step:
        return request_steps.Urgency(
            rank=row.rank, severity=int(form.severity.data), severity_reason=form.severity_reason.data
        )

    figures = registry.published_figures(unit, actor=actor, organisation_id=row.beneficiary_id)
    return _answer("urgency", row, form, step, page=pages.urgency_page(row, left, figures))


@bp.route("/requests/<uuid:request_id>/rank", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def rank(request_id: UUID) -> ResponseReturnValue:
    """The forced rank: only places that are free can be chosen."""
    row = _load(request_id)
    left = request_allowance.allowance(current_unit(), actor=current_person(), request_id=request_id)
    form = forms.RankForm(obj=row)
    form.rank.choices = pages.rank_choices(left)
    if not form.is_submitted():
        form.rank.data = str(row.rank or "")

    def step() -> Step:
        return request_steps.Urgency(
            rank=int(form.rank.data), severity=row.severity, severity_reason=row.severity_reason
        )

    may_order = opens(current_person(), Action.REQUEST_SUBMIT)
    return _answer("rank", row, form, step, page=pages.rank_page(row, left, may_order=may_order))


def origin() -> dict[str, Any]:
    """The parameter that says that a person came from checking their answers, to be carried on."""
    return {"from": AFTER_CHECK} if request.args.get("from") == AFTER_CHECK else {}


def onwards(name: str, request_id: UUID) -> ResponseReturnValue:
    """The next page of the request: back to the answers where the person came from there."""
    if origin():
        return redirect(url_for("trusts.check", request_id=request_id), 303)
    return redirect(url_for(question_order.following(name), request_id=request_id), 303)


def newer_values(form: BaseForm, request_id: UUID) -> Mapping[str, str]:
    """What now stands in the row for the questions of this form, in words, with its version."""
    row = request_lists.request_page(current_unit(), actor=current_person(), request_id=request_id)
    return {**pages.standing_answers(form, row), "version": str(row.version)}


def _load(request_id: UUID) -> SupportRequest:
    return support_requests.load_for_edit(current_unit(), actor=current_person(), request_id=request_id)


def _answer(
    name: str,
    row: SupportRequest,
    form: BaseForm,
    step: Callable[[], Step],
    *,
    page: pages.StepPage | None = None,
) -> ResponseReturnValue:
    def save() -> None:
        support_requests.save_step(
            current_unit(),
            actor=current_person(),
            request_id=request_id,
            step=step(),
            expected_version=form.row_version,
        )

    request_id = row.id
    shown = page or pages.step_page(name, row)
    if form.validate_on_submit() and attempt(form, save, newer=lambda: newer_values(form, request_id)):
        return onwards(name, request_id)
    return render_template("trusts/requests/step.html", form=form, page=shown), form.status


def _page(name: str, row: SupportRequest, form: BaseForm) -> ResponseReturnValue:
    page = pages.step_page(name, row)
    return render_template("trusts/requests/step.html", form=form, page=page), form.status


def _prepare_amount(
    form: forms.AmountForm, row: SupportRequest, wanted: str, months: tuple[str, ...]
) -> None:
    choices = [Choice(month, formats.month(month)) for month in months]
    form.window_first.choices = form.window_last.choices = choices
    if form.is_submitted() or row.shape == wanted:
        return
    usual = CHOICES["shape"][wanted]
    form.days.data, form.max_team.data, form.delivery.data = usual.days, usual.team, usual.delivery
    form.window_first.data = row.window_first or (months[0] if months else "")
    form.window_last.data = row.window_last or (months[-1] if months else "")
