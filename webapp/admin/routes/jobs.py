"""What the machinery is doing."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.admin.blueprint import bp
from webapp.admin.presenters import jobs as pages
from webapp.authority.matrix import Action
from webapp.services import jobs as machinery
from webapp.services.paging import Paging
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/admin/jobs")
@allow(Action.SYSTEM_READ)
def jobs() -> ResponseReturnValue:
    """Workers and runs."""
    view = pages.LISTING.read(request.args)
    found = machinery.machinery(
        current_unit(), actor=current_actor(), paging=Paging(view.page, ROWS_ON_A_PAGE)
    )
    table = pages.LISTING.page(view, list(map(pages.job_line, found.jobs.rows)), found.jobs.total)
    return render_template("admin/jobs/jobs.html", table=table, page=pages.jobs_page(found))
