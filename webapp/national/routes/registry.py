"""The registry as the national team reads it: support requests with triage, and support partners."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action, require
from webapp.national.blueprint import bp
from webapp.national.forms.registry import ReturnForm
from webapp.national.presenters import registry as pages
from webapp.national.presenters.suggestions import suggestions_shown
from webapp.services import (
    limits,
    partner_lists,
    registry,
    request_lists,
    request_triage,
    rounds,
    suggestions,
)
from webapp.services.paging import MOST_ROWS, Paging
from webapp.ui.files import may_export
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE, Listing, View

ALL_ROUNDS = Paging(size=MOST_ROWS)


@bp.route("/national/requests")
@allow(Action.PROPOSAL_READ)
def requests() -> ResponseReturnValue:
    """All submitted requests; for a regional reader, the region's."""
    unit, actor = current_unit(), current_actor()
    listing, labels = _request_listing()
    view = listing.read(request.args)
    wanted = pages.request_filter(view)
    found = request_lists.listing(unit, actor=actor, wanted=wanted, paging=Paging(view.page, ROWS_ON_A_PAGE))
    lines = [pages.request_line(row, labels) for row in found.rows]
    csv_href = url_for("national.requests_csv") if may_export(actor) else None
    table = listing.page(view, lines, found.total, csv_href=csv_href)
    return render_template("national/registry/requests.html", table=table)


@bp.route("/national/requests.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def requests_csv() -> ResponseReturnValue:
    """The same list as a file; requesters have a list of their own."""
    unit, actor = current_unit(), current_actor()
    require(actor, Action.RUN_READ, hidden=False)
    listing, labels = _request_listing()
    wanted = pages.request_filter(listing.read(request.args))
    lines = (pages.request_line(row, labels) for row in request_lists.every(unit, actor=actor, wanted=wanted))
    return listing.file_of(lines, "support-requests")


@bp.route("/national/requests/<uuid:request_id>")
@allow(Action.REQUEST_READ)
def request_page(request_id: UUID) -> ResponseReturnValue:
    """One request in full, with public figures beside."""
    unit, actor = current_unit(), current_actor()
    row = request_lists.request_page(unit, actor=actor, request_id=request_id)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(row))
    figures = registry.published_figures(unit, actor=actor, organisation_id=row.beneficiary_id)
    page = pages.request_page(row, labels, figures, actor)
    named = suggestions_shown(suggestions.of_request(unit, actor=actor, request_id=request_id))
    return render_template(
        "national/registry/request.html", page=page, form=ActForm(obj=row), suggestions=named
    )


@bp.route("/national/requests/<uuid:request_id>/return", methods=["GET", "POST"])
@allow(Action.REQUEST_TRIAGE)
def return_request(request_id: UUID) -> ResponseReturnValue:
    """Send a request back for more."""
    unit, actor = current_unit(), current_person()
    row = request_lists.request_page(unit, actor=actor, request_id=request_id)
    form = ReturnForm(obj=row)

    def act() -> None:
        request_triage.return_for_more(
            unit,
            actor=actor,
            request_id=request_id,
            reason=form.reason.data,
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, act):
        flash("The request is back with its requester.", "success")
        return redirect(url_for("national.request_page", request_id=request_id), 303)
    page = pages.return_page(row)
    return render_template("national/registry/return.html", form=form, page=page), form.status


@bp.route("/national/requests/<uuid:request_id>/mandate", methods=["POST"])
@allow(Action.REQUEST_TRIAGE)
def mandate(request_id: UUID) -> ResponseReturnValue:
    """Say that this is mandated support, or that it is not."""
    unit, actor, form = current_unit(), current_person(), ActForm()
    if form.validate_on_submit():
        row = request_lists.request_page(unit, actor=actor, request_id=request_id)
        request_triage.mark_mandated(
            unit,
            actor=actor,
            request_id=request_id,
            mandated=not row.mandated,
            expected_version=form.row_version,
        )
    return redirect(url_for("national.request_page", request_id=request_id), 303)


@bp.route("/national/partners")
@allow(Action.PARTNER_READ)
def partners() -> ResponseReturnValue:
    """All support partners."""
    unit, actor = current_unit(), current_actor()
    listing, view, names = _partner_view()
    wanted = pages.partner_filter(view)
    found = partner_lists.listing(unit, actor=actor, wanted=wanted, paging=Paging(view.page, ROWS_ON_A_PAGE))
    lines = [pages.partner_line(row, names, unit.now.date()) for row in found.rows]
    table = listing.page(view, lines, found.total, csv_href=url_for("national.partners_csv"))
    return render_template("national/registry/partners.html", table=table)


@bp.route("/national/partners.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def partners_csv() -> ResponseReturnValue:
    """The same list as a file."""
    unit, actor = current_unit(), current_actor()
    listing, view, names = _partner_view()
    wanted = pages.partner_filter(view)
    lines = (
        pages.partner_line(row, names, unit.now.date())
        for row in partner_lists.every(unit, actor=actor, wanted=wanted)
    )
    return listing.file_of(lines, "support-partners")


def _partner_view() -> tuple[Listing, View, dict[str, str]]:
    regions = _regions()
    listing = pages.partner_listing(regions)
    return listing, listing.read(request.args), dict(regions)


def _request_listing() -> tuple[Listing, dict[str, str]]:
    """The list of requests with today's filters, and the words for priorities."""
    unit, actor = current_unit(), current_actor()
    nodes = registry.terms(unit, actor=actor, kind=registry.NodeKind.PRIORITY)
    priorities = tuple((node.code, node.label) for node in nodes)
    called = tuple(
        (str(row.id), row.name) for row in rounds.listing(unit, actor=actor, paging=ALL_ROUNDS).rows
    )
    return pages.request_listing(called, priorities, _regions()), dict(priorities)


def _regions() -> pages.Pairs:
    return tuple((row.code, row.name) for row in registry.regions(current_unit(), actor=current_actor()))
