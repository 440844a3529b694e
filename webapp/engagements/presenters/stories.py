"""The story of an engagement for both sides: where it stands, what comes next, and its form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.services import stories
from webapp.services.engagement_rows import Engagement, Side
from webapp.services.stories import Story, TaxonomyNode
from webapp.ui import choices
from webapp.ui.fields import Choice
from webapp.ui.story import StoryShown, story_shown

DATA_MOVED = (
    "The values of the engagement have changed since this text was saved. To take them over, save it again."
)


@dataclass(frozen=True, slots=True)
class StoryLink:
    """What the page of an engagement says of its story."""

    words: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """One story for a side or another reader; addresses are empty where the reader may not."""

    caption: str
    state: str
    colour: str
    lead: str
    returned: str
    notes: tuple[str, ...]
    shown: StoryShown
    may_agree: bool
    edit: str
    withdraw: str
    public: str
    values: str
    back: str


def link(row: Engagement, side: Side | None, story: Story | None) -> StoryLink | None:
    """The way to the story from its engagement; none before there can be one."""
    if story is not None:
        return StoryLink(
            choices.title("story_state", story.state) + ".",
            f"Read the story: {story.title}",
            url_for("engagements.story", engagement_id=row.id),
        )
    if side is None or not stories.can_be_told(row):
        return None
    return StoryLink(
        "Others can learn from what you tried. Both sides agree before anything is published.",
        "Write the story",
        url_for("engagements.edit_story", engagement_id=row.id),
    )


def story_page(
    row: Engagement, side: Side | None, actor: Actor, story: Story, *, data_moved: bool
) -> StoryPage:
    """The story with what this reader may do."""
    state = story.state.value
    decides = side is not None and matrix.opens(actor, Action.STORY_AGREE)
    waits = state == "draft" and side is not None and not story.has_agreed(side)
    gaps = [each.message + "." for each in stories.gaps(story)] if state == "draft" else []
    can_change = side is not None and state != "published"
    return StoryPage(
        caption=f"Story of {row.request.reference}",
        state=choices.title("story_state", state),
        colour=choices.colour("story_state", state),
        lead=_lead(story, side, decides),
        returned=story.returned_reason,
        notes=(*gaps, *([DATA_MOVED] if data_moved and can_change else ())),
        shown=story_shown(story),
        may_agree=decides and waits and not gaps,
        edit=_to(row, "edit_story") if can_change else "",
        withdraw=_to(row, "withdraw_story") if decides and state != "withdrawn" else "",
        public=url_for("public.story", story_id=story.id) if state == "published" else "",
        values=_to(row, "values") if side is not None and gaps else "",
        back=_to(row, "engagement"),
    )


def options(nodes: Iterable[TaxonomyNode]) -> list[Choice]:
    """The skills to choose from."""
    return [Choice(node.code, node.label) for node in nodes]


def values(row: Engagement, story: Story | None) -> dict[str, Any]:
    """What the form begins with: the story, or what the engagement says already."""
    if story is not None:
        return {
            "title": story.title,
            "tried": story.tried,
            "worked": story.worked,
            "not_worked": story.not_worked,
            "skills": [each.skill_code for each in story.skills],
            "version": story.version,
        }
    held = {each.skill_code for each in row.partner.skills}
    asked = [each.skill_code for each in row.request.skills]
    return {
        "title": row.request.title,
        "tried": row.aim[:2000],
        "skills": [code for code in asked if code in held],
        "version": 0,
    }


def stands_now(story: Story | None) -> dict[str, str]:
    """What somebody else has saved meanwhile."""
    if story is None:
        return {"Story": "None", "version": "0"}
    return {
        "Title": story.title,
        "What was tried": story.tried,
        "What worked": story.worked,
        "What did not work": story.not_worked,
        "Skills": ", ".join(each.node.label for each in story.skills),
        "version": str(story.version),
    }


def _lead(story: Story, side: Side | None, decides: bool) -> str:
    state = story.state.value
    if state == "published":
        return "Everybody can read it. Either side can take it down at any time."
    if state == "agreed":
        return "Both sides have agreed. The national team reads it next, and publishes it or sends it back."
    if state == "withdrawn":
        return "It was taken down: nobody but both sides and the national team reads it. Change it to begin anew."
    if side is not None and story.has_agreed(side):
        return "Your side has agreed. The other side reads it next."
    if side is not None and not decides:
        return "Both sides agree to the same version. For your side, a lead does."
    return "Both sides agree to the same version before the national team publishes it. A change asks both again."


def _to(row: Engagement, name: str) -> str:
    return url_for(f"engagements.{name}", engagement_id=row.id)
