"""What a requester reads of the result: in the presenter's words, and on the page once it is published."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from matcher.allocation.result import UnmetReason
from matcher.candidates.reasons import Change, NextStep
from tests.factories.organisations import add_network
from tests.factories.rounds import open_round
from tests.factories.taxonomy import add_taxonomy
from tests.services.conftest import Country
from tests.services.matched import decided, match_country
from tests.webapp.trusts.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role
from webapp.services import publications
from webapp.services.match_evidence import Reasons
from webapp.services.remedies import Remedy
from webapp.services.request_results import OtherPartner, OwnMatch, OwnResult, Shortfall
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import OfferState
from webapp.store.partners import PartnerKind
from webapp.trusts.presenters import result as pages

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PUBLISHED = datetime(2026, 12, 4, 9, 0, tzinfo=UTC)


def shown(**values):
    given = {"is_published": True, "published_at": PUBLISHED, **values}
    return pages.result_page(OwnResult(**given), {}, round_state="published")


OTHERS = (("Beth", 0.5), ("Cleo", 0.6), ("Abel", 0.7))


def member(name, *others):
    return OwnMatch(
        offer_id=uuid4(),
        offer_state=OfferState.OFFERED,
        lapses_on=date(2026, 12, 11),
        partner_id=uuid4(),
        partner_name=name,
        partner_kind=PartnerKind.EXPERT,
        partner_summary="",
        days=1,
        days_by_month={"2027-01": 1},
        reasons=Reasons(0.5, 1, 2, (), (), (), 1.0, 0.0, 10.0),
        others=others,
    )


class TestPresenter:
    def test_before_publication_it_says_what_is_awaited(self):
        waiting = pages.result_page(OwnResult(is_published=False), {}, round_state="open")
        assert waiting.waiting.startswith("There is no result yet.")
        assert (waiting.published, waiting.matches, waiting.shortfall) == ("", (), None)
        assert pages.result_page(OwnResult(is_published=False), {}, round_state="").waiting == ""

    def test_a_round_in_review_is_not_spoken_of_as_still_open(self):
        waiting = pages.result_page(OwnResult(is_published=False), {}, round_state="in_review").waiting
        assert "people are reviewing them" in waiting
        assert "has closed" not in waiting

    @pytest.mark.parametrize("reason", UnmetReason)
    def test_each_reason_for_no_match_is_a_sentence_with_what_to_do(self, reason):
        remedy = Remedy((Change.ONE_MORE_DAY,), 2, ("P-1",), None, None, None)
        short = Shortfall(6, reason, NextStep.RECRUIT_SKILL, (remedy,), candidates=2)
        page = shown(shortfall=short)
        assert page.published == "Published on 4 December 2026."
        assert page.shortfall.heading == "No partner was found"
        assert page.shortfall.reason.endswith(".")
        assert str(reason) not in page.shortfall.reason
        assert page.shortfall.next_step
        assert page.shortfall.changes == ("one more day from a suitable partner (2 days)",)

    def test_a_decision_of_people_is_said_as_such(self):
        page = shown(shortfall=Shortfall(6, None, None, (), candidates=0))
        assert page.shortfall.reason == "A proposal was made, and the reviewers decided against it."

    def test_part_of_the_days(self):
        match = member("Abel <b>", OtherPartner("Beth", PartnerKind.EXPERT, 0.5))
        page = shown(matches=(match,), shortfall=Shortfall(5, None, None, (), candidates=0))
        (only,) = page.matches
        assert (only.days, only.months) == ("1 day", (("January 2027", "1 day"),))
        assert only.state.endswith("It lapses after 11 December 2026.")
        assert page.others == ("Beth, fit 0.50",)
        assert page.shortfall.heading == "5 days could not be found"

    def test_who_else_was_possible_stands_once_for_a_team(self):
        beth, cleo, abel = (OtherPartner(name, PartnerKind.EXPERT, fit) for name, fit in OTHERS)
        team = (member("Abel", beth, cleo), member("Dan", abel, beth))
        assert shown(matches=team).others == ("Cleo, fit 0.60", "Beth, fit 0.50")


@pytest.fixture
def published(database, app, signed_in):
    """R-1 approved and R-2 rejected, published: the two leads signed in, by their request's address."""
    with database.unit(writing=True, request_id="country") as unit:
        organisations = add_network(unit.session)
        add_taxonomy(unit.session)
        held_in = open_round(unit)
        ids = {code: row.id for code, row in organisations.items()}
    leads = [signed_in(Role.TRUST_LEAD, organisation_id=ids[code]) for code in ("T1", "T2")]
    national = [signed_in(role).actor for role in [Role.NATIONAL_REVIEWER] * 2 + [Role.NATIONAL_ADMIN] * 2]
    unit = database.unit(writing=True, request_id="matching")
    people = Country(organisations, held_in, leads[0].actor, leads[0].actor, leads[1].actor, *national)
    matched = match_country(database, unit, people)
    with database.unit(writing=True, request_id="publishing") as unit:
        for reference, kind in (("R-1", DecisionKind.APPROVE), ("R-2", DecisionKind.REJECT)):
            decided(unit, people.reviewer, matched.matches[reference], kind)
        row = publications.propose(unit, actor=people.admin, run_id=matched.run_id)
        publications.confirm(
            unit, actor=people.second_admin, publication_id=row.id, expected_version=row.version
        )
        requests = [
            unit.session.get_one(ProposedMatch, matched.matches[each]).request_id for each in ("R-1", "R-2")
        ]
    return [(lead, f"/requests/{request_id}") for lead, request_id in zip(leads, requests, strict=True)]


@ONE_ENGINE
class TestPublishedPage:
    def test_each_reads_its_own_with_reasons_and_at_a_bounded_cost(self, published):
        (first, path), (second, other_path) = published
        page = first.get(path)
        assert (page.status, page.page.select_one("main .nhsuk-tag").get_text(strip=True)) == (200, "Matched")
        for words in ("Published on 2 November 2026.", "Why this partner", "4 days", "It lapses after"):
            assert words in page.text, words
        assert page.page.select_one("main figure[aria-label]")
        assert "Looked at with the region" not in page.text  # the reviewers' own words stay with them
        short = second.get(other_path)
        assert "No partner was found" in short.text
        assert "the reviewers decided against it" in short.text
        for visit in (page, short):
            assert visit.queries <= MOST_QUERIES
            assert len(visit.response.get_data()) < MOST_BYTES
        assert second.get(path).status == 404
