"""Words typed on the pages of offers, engagements, stories and plans outlive the sign-in."""

import pytest

from tests.factories.engagements import Pair
from tests.factories.stories import over
from webapp.store.offers import Offer, OfferState

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_of_an_answer_a_plan_and_an_engagement(sides, comes_back):
    comes_back(
        sides.expert,
        f"/offers/{sides.offer_id}/decline",
        {"words": "Ward 7 needs me", "colleague": "Zoë Ångström"},
    )
    assert sides.offer().state is OfferState.OFFERED
    comes_back(sides.lead, "/plan/new", {"title": "Huddles", "owner": "محمد", "due_on-day": "31"})
    path = sides.accept(start=True)
    comes_back(sides.lead, f"{path}/change", {"reason": "Winter", "2027-03": "7"})
    comes_back(sides.lead, f"{path}/days", {"days": "2", "note": "On site"})
    comes_back(sides.lead, f"{path}/end-early", {"words": "The ward has moved"})
    assert sides.engagement().ended_on is None


def test_of_a_story(sides, comes_back):
    with sides.database.unit(writing=True, request_id="working") as unit:
        offer = unit.session.get_one(Offer, sides.offer_id)
        row = over(unit, Pair(offer, sides.lead.actor, sides.expert.actor, offer.partner))
        path = f"/engagements/{row.id}/story/edit"
    comes_back(sides.lead, path, {"title": "東京 and back", "worked": "Rounds", "not_worked": "Nights"})
