"""Letters: the same before and after publication, in each reader's words, for those whom they concern alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.test_roll_backs import again
from webapp.authority.matrix import AccessDenied
from webapp.services import letters
from webapp.services.failures import NotFound
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer
from webapp.store.unit_of_work import UnitOfWork
from webapp.ui import letters as shown

LABELS = {"UEC-FLO-DIS": "Planning discharge"}


def words(letter: shown.LetterShown) -> str:
    parts = [line for part in letter.parts for line in (part.heading, *part.lines, *part.points)]
    return " ".join((letter.title, letter.to, letter.date, *parts))


def publish(unit: UnitOfWork, country: Country, matched: Matched) -> None:
    decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.APPROVE)
    decided(unit, country.reviewer, matched.matches["R-2"], DecisionKind.REJECT)
    again(unit, country, matched)


class TestOfAMatch:
    def test_the_preview_says_what_both_sides_will_read(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        before = letters.of_match(unit, actor=country.reviewer, match_id=matched.matches["R-1"])
        assert "Preview: not sent yet" in words(shown.to_requester(before, LABELS))
        publish(unit, country, matched)
        offer = unit.session.scalars(select(Offer)).one()
        after = letters.of_offer(unit, actor=country.lead, offer_id=offer.id, to_partner=False)
        said = words(shown.to_requester(after, LABELS))
        assert "by 9 November 2026" in said
        assert "Planning discharge" in said
        assert (after.days_by_month, after.reasons, after.others) == (
            before.days_by_month,
            before.reasons,
            before.others,
        )
        assert "never counted against you" in words(shown.to_partner(after, LABELS))

    def test_only_its_sides_and_the_national_team_read_it(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        publish(unit, country, matched)
        offer = unit.session.scalars(select(Offer)).one()
        with pytest.raises(AccessDenied):
            letters.of_offer(unit, actor=country.other_lead, offer_id=offer.id, to_partner=False)
        with pytest.raises(AccessDenied):
            letters.of_offer(unit, actor=country.lead, offer_id=offer.id, to_partner=True)
        with pytest.raises(AccessDenied):
            letters.of_match(unit, actor=country.lead, match_id=offer.match_id)


class TestOfNothing:
    def test_people_who_decided_against_it_are_named_as_the_reason(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        request_id = unit.session.get_one(ProposedMatch, matched.matches["R-2"]).request_id
        with pytest.raises(NotFound):
            letters.of_own_request(unit, actor=country.other_lead, request_id=request_id)
        publish(unit, country, matched)
        said = words(
            shown.to_unmet(letters.of_own_request(unit, actor=country.other_lead, request_id=request_id))
        )
        assert "no support partner was found" in said
        assert "A reviewer looked at the match and decided against it." in said
        assert "Ask again in the next round" in said
        with pytest.raises(AccessDenied):
            letters.of_own_request(unit, actor=country.lead, request_id=request_id)

    def test_a_request_with_all_its_days_has_no_such_letter(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = unit.session.get_one(ProposedMatch, matched.matches["R-1"])
        with pytest.raises(NotFound):
            letters.of_unmet(unit, actor=country.reviewer, run_id=matched.run_id, request_id=row.request_id)
