"""Stories of engagements that have ended, at each point of their way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.factories.accounts import person
from tests.factories.engagements import Pair, started
from tests.factories.offers import published_offer
from tests.factories.support_requests import submitted
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.services import engagement_course, engagement_reviews, stories, story_publication
from webapp.services.engagement_reviews import Better, OutcomeSaid
from webapp.services.stories import StoryText
from webapp.store.engagements import Engagement
from webapp.store.stories import Story
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork

TEXT = StoryText(
    title="Home for lunch",
    tried="Ward rounds that begin with the patients who may go home.",
    worked="Doctors and nurses went round together from the first week on.",
    not_worked="At weekends nobody could order transport.",
    skills=("UEC-FLO-DIS",),
)
VALUES = (5200, 5400, 5100, 3600)
"""Days waited, in thousandths: three values from before the work, one since it started."""


def over(unit: UnitOfWork, pair: Pair, *, measured: bool = True) -> Engagement:
    """The work has been done, with its outcome."""
    today = unit.now.date()
    row = started(unit, pair, today)
    if measured:
        said = OutcomeSaid("Days waited after being ready", "days", Better.LOWER)
        engagement_reviews.save_outcome(
            unit, actor=pair.lead, engagement_id=row.id, said=said, expected_version=0
        )
        for number, value in enumerate(VALUES):
            measure(unit, pair, row, today - timedelta(days=30 - 10 * number), value)
    return ended(unit, pair, row)


def ended(unit: UnitOfWork, pair: Pair, row: Engagement) -> Engagement:
    """The work is over."""
    return engagement_course.end(
        unit, actor=pair.lead, engagement_id=row.id, words="", expected_version=row.version
    )


def measure(unit: UnitOfWork, pair: Pair, row: Engagement, day: date, value: int) -> None:
    """One value of the measure."""
    engagement_reviews.record_point(
        unit,
        actor=pair.lead,
        engagement_id=row.id,
        measured_on=day,
        thousandths=value,
    )


def written(unit: UnitOfWork, pair: Pair, row: Engagement, **changes: object) -> Story:
    """The partner writes it."""
    known = stories.find(unit, row.id)
    return stories.save(
        unit,
        actor=pair.expert,
        engagement_id=row.id,
        text=replace(TEXT, **changes),
        expected_version=known.version if known else 0,
    )


def agreed(unit: UnitOfWork, pair: Pair, row: Engagement, **changes: object) -> Story:
    """Both sides agree to it."""
    story = written(unit, pair, row, **changes)
    for actor in (pair.expert, pair.lead):
        stories.agree(unit, actor=actor, engagement_id=row.id, expected_version=story.version)
    return story


def published(unit: UnitOfWork, pair: Pair, row: Engagement, reviewer: Actor, **changes: object) -> Story:
    """The national team publishes it."""
    story = agreed(unit, pair, row, **changes)
    return story_publication.publish(unit, actor=reviewer, story_id=story.id, expected_version=story.version)


def again(unit: UnitOfWork, pair: Pair) -> Pair:
    """The same partner is offered another request of the same trust."""
    asked = submitted(unit, pair.lead, days=3, max_team=1, rank=2)
    asked.state = RequestState.MATCHED
    people = tuple(person(unit.session, Role.NATIONAL_ADMIN).user_id for _ in range(2))
    return replace(pair, offer=published_offer(unit, pair.partner, asked, people))
