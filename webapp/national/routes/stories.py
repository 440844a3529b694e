"""Stories that both sides agreed to: read, published, sent back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.stories import SendBackForm
from webapp.national.presenters import stories as pages
from webapp.services import limits, story_publication
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/national/stories")
@allow(Action.STORY_PUBLISH)
def stories() -> ResponseReturnValue:
    """What waits for the national team, and what it has published."""
    view = pages.LISTING.read(request.args)
    found = story_publication.desk(
        current_unit(),
        actor=current_person(),
        paging=Paging(view.page, ROWS_ON_A_PAGE),
        state=pages.wanted_state(view),
    )
    file = url_for("national.stories_csv")
    table = pages.LISTING.page(view, list(map(pages.line, found.rows)), found.total, csv_href=file)
    return render_template("national/stories/list.html", table=table)


@bp.route("/national/stories.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def stories_csv() -> ResponseReturnValue:
    """The same list as a file."""
    state = pages.wanted_state(pages.LISTING.read(request.args))
    found = story_publication.desk(current_unit(), actor=current_person(), paging=WHOLE, state=state)
    return pages.LISTING.file_of(list(map(pages.line, found.rows)), "stories", most=MOST_IN_FILE)


@bp.route("/national/stories/<uuid:story_id>", methods=["GET", "POST"])
@allow(Action.STORY_PUBLISH)
def story(story_id: UUID) -> ResponseReturnValue:
    """One story as everybody would read it; sending the page publishes it."""
    unit, actor = current_unit(), current_person()
    row = story_publication.load(unit, actor=actor, story_id=story_id)
    form, page = ActForm(obj=row), pages.desk_page(row)

    def publish() -> None:
        story_publication.publish(unit, actor=actor, story_id=story_id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, publish):
        flash("Published: everybody can read it.", "success")
        return redirect(url_for("national.stories"), 303)
    return render_template("national/stories/story.html", form=form, page=page), form.status


@bp.route("/national/stories/<uuid:story_id>/send-back", methods=["GET", "POST"])
@allow(Action.STORY_PUBLISH)
def send_story_back(story_id: UUID) -> ResponseReturnValue:
    """Back to both sides, with the reason."""
    unit, actor = current_unit(), current_person()
    row = story_publication.load(unit, actor=actor, story_id=story_id)
    form, page = SendBackForm(obj=row), pages.desk_page(row)

    def send_back() -> None:
        story_publication.send_back(
            unit,
            actor=actor,
            story_id=story_id,
            reason=form.reason.data or "",
            expected_version=form.row_version,
        )

    def newer() -> dict[str, str]:
        now = story_publication.load(current_unit(), actor=actor, story_id=story_id)
        return {"State": pages.desk_page(now).state, "version": str(now.version)}

    if form.validate_on_submit() and attempt(form, send_back, newer=newer):
        flash("The story is back with both sides.", "success")
        return redirect(page.back, 303)
    return render_template("national/stories/send_back.html", form=form, page=page), form.status
