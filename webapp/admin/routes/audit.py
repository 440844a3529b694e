"""The audit, for those who may read it."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.admin.blueprint import bp
from webapp.admin.presenters import audit as pages
from webapp.authority.matrix import Action, require
from webapp.services import audit_trail, limits
from webapp.services.paging import MOST_IN_FILE, Paging
from webapp.ui.files import may_export
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/admin/audit")
@allow(Action.AUDIT_READ)
def audit() -> ResponseReturnValue:
    """One page of acts."""
    actor = current_person()
    view = pages.LISTING.read(request.args)
    found = audit_trail.listing(
        current_unit(), actor=actor, wanted=pages.audit_filter(view), paging=Paging(view.page, ROWS_ON_A_PAGE)
    )
    csv_href = url_for("admin.audit_csv") if may_export(actor) else None
    table = pages.LISTING.page(view, list(map(pages.act_line, found.rows)), found.total, csv_href=csv_href)
    return render_template("admin/audit/audit.html", table=table, lead=pages.lead(actor))


@bp.route("/admin/audit.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def audit_csv() -> ResponseReturnValue:
    """The same acts as a file."""
    actor = current_person()
    require(actor, Action.AUDIT_READ, organisation_id=actor.organisation_id, hidden=False)
    wanted = pages.audit_filter(pages.LISTING.read(request.args))
    acts = audit_trail.export(current_unit(), actor=actor, wanted=wanted)
    return pages.LISTING.file_of(map(pages.act_line, acts), "audit", most=MOST_IN_FILE)
