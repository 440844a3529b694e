"""Engagements: the list of one's own (all, for the national team), and one with what comes next."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.presenters import engagements as pages
from webapp.engagements.presenters import stories
from webapp.services import engagement_lists, limits
from webapp.services import engagements as service
from webapp.services import stories as story_service
from webapp.services.paging import Paging
from webapp.services.working_days import london_day
from webapp.ui.files import may_export
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/engagements")
@allow(Action.ENGAGEMENT_READ)
def listing() -> ResponseReturnValue:
    """Engagements in the reader's scope."""
    unit, actor = current_unit(), current_person()
    view = pages.LISTING.read(request.args)
    paging = Paging(view.page, ROWS_ON_A_PAGE)
    found = engagement_lists.listing(unit, actor=actor, wanted=pages.wanted(view), paging=paging)
    csv_href = url_for("engagements.listing_file") if may_export(actor) else None
    table = pages.LISTING.page(view, list(map(pages.line, found.rows)), found.total, csv_href=csv_href)
    return render_template("engagements/engagements/list.html", table=table, title=pages.list_title(actor))


@bp.route("/engagements/engagements.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def listing_file() -> ResponseReturnValue:
    """The same list as a file."""
    wanted = pages.wanted(pages.LISTING.read(request.args))
    found = engagement_lists.every(current_unit(), actor=current_person(), wanted=wanted)
    return pages.LISTING.file_of(map(pages.line, found), "engagements")


@bp.route("/engagements/<uuid:engagement_id>")
@allow(Action.ENGAGEMENT_READ)
def engagement(engagement_id: UUID) -> ResponseReturnValue:
    """One engagement."""
    unit, actor = current_unit(), current_person()
    row, side = service.page(unit, actor=actor, engagement_id=engagement_id)
    page = pages.engagement_page(row, side, actor, london_day(unit.now), request.args)
    story = stories.link(row, side, story_service.find(unit, engagement_id))
    return render_template("engagements/engagements/engagement.html", page=page, form=ActForm(), story=story)
