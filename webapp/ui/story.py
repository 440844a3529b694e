"""One story as it is read: by everybody once published, by its sides before. It names no people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from webapp.services.story_publication import Story
from webapp.ui import formats
from webapp.ui.outcome import OutcomeShown, Value, outcome_shown


@dataclass(frozen=True, slots=True)
class StoryShown:
    """A story in its parts, texts as paragraphs."""

    title: str
    who: str
    facts: tuple[tuple[str, str], ...]
    tried: tuple[str, ...]
    worked: tuple[str, ...]
    not_worked: tuple[str, ...]
    outcome: OutcomeShown | None
    published: str


def story_shown(row: Story) -> StoryShown:
    """The story in its parts."""
    engagement, partner = row.engagement, partner_words(row)
    facts = [
        ("Organisation", engagement.request.beneficiary.name),
        ("Support partner", f"{partner[:1].upper()}{partner[1:]}"),
        ("When", _when(engagement.started_on, engagement.ended_on)),
    ]
    if row.priority is not None:
        facts.append(("Priority", row.priority.label))
    if row.topic is not None:
        facts.append(("Topic", row.topic.label))
    facts.append(("Skills", ", ".join(each.node.label for each in row.skills)))
    return StoryShown(
        title=row.title,
        who=f"{engagement.request.beneficiary.name} with {partner}",
        facts=tuple(facts),
        tried=tuple(formats.lines(row.tried)),
        worked=tuple(formats.lines(row.worked)),
        not_worked=tuple(formats.lines(row.not_worked)),
        outcome=_outcome(row),
        published=formats.day(row.published_at) if row.published_at else "",
    )


def partner_words(row: Story) -> str:
    """The partner inside a sentence, without a person's name: the organisation, or an expert of it."""
    partner = row.engagement.partner
    if partner.kind.value != "expert":
        return partner.name
    return f"an expert from {partner.organisation.name}" if partner.organisation else "an expert"


def _when(first: date | None, last: date | None) -> str:
    months = dict.fromkeys(formats.month(each) for each in (first, last) if each is not None)
    return " to ".join(months) or formats.NOTHING


def _outcome(row: Story) -> OutcomeShown | None:
    if not row.measure:
        return None
    values = (
        Value(date.fromisoformat(str(day)), int(thousandths), str(phase))
        for day, thousandths, phase in row.points
    )
    return outcome_shown(row.measure, row.unit, row.better, values)
