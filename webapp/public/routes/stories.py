"""Stories for everybody: searching them, reading one."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_unit
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp
from webapp.public.presenters import stories as pages
from webapp.services import story_publication
from webapp.services.paging import Paging
from webapp.ui.listing import ROWS_ON_A_PAGE
from webapp.ui.story import story_shown


@bp.route("/stories")
@allow(Action.PUBLIC_READ)
def stories() -> ResponseReturnValue:
    """What was published, the newest first, by words, priority, topic and skill."""
    unit = current_unit()
    shape = pages.listing(story_publication.subjects(unit))
    view = shape.read(request.args)
    paging = Paging(view.page, ROWS_ON_A_PAGE)
    found = story_publication.search(unit, wanted=pages.wanted(view), paging=paging)
    page = pages.search_page(shape, replace(view, page=found.number), found)
    return render_template("public/stories/stories.html", page=page)


@bp.route("/stories/<uuid:story_id>")
@allow(Action.PUBLIC_READ)
def story(story_id: UUID) -> ResponseReturnValue:
    """One of them."""
    row = story_publication.published(current_unit(), story_id=story_id)
    return render_template("public/stories/story.html", shown=story_shown(row))
