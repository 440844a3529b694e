"""Deciding on matches: one decision in force, with a reason, by somebody who belongs to neither side."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import UUID

import pytest

from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from webapp.authority.matrix import AccessDenied
from webapp.services import decisions, interests, match_pages, review, work_lists
from webapp.services.decisions import Verdict
from webapp.services.failures import Rejected, StaleVersion
from webapp.services.interests import InterestDeclared
from webapp.services.paging import Paging
from webapp.services.work_lists import MatchFilter, MatchOrder
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.partners import InterestKind, PartnerState
from webapp.store.unit_of_work import Database, UnitOfWork


class TestDecide:
    def test_an_approval_counts_and_is_told(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.APPROVE)
        page = match_pages.match_page(unit, actor=country.admin, match_id=matched.matches["R-1"])
        assert page.in_force is not None
        assert (page.in_force.kind, page.past[0].by) == (DecisionKind.APPROVE, country.reviewer.name)
        progress = review.progress(unit, actor=country.admin, run_id=matched.run_id)
        assert (progress.by_kind, progress.undecided) == ({DecisionKind.APPROVE: 1}, 1)

    def test_a_reason_is_required(self, unit: UnitOfWork, country: Country, matched: Matched) -> None:
        with pytest.raises(Rejected) as failure:
            decisions.decide(
                unit,
                actor=country.reviewer,
                match_id=matched.matches["R-1"],
                verdict=Verdict(DecisionKind.REJECT, "  \n"),
            )
        assert failure.value.problems[0].field == "reason"

    def test_the_second_reviewer_must_have_seen_the_first(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        match_id = matched.matches["R-1"]
        first = decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
        with pytest.raises(StaleVersion):
            decided(unit, country.second_reviewer, match_id, DecisionKind.REJECT)
        second = decided(unit, country.second_reviewer, match_id, DecisionKind.REJECT, seen=first.id)
        assert second.supersedes_id == first.id

    def test_a_reviewer_of_either_side_is_refused(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        for code in ("T1", "T3"):
            own = replace(country.reviewer, organisation_id=country.organisations[code].id)
            with pytest.raises(AccessDenied):
                decided(unit, own, matched.matches["R-1"], DecisionKind.APPROVE)

    def test_requesters_and_partners_may_not(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        with pytest.raises(AccessDenied):
            decided(unit, country.lead, matched.matches["R-1"], DecisionKind.APPROVE)
        with pytest.raises(AccessDenied):
            match_pages.match_page(unit, actor=country.lead, match_id=matched.matches["R-1"])

    def test_an_interest_declared_since_the_run_bars_approval(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        partner = unit.session.get_one(ProposedMatch, matched.matches["R-1"]).partner
        declared = (InterestDeclared(country.organisations["T1"].id, InterestKind.FAMILY),)
        interests.declare_interests(
            unit, actor=JOB, partner_id=partner.id, interests=declared, expected_version=partner.version
        )
        with pytest.raises(Rejected):
            decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.APPROVE)
        decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.REJECT)

    def test_two_at_once_leave_one_decision(
        self, database: Database, country: Country, matched: Matched
    ) -> None:
        barrier, outcomes = threading.Barrier(2), []

        def decide(kind: DecisionKind) -> None:
            barrier.wait()
            try:
                with database.unit(writing=True) as unit:
                    decided(unit, country.reviewer, matched.matches["R-1"], kind)
                outcomes.append("stood")
            except StaleVersion:
                outcomes.append("refused")

        kinds = (DecisionKind.APPROVE, DecisionKind.REJECT)
        threads = [threading.Thread(target=decide, args=(kind,)) for kind in kinds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["refused", "stood"]


class TestWorkList:
    @pytest.mark.parametrize("order", list(MatchOrder))
    def test_every_order_and_filter(
        self, unit: UnitOfWork, country: Country, matched: Matched, order: MatchOrder
    ) -> None:
        decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.HOLD)

        def listed(**values: object) -> list[str]:
            wanted = MatchFilter(order=order, **values)
            page = work_lists.work_list(
                unit, actor=country.reviewer, run_id=matched.run_id, wanted=wanted, paging=Paging()
            )
            return sorted(row.match.request.reference for row in page.rows)

        assert listed() == ["R-1", "R-2"]
        assert listed(decision="undecided") == ["R-2"]
        assert listed(decision="hold", region_code="Y1", priority_code="UEC", text="r-1") == ["R-1"]
        assert listed(text="%") == []

    def test_what_needs_judgement_comes_first_and_the_next_follows_in_that_order(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        first, second = matched.matches["R-2"], matched.matches["R-1"]
        unit.session.get_one(ProposedMatch, first).partner.state = PartnerState.PAUSED
        unit.flush()

        def next_after(match_id: UUID | None) -> UUID | None:
            return work_lists.next_undecided(
                unit, actor=country.reviewer, run_id=matched.run_id, wanted=MatchFilter(), after=match_id
            )

        page = work_lists.work_list(
            unit, actor=country.reviewer, run_id=matched.run_id, wanted=MatchFilter(), paging=Paging()
        )
        assert [(row.match.id, row.is_stale) for row in page.rows] == [(first, True), (second, False)]
        assert [next_after(None), next_after(first), next_after(second)] == [first, second, first]
        decided(unit, country.reviewer, first, DecisionKind.REJECT)
        assert [next_after(first), next_after(second)] == [second, None]

    def test_ones_own_organisation_is_left_for_somebody_else(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        own = replace(country.reviewer, organisation_id=country.organisations["T1"].id)
        found = work_lists.next_undecided(
            unit, actor=own, run_id=matched.run_id, wanted=MatchFilter(), after=None
        )
        assert found == matched.matches["R-2"]

    def test_a_decision_can_be_opened_again(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        match_id = matched.matches["R-1"]
        with pytest.raises(Rejected):
            decided(unit, country.reviewer, match_id, DecisionKind.REOPEN)
        first = decided(unit, country.reviewer, match_id, DecisionKind.REJECT)
        decided(unit, country.second_reviewer, match_id, DecisionKind.REOPEN, seen=first.id)
        progress = review.progress(unit, actor=country.admin, run_id=matched.run_id)
        assert (progress.by_kind, progress.undecided) == ({}, 2)
