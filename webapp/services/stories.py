"""Stories of engagements: written by either side, agreed by both in the same version, taken down by either.

The national team's part, and what everybody reads, stands in ``story_publication``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.services import audit, free_text, messages, partner_skills, sides
from webapp.services import engagement_rows as engagements
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, Problem, check_version, stop_at
from webapp.services.states import advance
from webapp.store import stories as store
from webapp.store import taxonomy
from webapp.store.engagement_reviews import Outcome, Phase
from webapp.store.engagements import OVER_STATES, Engagement
from webapp.store.offers import Side
from webapp.store.partners import PartnerKind
from webapp.store.stories import STORY_TRANSITIONS, Story, StorySkill, StoryState
from webapp.store.taxonomy import HELD_KINDS, NodeKind, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

LONGEST = {"title": 120, "tried": 2000, "worked": 2000, "not_worked": 2000}
MISSING = {
    "title": "Enter a title",
    "tried": "Enter what was tried",
    "worked": "Enter what worked",
    "not_worked": "Enter what did not work, or that everything did",
}
NO_DATA = (
    "Add at least one value from before the work, and one from after it, to the outcome of the engagement. "
    "Then save the story again"
)
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


@dataclass(frozen=True, slots=True)
class StoryText:
    """What a side writes; the data come from the engagement's outcome."""

    title: str
    tried: str
    worked: str
    not_worked: str
    skills: tuple[str, ...]


def find(unit: UnitOfWork, engagement_id: UUID) -> Story | None:
    """The story of an engagement, whoever asks."""
    return unit.session.scalar(store.of_engagement(engagement_id))


def page(
    unit: UnitOfWork, *, actor: AnyActor, engagement_id: UUID
) -> tuple[Engagement, Side | None, Story | None]:
    """An engagement that the actor may read, the side that they are on, and its story if there is one."""
    row = engagements.find(unit, engagement_id)
    return row, sides.require_reader(actor, Action.ENGAGEMENT_READ, row), find(unit, engagement_id)


def can_be_told(row: Engagement) -> bool:
    """A story is told once there was work, and it is over."""
    return row.state in OVER_STATES and row.started_on is not None


def require_writable(row: Engagement, story: Story | None) -> None:
    """Raise ``NotAllowedNow`` unless its story may be written now."""
    if not can_be_told(row):
        raise NotAllowedNow("A story is written once the work has started and ended.")
    if story is not None and story.state is StoryState.PUBLISHED:
        raise NotAllowedNow("This story is published. Take it down before you change it.")


def skill_choices(unit: UnitOfWork, row: Engagement) -> list[TaxonomyNode]:
    """What the story may show: the skills asked for, then the partner's own of the topic, and methods."""
    asked = [each.skill_code for each in row.request.skills]
    held = {each.skill_code for each in row.partner.skills}
    nodes = [
        node
        for node in unit.session.scalars(taxonomy.nodes(HELD_KINDS))
        if node.code in asked or (node.code in held and _belongs(node, row))
    ]
    return sorted(nodes, key=lambda node: node.code not in asked)


def save(
    unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, text: StoryText, expected_version: int
) -> Story:
    """Write the story, or write it anew: the outcome's values are taken over, and nobody has agreed to it yet."""
    row, side = engagements.own(unit, actor=actor, engagement_id=engagement_id, action=Action.STORY_DRAFT)
    story = find(unit, engagement_id)
    require_writable(row, story)
    if story is not None:
        check_version(story, expected_version)
    allowed = skill_choices(unit, row)
    wanted = {name: free_text.clean(getattr(text, name)) for name in LONGEST}
    _check(row, wanted, set(text.skills), {node.code for node in allowed})
    before = content(story) if story is not None else None
    taken = NotAllowedNow("The other side has just begun the story. Open the page again.")
    with answering_for(unit, {"uq_stories_engagement_id": taken}):
        story = story or Story(engagement_id=row.id, drafted_by=actor.user_id, text_version=0)
        for name, value in {**wanted, **_data(unit, row.id)}.items():
            setattr(story, name, value)
        shown = [node for node in allowed if node.code in text.skills]
        held = {each.skill_code: each for each in story.skills}
        story.skills = [held.get(node.code) or StorySkill(skill_code=node.code) for node in shown]
        story.topic_code, story.priority_code = row.request.topic_code, row.request.priority_code
        story.search_text = _search_text(unit, row, story, shown)
        story.text_version += 1
        story.returned_reason = ""
        if story.state in (StoryState.AGREED, StoryState.WITHDRAWN):
            advance(story, StoryState.DRAFT, STORY_TRANSITIONS, "story")
        unit.session.add(story)
    record(unit, actor, Action.STORY_DRAFT, story, before)
    tell(unit, row, (side.other,), "story.written", story)
    return story


def agree(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, expected_version: int) -> Story:
    """Agree to the text as it reads now, for the actor's side; with the second one it goes to the national team."""
    row, side, story = _own(unit, actor, engagement_id)
    if story.state is not StoryState.DRAFT:
        raise NotAllowedNow("This story does not wait for an agreement.")
    if story.has_agreed(side):
        raise NotAllowedNow("Your side has agreed to this version of the story already.")
    check_version(story, expected_version)
    missing = gaps(story)
    stop_at(missing)
    before = content(story)
    with answering_for(unit):
        if side is Side.PARTNER:
            story.partner_agreed_version = story.text_version
        else:
            story.requester_agreed_version = story.text_version
        by_both = story.has_agreed(side.other)
        if by_both:
            advance(story, StoryState.AGREED, STORY_TRANSITIONS, "story")
    record(unit, actor, Action.STORY_AGREE, story, before)
    if by_both:
        tell_national(unit, row, "story.waiting", story)
    else:
        tell(unit, row, (side.other,), "story.agreed", story)
    return story


