"""A requester's support requests: the list, one request, checking answers, submitting, withdrawing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import (
    limits,
    offer_lists,
    registry,
    request_allowance,
    request_lists,
    request_results,
    rounds,
    support_requests,
)
from webapp.services.paging import Paging
from webapp.services.support_requests import SupportRequest
from webapp.trusts.blueprint import bp
from webapp.trusts.forms.requests import WithdrawForm
from webapp.trusts.presenters import request_list, request_tasks
from webapp.trusts.presenters import requests as pages
from webapp.trusts.presenters import result as results
from webapp.trusts.presenters.answers import Labels
from webapp.trusts.routes.exclusions import excluded_names
from webapp.ui.files import may_export
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE
from webapp.ui.request_list import RequestLine


@bp.route("/requests")
@allow(Action.REQUEST_READ)
def listing() -> ResponseReturnValue:
    """One's organisation's requests, and what is left to ask for in the open round."""
    unit, actor = current_unit(), current_person()
    view = request_list.LISTING.read(request.args)
    paging = Paging(view.page, ROWS_ON_A_PAGE)
    found = request_lists.listing(unit, actor=actor, wanted=request_list.wanted(view), paging=paging)
    left = request_allowance.allowance(unit, actor=actor)
    waiting = offer_lists.waiting_for_requester(unit, actor=actor)
    csv_href = url_for("trusts.listing_csv") if may_export(actor) else None
    table = request_list.LISTING.page(view, _lines(found.rows), found.total, csv_href=csv_href)
    return render_template(
        "trusts/requests/list.html", table=table, page=request_list.overview(left, waiting, actor)
    )


@bp.route("/requests/requests.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def listing_csv() -> ResponseReturnValue:
    """The same list as a file."""
    unit, actor = current_unit(), current_person()
    wanted = request_list.wanted(request_list.LISTING.read(request.args))
    lines = _lines(request_lists.every(unit, actor=actor, wanted=wanted))
    return request_list.LISTING.file_of(lines, "support-requests")


@bp.route("/requests/<uuid:request_id>")
@allow(Action.REQUEST_READ)
def request_page(request_id: UUID) -> ResponseReturnValue:
    """A draft as its list of tasks; later, the request with its answers and its result."""
    unit, actor = current_unit(), current_person()
    row = request_lists.request_page(unit, actor=actor, request_id=request_id)
    if pages.is_draft(row):
        missing = support_requests.gaps(unit, actor=actor, request_id=request_id)
        return render_template("trusts/requests/tasks.html", page=request_tasks.tasks(row, missing, actor))
    outcome = request_results.own_result(unit, actor=actor, request_id=request_id)
    words = registry.labels(unit, actor=actor, codes=pages.codes_of(row) | results.codes_of(outcome))
    page = pages.request_page(row, Labels(words, excluded_names(row)), actor)
    letters = url_for("trusts.unmet_letter", request_id=request_id)
    result = results.result_page(outcome, words, round_state=pages.round_state(row), letters=letters)
    return render_template("trusts/requests/request.html", page=page, result=result)


@bp.route("/requests/<uuid:request_id>/check", methods=["GET", "POST"])
@allow(Action.REQUEST_READ_DRAFT, post=Action.REQUEST_SUBMIT)
def check(request_id: UUID) -> ResponseReturnValue:
    """All answers on one page, to be changed or submitted."""
    unit, actor = current_unit(), current_person()
    row = request_lists.request_page(unit, actor=actor, request_id=request_id)
    words = registry.labels(unit, actor=actor, codes=pages.codes_of(row))
    labels = Labels(words, excluded_names(row))
    missing = support_requests.gaps(unit, actor=actor, request_id=request_id)
    page = pages.check_page(row, labels, missing, actor, is_open=rounds.taking_requests(unit) is not None)
    form = ActForm(obj=row)

    def submit() -> None:
        version = form.row_version
        support_requests.submit(unit, actor=actor, request_id=request_id, expected_version=version)

    if form.validate_on_submit() and attempt(form, submit):
        return redirect(url_for("trusts.submitted", request_id=request_id), 303)
    return render_template("trusts/requests/check.html", form=form, page=page), form.status


@bp.route("/requests/<uuid:request_id>/submitted")
@allow(Action.REQUEST_READ)
def submitted(request_id: UUID) -> ResponseReturnValue:
    """The receipt."""
    row = request_lists.request_page(current_unit(), actor=current_person(), request_id=request_id)
    if pages.is_draft(row):
        return redirect(url_for("trusts.request_page", request_id=request_id))
    return render_template("trusts/requests/submitted.html", page=pages.receipt(row))


@bp.route("/requests/<uuid:request_id>/withdraw", methods=["GET", "POST"])
@allow(Action.REQUEST_WITHDRAW)
def withdraw(request_id: UUID) -> ResponseReturnValue:
    """Take the request back, after saying what that does."""
    unit, actor = current_unit(), current_person()
    row = request_lists.request_page(unit, actor=actor, request_id=request_id)
    if pages.is_withdrawn(row):
        return redirect(url_for("trusts.request_page", request_id=request_id))
    page = pages.withdrawal(row)
    form = WithdrawForm(obj=row)

    def act() -> None:
        support_requests.withdraw(
            unit,
            actor=actor,
            request_id=request_id,
            reason=form.reason.data or "",
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, act):
        return redirect(url_for("trusts.request_page", request_id=request_id), 303)
    return render_template("trusts/requests/withdraw.html", form=form, page=page), form.status


def _lines(rows: Collection[SupportRequest]) -> list[RequestLine]:
    codes = {row.priority_code or "" for row in rows}
    labels = registry.labels(current_unit(), actor=current_person(), codes=codes)
    return [request_list.line(row, labels) for row in rows]
