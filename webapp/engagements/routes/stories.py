"""The story of an engagement: written, agreed to, taken down by either side."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.engagements.blueprint import bp
from webapp.engagements.forms.stories import StoryForm
from webapp.engagements.presenters import stories as pages
from webapp.services import sides, stories
from webapp.services.failures import NotFound
from webapp.ui.forms import ActForm


@bp.route("/engagements/<uuid:engagement_id>/story", methods=["GET", "POST"])
@allow(Action.ENGAGEMENT_READ, post=Action.STORY_AGREE)
def story(engagement_id: UUID) -> ResponseReturnValue:
    """The story as it reads now; sending it agrees to this version for one's side."""
    unit, actor = current_unit(), current_person()
    row, side, told = stories.page(unit, actor=actor, engagement_id=engagement_id)
    if told is None:
        raise NotFound("no story yet")
    form = ActForm(obj=told)
    page = pages.story_page(row, side, actor, told, data_moved=stories.data_moved(unit, told))

    def act() -> None:
        stories.agree(unit, actor=actor, engagement_id=engagement_id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act):
        flash("You have agreed to the story for your side.", "success")
        return redirect(url_for("engagements.story", engagement_id=engagement_id), 303)
    return render_template("engagements/stories/story.html", form=form, page=page), form.status


@bp.route("/engagements/<uuid:engagement_id>/story/edit", methods=["GET", "POST"])
@allow(Action.STORY_DRAFT)
def edit_story(engagement_id: UUID) -> ResponseReturnValue:
    """Write it, or change it: both sides agree anew."""
    unit, actor = current_unit(), current_person()
    row, _, told = stories.page(unit, actor=actor, engagement_id=engagement_id)
    sides.require_side(actor, Action.STORY_DRAFT, row)
    stories.require_writable(row, told)
    form = StoryForm(data=pages.values(row, told))
    form.skills.choices = pages.options(stories.skill_choices(unit, row))
    back = url_for(f"engagements.{'story' if told else 'engagement'}", engagement_id=engagement_id)

    def save() -> None:
        stories.save(
            unit,
            actor=actor,
            engagement_id=engagement_id,
            text=form.text(),
            expected_version=form.row_version,
        )

    def newer() -> dict[str, str]:
        return pages.stands_now(stories.find(current_unit(), engagement_id))

    if form.validate_on_submit() and attempt(form, save, newer=newer):
        flash("The story is saved. Both sides agree to this version.", "success")
        return redirect(url_for("engagements.story", engagement_id=engagement_id), 303)
    title = "Change the story" if told else "Write the story"
    caption = f"{row.request.title}, {row.request.reference}"
    return (
        render_template("engagements/stories/write.html", form=form, title=title, caption=caption, back=back),
        form.status,
    )


@bp.route("/engagements/<uuid:engagement_id>/story/withdraw", methods=["GET", "POST"])
@allow(Action.STORY_AGREE)
def withdraw_story(engagement_id: UUID) -> ResponseReturnValue:
    """Take it down, after reading what that means."""
    unit, actor = current_unit(), current_person()
    row, _, told = stories.page(unit, actor=actor, engagement_id=engagement_id)
    sides.require_side(actor, Action.STORY_AGREE, row)
    if told is None:
        raise NotFound("no story yet")
    form, back = ActForm(obj=told), url_for("engagements.story", engagement_id=engagement_id)

    def act() -> None:
        stories.withdraw(unit, actor=actor, engagement_id=engagement_id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act):
        flash("The story is taken down.", "success")
        return redirect(back, 303)
    return render_template(
        "engagements/stories/withdraw.html", form=form, title=told.title, leave=back
    ), form.status
