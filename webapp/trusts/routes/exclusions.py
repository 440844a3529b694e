"""The partners that a requester cannot work with: found by typing, each with a reason for the national team."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority import matrix
from webapp.authority.matrix import Action
from webapp.services import partner_lists, support_requests
from webapp.services.request_steps import ExcludedPartner, Exclusions
from webapp.services.support_requests import SupportRequest
from webapp.trusts.blueprint import bp
from webapp.trusts.forms.requests import ExclusionForm
from webapp.trusts.presenters import exclusions as pages
from webapp.trusts.routes.steps import origin
from webapp.ui.forms import ActForm, BaseForm


@bp.route("/requests/<uuid:request_id>/exclusions")
@allow(Action.INTEREST_DECLARE)
def exclusions(request_id: UUID) -> ResponseReturnValue:
    """Who is excluded, and the finder: ``q`` is what was typed."""
    row = _load(request_id)
    wanted = request.args.get("q", "")[:100]
    found = partner_lists.choices(current_unit(), actor=current_person(), text=wanted) if wanted else ()
    page = pages.finder(row, _names(row), wanted=wanted, found=found)
    return render_template("trusts/requests/exclusions.html", page=page, form=ActForm(obj=row))


@bp.route("/requests/<uuid:request_id>/exclusions/<uuid:partner_id>", methods=["GET", "POST"])
@allow(Action.INTEREST_DECLARE)
def exclusion(request_id: UUID, partner_id: UUID) -> ResponseReturnValue:
    """Exclude one partner, with a reason."""
    row = _load(request_id)
    name = partner_lists.names(current_unit(), actor=current_person(), partner_ids=[partner_id])
    if not name:
        raise NotFound
    held, form = _held(row), ExclusionForm(obj=row)

    def save() -> None:
        _save(request_id, form, {**held, partner_id: ExcludedPartner(partner_id, form.reason.data or "")})

    if form.validate_on_submit() and attempt(form, save):
        return redirect(url_for("trusts.exclusions", request_id=request_id, **origin()), 303)
    page = pages.one_partner(request_id, name[partner_id])
    return render_template("trusts/requests/exclusion.html", page=page, form=form), form.status


@bp.route("/requests/<uuid:request_id>/exclusions/<uuid:partner_id>/remove", methods=["POST"])
@allow(Action.INTEREST_DECLARE)
def remove_exclusion(request_id: UUID, partner_id: UUID) -> ResponseReturnValue:
    """Take a partner off the list."""
    row, form = _load(request_id), ActForm()
    left = {other: excluded for other, excluded in _held(row).items() if other != partner_id}
    if form.validate_on_submit():
        _save(request_id, form, left)
    return redirect(url_for("trusts.exclusions", request_id=request_id, **origin()), 303)


def excluded_names(row: SupportRequest) -> tuple[str, ...] | None:
    """The names of excluded partners; None where the reader may not know them."""
    if not matrix.may(current_person(), Action.INTEREST_READ, organisation_id=row.requester_id):
        return None
    return tuple(_names(row).values())


def _load(request_id: UUID) -> SupportRequest:
    row = support_requests.load_for_edit(current_unit(), actor=current_person(), request_id=request_id)
    matrix.require(current_person(), Action.INTEREST_DECLARE, organisation_id=row.requester_id)
    return row


def _held(row: SupportRequest) -> dict[UUID, ExcludedPartner]:
    return {each.partner_id: ExcludedPartner(each.partner_id, each.reason) for each in row.exclusions}


def _names(row: SupportRequest) -> dict[UUID, str]:
    if not row.exclusions:
        return {}
    found = partner_lists.names(current_unit(), actor=current_person(), partner_ids=_held(row))
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def _save(request_id: UUID, form: BaseForm, held: dict[UUID, ExcludedPartner]) -> None:
    support_requests.save_step(
        current_unit(),
        actor=current_person(),
        request_id=request_id,
        step=Exclusions(tuple(held.values())),
        expected_version=form.row_version,
    )
