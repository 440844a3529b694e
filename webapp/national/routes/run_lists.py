"""Lists of runs: all of them, narrowed to a round, and as files."""

from __future__ import annotations

from uuid import UUID

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import run_lines as pages
from webapp.services import limits, rounds, runs
from webapp.services.paging import MOST_IN_FILE, MOST_ROWS, WHOLE, Paging
from webapp.ui.files import may_export
from webapp.ui.listing import ROWS_ON_A_PAGE, Listing


@bp.route("/national/runs")
@allow(Action.RUN_READ)
def run_list() -> ResponseReturnValue:
    """Runs of all rounds, the newest first."""
    unit, actor = current_unit(), current_actor()
    listing = _listing()
    view = listing.read(request.args)
    found = runs.listing(
        unit, actor=actor, round_id=pages.chosen_round(view), paging=Paging(view.page, ROWS_ON_A_PAGE)
    )
    table = listing.page(
        view,
        list(map(pages.run_line, found.rows)),
        found.total,
        csv_href=url_for("national.runs_csv") if may_export(actor) else None,
    )
    return render_template("national/runs/list.html", table=table, back=url_for("national.round_list"))


@bp.route("/national/runs.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def runs_csv() -> ResponseReturnValue:
    """The same list as a file."""
    listing = _listing()
    return _file(listing, pages.chosen_round(listing.read(request.args)))


@bp.route("/national/rounds/<uuid:round_id>/runs.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def round_runs_csv(round_id: UUID) -> ResponseReturnValue:
    """The runs of one round as a file."""
    rounds.load(current_unit(), actor=current_actor(), round_id=round_id)
    return _file(pages.listing_of(()), round_id)


def _file(listing: Listing, round_id: UUID | None) -> Response:
    found = runs.listing(current_unit(), actor=current_actor(), paging=WHOLE, round_id=round_id)
    return listing.file_of(list(map(pages.run_line, found.rows)), "runs", most=MOST_IN_FILE)


def _listing() -> Listing:
    known = rounds.listing(current_unit(), actor=current_actor(), paging=Paging(size=MOST_ROWS)).rows
    return pages.listing_of(tuple((str(row.id), row.name) for row in known))
