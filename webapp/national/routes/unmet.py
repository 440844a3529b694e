"""Requests that a run leaves short of days: the list, its file, and one of them."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import review as review_shown
from webapp.national.presenters import unmet as pages
from webapp.national.presenters.suggestions import suggestions_shown
from webapp.services import limits, registry, review, suggestions, unmet_pages
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.ui.files import may_export
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/national/runs/<uuid:run_id>/unmet")
@allow(Action.PROPOSAL_READ)
def unmet(run_id: UUID) -> ResponseReturnValue:
    """Requests left short of days, the most severe first, with reason and remedy."""
    unit, actor = current_unit(), current_actor()
    view = pages.UNMET.read(request.args)
    found = review.unmet(unit, actor=actor, run_id=run_id, paging=Paging(view.page, ROWS_ON_A_PAGE))
    counts = unmet_pages.comment_counts(unit, actor=actor, run_id=run_id)
    table = pages.UNMET.page(
        view,
        [pages.unmet_line(row, counts) for row in found.rows],
        found.total,
        csv_href=url_for("national.unmet_csv", run_id=run_id) if may_export(actor) else None,
    )
    back = review_shown.back_to_run(run_id, actor)
    return render_template("national/unmet/list.html", table=table, back=back)


@bp.route("/national/runs/<uuid:run_id>/unmet.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def unmet_csv(run_id: UUID) -> ResponseReturnValue:
    """The same list as a file."""
    unit, actor = current_unit(), current_actor()
    counts = unmet_pages.comment_counts(unit, actor=actor, run_id=run_id)
    found = review.unmet(unit, actor=actor, run_id=run_id, paging=WHOLE)
    return pages.UNMET.file_of(
        [pages.unmet_line(row, counts) for row in found.rows], "requests-short-of-days", most=MOST_IN_FILE
    )


@bp.route("/national/runs/<uuid:run_id>/unmet/<uuid:request_id>")
@allow(Action.PROPOSAL_READ)
def unmet_request(run_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """One request left short: why, what would help, who was near, what its region says."""
    unit, actor = current_unit(), current_actor()
    found = unmet_pages.unmet_page(unit, actor=actor, run_id=run_id, request_id=request_id)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(found))
    page = pages.unmet_page(found, labels, actor)
    named = suggestions_shown(suggestions.of_request(unit, actor=actor, request_id=request_id))
    return render_template("national/unmet/request.html", page=page, suggestions=named)
