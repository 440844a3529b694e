"""One story of the small round that is over: written by the organisation, agreed by both, published.

The skill that it shows is one behind which the network's drawing puts a published outcome already, so that the
large round reads the same partners with and without it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from seeds.demonstration.calendar import on
from seeds.demonstration.earlier_rounds import Company
from webapp.services import stories, story_publication
from webapp.services.stories import StoryText
from webapp.store.engagements import Engagement
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

REFERENCE, REQUESTER, PARTNER = "R-RYR-A2", "RYR", "team-01"
WRITTEN, AGREED, PUBLISHED = date(2026, 11, 4), date(2026, 11, 6), date(2026, 11, 11)
TEXT = StoryText(
    title="When families ask for a second opinion, somebody comes",
    tried=(
        "Two wards had Martha's Rule, with posters and one phone number. Nobody knew who would answer at night. The "
        "partner sat in on calls, drew the path of a call with the outreach team, and helped wards to try one change "
        "a week: who takes the call, what is asked first, how the family hears back."
    ),
    worked=(
        "One number, answered by the outreach team day and night. A card at each bed in six languages. Ward managers "
        "read their own figures each Friday. The share of calls answered within 30 minutes rose on every ward."
    ),
    not_worked=(
        "Training whole wards in one day did not last: staff who work at night had not been there. Short visits at the "
        "start of a shift reached more people. Figures came late in the first two months."
    ),
    skills=("PSA-DET-EWS",),
)


def publish(unit: UnitOfWork, company: Company) -> None:
    """From the first draft to the page that everybody reads."""
    lead, partner = company.leads[REQUESTER], company.partners[PARTNER]
    engagement_id = unit.session.scalars(
        select(Engagement.id)
        .join(SupportRequest, SupportRequest.id == Engagement.request_id)
        .where(SupportRequest.reference == REFERENCE)
    ).one()
    on(unit, WRITTEN)
    row = stories.save(unit, actor=lead, engagement_id=engagement_id, text=TEXT, expected_version=0)
    on(unit, AGREED)
    for actor in (lead, partner):
        row = stories.agree(unit, actor=actor, engagement_id=engagement_id, expected_version=row.version)
    on(unit, PUBLISHED)
    story_publication.publish(
        unit,
        actor=company.accounts["NATIONAL_REVIEWER_1"],
        story_id=row.id,
        expected_version=row.version,
    )