def gaps(story: Story) -> list[Problem]:
    """What the story still lacks before a side can agree to it."""
    phases = {phase for _, _, phase in story.points}
    return [] if phases == {each.value for each in Phase} else [Problem(None, NO_DATA)]


def data_moved(unit: UnitOfWork, story: Story) -> bool:
    """Does the engagement's outcome say something else by now than the story does?"""
    found = _data(unit, story.engagement_id)
    return any(getattr(story, name) != value for name, value in found.items())


def withdraw(unit: UnitOfWork, *, actor: Actor, engagement_id: UUID, expected_version: int) -> Story:
    """Take the story down at once, whatever the other side and the national team think of it."""
    row, side, story = _own(unit, actor, engagement_id)
    check_version(story, expected_version)
    before = content(story)
    with answering_for(unit):
        take_down(unit, row, story, StoryState.WITHDRAWN)
    record(unit, actor, "story.withdraw", story, before)
    tell(unit, row, (side.other,), "story.withdrawn", story)
    return story


def take_down(unit: UnitOfWork, row: Engagement, story: Story, to: StoryState) -> None:
    """Leave the state for one in which nobody reads it: agreements end, and so does what it stood for."""
    was_published = story.state is StoryState.PUBLISHED
    advance(story, to, STORY_TRANSITIONS, "story")
    story.partner_agreed_version = story.requester_agreed_version = 0
    story.published_at = story.published_by = None
    unit.flush()
    if was_published:
        others = set(unit.session.scalars(store.shown_by_others(row.partner_id, story.id)))
        codes = {each.skill_code for each in story.skills} - others
        partner_skills.count_no_longer(unit, row.partner, codes)


def tell_national(unit: UnitOfWork, row: Engagement, kind: str, story: Story) -> None:
    """Write to the national team, once for each version of the story."""
    messages.post(
        unit,
        kind=kind,
        about={"title": story.title, "reference": row.request.reference, "story_id": str(story.id)},
        dedupe_key=f"{kind}:{story.id}:{story.version}",
    )


def tell(unit: UnitOfWork, row: Engagement, to: Iterable[Side], kind: str, story: Story) -> None:
    """Write to the sides named, once for each version of the story."""
    for side in to:
        sides.tell(
            unit,
            side,
            row,
            kind=kind,
            key=f"{story.id}:{story.version}",
            engagement_id=str(row.id),
            story_id=str(story.id),
        )


def content(story: Story) -> dict[str, Any]:
    """What a story holds, with its skills."""
    return {**content_of(story), "skills": [each.skill_code for each in story.skills]}


def record(unit: UnitOfWork, actor: Actor, action: str, story: Story, before: dict[str, Any] | None) -> None:
    """Note one act on a story."""
    subject = audit.Subject("story", story.id)
    audit.record(unit, actor, action, subject, before=before, after=content(story))


def _own(unit: UnitOfWork, actor: Actor, engagement_id: UUID) -> tuple[Engagement, Side, Story]:
    row, side = engagements.own(unit, actor=actor, engagement_id=engagement_id, action=Action.STORY_AGREE)
    story = find(unit, engagement_id)
    if story is None:
        raise NotFound("no story yet")
    return row, side, story


def _belongs(node: TaxonomyNode, row: Engagement) -> bool:
    topic = row.request.topic_code
    return node.kind is NodeKind.METHOD or (topic is not None and topic in (node.code, node.parent_code))


def _data(unit: UnitOfWork, engagement_id: UUID) -> dict[str, Any]:
    outcome = unit.session.scalar(select(Outcome).where(Outcome.engagement_id == engagement_id))
    if outcome is None:
        return {"measure": "", "unit": "", "better": None, "points": []}
    points = [[each.measured_on.isoformat(), each.thousandths, each.phase.value] for each in outcome.points]
    return {"measure": outcome.measure, "unit": outcome.unit, "better": outcome.better, "points": points}


def _search_text(unit: UnitOfWork, row: Engagement, story: Story, shown: Iterable[TaxonomyNode]) -> str:
    labels = taxonomy.labels(unit.session, [code for code in (story.topic_code, story.priority_code) if code])
    parts = (
        story.title,
        row.request.beneficiary.name,
        *labels.values(),
        *(node.label for node in shown),
        story.measure,
        story.tried,
        story.worked,
        story.not_worked,
    )
    return "\n".join(parts).casefold()[: store.LONGEST_SEARCH_TEXT]


def _check(row: Engagement, wanted: dict[str, str], skills: set[str], allowed: set[str]) -> None:
    problems = [each for name, text in wanted.items() for each in _problems(name, text, tuple(_people(row)))]
    if not skills or not skills <= allowed:
        problems.append(Problem("skills", "Choose at least one skill that the work shows"))
    stop_at(problems)


def _problems(name: str, text: str, people: tuple[str, ...]) -> Iterator[Problem]:
    if not text:
        yield Problem(name, MISSING[name])
    yield from free_text.problems(name, text, most=LONGEST[name], one_line=name == "title")
    folded = " ".join(text.casefold().split())
    for person in people:
        if re.search(rf"(?<!\w){re.escape(' '.join(person.casefold().split()))}(?!\w)", folded):
            yield Problem(name, f"Remove the name {person}: stories name no people")
    if _EMAIL.search(text):
        yield Problem(name, "Remove the email address: stories name no people")


def _people(row: Engagement) -> Iterator[str]:
    """The people whom the engagement names."""
    names = [row.requester_lead, row.partner_lead, row.request.lead_name, row.request.sponsor_name]
    if row.partner.kind is PartnerKind.EXPERT:
        names.append(row.partner.name)
    yield from dict.fromkeys(name for name in names if name.strip())
