"""Stories before everybody: the national team publishes what both sides agreed, or sends it back; anybody reads."""

from __future__ import annotations

from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services import partner_skills, stories
from webapp.services.constraints import answering_for
from webapp.services.engagement_rows import words_of
from webapp.services.failures import NotFound, check_version
from webapp.services.paging import Page, Paging, page_of
from webapp.services.states import advance
from webapp.store import stories as store
from webapp.store.offers import Side
from webapp.store.stories import STORY_TRANSITIONS, Story, StoryState, Wanted
from webapp.store.taxonomy import TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

SHOWN_STATES = (StoryState.AGREED, StoryState.PUBLISHED)
"""What the national team works on: a draft is the sides' own."""
LONGEST_REASON = 1000


def desk(
    unit: UnitOfWork, *, actor: AnyActor, paging: Paging, state: StoryState | None = None
) -> Page[Story]:
    """Stories that wait for the national team, and those that it published; the longest unchanged first."""
    require(actor, Action.STORY_PUBLISH, hidden=False)
    states = [each for each in SHOWN_STATES if state in (None, each)]
    return page_of(unit.session, store.in_states(states), paging)


def load(unit: UnitOfWork, *, actor: AnyActor, story_id: UUID) -> Story:
    """One of them."""
    require(actor, Action.STORY_PUBLISH, hidden=True)
    row = unit.session.scalar(store.one(story_id))
    if row is None or row.state not in SHOWN_STATES:
        raise NotFound("no such story")
    return row


def publish(unit: UnitOfWork, *, actor: Actor, story_id: UUID, expected_version: int) -> Story:
    """Put it before everybody; from now on it stands behind the partner's skills that it shows."""
    row = load(unit, actor=actor, story_id=story_id)
    check_version(row, expected_version)
    before = stories.content(row)
    with answering_for(unit):
        advance(row, StoryState.PUBLISHED, STORY_TRANSITIONS, "story")
        row.published_by, row.published_at = actor.user_id, unit.now
        codes = [each.skill_code for each in row.skills]
        partner_skills.count_as_published(unit, row.engagement.partner, codes)
    stories.record(unit, actor, Action.STORY_PUBLISH, row, before)
    stories.tell(unit, row.engagement, tuple(Side), "story.published", row)
    return row


def send_back(unit: UnitOfWork, *, actor: Actor, story_id: UUID, reason: str, expected_version: int) -> Story:
    """Back to both sides with the reason; one that was published is taken down by it."""
    row = load(unit, actor=actor, story_id=story_id)
    check_version(row, expected_version)
    said = words_of("reason", reason, most=LONGEST_REASON, required="Enter what the sides should change")
    before = stories.content(row)
    with answering_for(unit):
        stories.take_down(unit, row.engagement, row, StoryState.DRAFT)
        row.returned_reason = said
    stories.record(unit, actor, "story.send_back", row, before)
    stories.tell(unit, row.engagement, tuple(Side), "story.returned", row)
    return row


def search(unit: UnitOfWork, *, wanted: Wanted, paging: Paging) -> Page[Story]:
    """Published stories, the newest first; open to everybody."""
    return page_of(unit.session, store.found(wanted), paging)


def subjects(unit: UnitOfWork) -> tuple[TaxonomyNode, ...]:
    """The priorities, topics and skills that published stories bear: what can be searched by."""
    return tuple(unit.session.scalars(store.named_in_published()))


def published(unit: UnitOfWork, *, story_id: UUID) -> Story:
    """One published story; raises ``NotFound``."""
    row = unit.session.scalar(store.one(story_id))
    if row is None or row.state is not StoryState.PUBLISHED:
        raise NotFound("no such story")
    return row
