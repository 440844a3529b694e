"""Publishing: two people, every pair asked again, days promised once, results seen only afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import (
    capacity,
    offer_lists,
    partner_proposals,
    publications,
    request_results,
    runs,
    snapshot,
    support_requests,
)
from webapp.services.capacity import DaysDeclared, month_name
from webapp.services.failures import NotAllowedNow, Rejected
from webapp.services.policies import settings_of
from webapp.services.runs import RunOrder
from webapp.store.capacity import CapacityMonth, commit_days
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState
from webapp.store.outbox import OutboxMessage
from webapp.store.publications import Publication
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import RequestState, SupportRequest
from webapp.store.unit_of_work import UnitOfWork


def approve_one_reject_one(unit: UnitOfWork, country: Country, matched: Matched) -> None:
    decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.APPROVE)
    decided(unit, country.reviewer, matched.matches["R-2"], DecisionKind.REJECT)


def proposed(unit: UnitOfWork, country: Country, matched: Matched) -> Publication:
    approve_one_reject_one(unit, country, matched)
    return publications.propose(unit, actor=country.admin, run_id=matched.run_id)


def published(unit: UnitOfWork, country: Country, matched: Matched) -> Publication:
    row = proposed(unit, country, matched)
    return publications.confirm(
        unit, actor=country.second_admin, publication_id=row.id, expected_version=row.version
    )


class TestProposal:
    def test_every_match_must_have_been_decided(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.APPROVE)
        state = publications.readiness(unit, actor=country.reviewer, run_id=matched.run_id)
        assert state.hindrances == ("1 match has no decision yet.",)
        with pytest.raises(NotAllowedNow):
            publications.propose(unit, actor=country.reviewer, run_id=matched.run_id)

    def test_decisions_rest_while_it_waits(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = proposed(unit, country, matched)
        with pytest.raises(NotAllowedNow):
            decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.HOLD)
        with pytest.raises(NotAllowedNow):
            publications.propose(unit, actor=country.reviewer, run_id=matched.run_id)
        publications.refuse(
            unit, actor=country.second_admin, publication_id=row.id, expected_version=row.version
        )
        assert publications.of_run(unit, actor=country.admin, run_id=matched.run_id) is None


class TestConfirmation:
    def test_another_administrator_confirms(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = proposed(unit, country, matched)
        for actor, failure in ((country.admin, NotAllowedNow), (country.reviewer, AccessDenied)):
            with pytest.raises(failure):
                publications.confirm(unit, actor=actor, publication_id=row.id, expected_version=row.version)

    def test_offers_days_requests_and_messages_come_together(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        published(unit, country, matched)
        offer = unit.session.scalars(select(Offer)).one()
        assert (offer.offered_on, offer.lapses_on) == (date(2026, 11, 2), date(2026, 11, 9))
        rows = unit.session.scalars(select(CapacityMonth).where(CapacityMonth.committed_days > 0))
        promised = {row.month: row.committed_days for row in rows if row.partner_id == offer.partner_id}
        assert promised == offer.match.days_by_month
        states = {row.reference: row.state for row in unit.session.scalars(select(SupportRequest))}
        assert states == {"R-1": RequestState.MATCHED, "R-2": RequestState.UNMATCHED}
        kinds = sorted(row.kind for row in unit.session.scalars(select(OutboxMessage)))
        receipts = ["request.submitted"] * 2
        assert kinds == ["offer.to_partner", "offer.to_requester", *receipts, "result.unmatched"]
        assert unit.session.get_one(Round, matched.round_id).state is RoundState.PUBLISHED

    def test_days_that_are_gone_stop_all_of_it(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = proposed(unit, country, matched)
        match = unit.session.get_one(ProposedMatch, matched.matches["R-1"])
        month = next(iter(match.days_by_month))
        assert commit_days(unit.session, match.partner_id, {month: 2}) is None
        with pytest.raises(Rejected, match=f"too few days are left in {month_name(month)}"):
            publications.confirm(
                unit, actor=country.second_admin, publication_id=row.id, expected_version=row.version
            )
        assert unit.session.scalars(select(Offer)).all() == []
        assert unit.session.get_one(Round, matched.round_id).state is RoundState.IN_REVIEW

    def test_a_request_withdrawn_meanwhile_stops_it(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = proposed(unit, country, matched)
        request = unit.session.get_one(ProposedMatch, matched.matches["R-1"]).request
        support_requests.withdraw(
            unit, actor=country.lead, request_id=request.id, reason="", expected_version=request.version
        )
        with pytest.raises(Rejected, match="withdrawn"):
            publications.confirm(
                unit, actor=country.second_admin, publication_id=row.id, expected_version=row.version
            )


class TestAfterwards:
    def test_requesters_read_their_own_result_only_then(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        request = unit.session.get_one(ProposedMatch, matched.matches["R-1"]).request
        before = request_results.own_result(unit, actor=country.member, request_id=request.id)
        assert not before.is_published
        published(unit, country, matched)
        result = request_results.own_result(unit, actor=country.member, request_id=request.id)
        assert (len(result.matches), result.shortfall, result.matches[0].days) == (1, None, 4)
        assert sum(part.points for part in result.matches[0].reasons.parts) <= 1
        with pytest.raises(AccessDenied):
            request_results.own_result(unit, actor=country.other_lead, request_id=request.id)

    def test_the_other_reads_what_it_lacks(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        request = unit.session.get_one(ProposedMatch, matched.matches["R-2"]).request
        published(unit, country, matched)
        result = request_results.own_result(unit, actor=country.other_lead, request_id=request.id)
        assert result.shortfall is not None
        assert (result.matches, result.shortfall.days_short, result.shortfall.reason) == ((), 4, None)

    def test_the_partner_sees_what_is_put_to_it(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        published(unit, country, matched)
        offer = unit.session.scalars(select(Offer)).one()
        expert = replace(country.lead, role=Role.PARTNER_EXPERT, partner_id=offer.partner_id)
        listed = offer_lists.to_partner(unit, actor=expert, partner_id=offer.partner_id)
        assert [each.request.reference for each in listed] == ["R-1"]
        assert not partner_proposals.proposal(unit, actor=expert, offer_id=offer.id).contacts_shown
        stranger = replace(expert, partner_id=country.round.id)
        with pytest.raises(AccessDenied):
            partner_proposals.proposal(unit, actor=stranger, offer_id=offer.id)

    def test_promised_days_cannot_be_taken_back(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        published(unit, country, matched)
        offer = unit.session.scalars(select(Offer)).one()
        month = next(iter(offer.match.days_by_month))
        cell = capacity.grid(unit, actor=JOB, partner_id=offer.partner_id, months=[month])[0]
        with pytest.raises(Rejected) as failure:
            capacity.declare(
                unit,
                actor=JOB,
                partner_id=offer.partner_id,
                days={month: DaysDeclared(0, cell.version)},
            )
        assert failure.value.problems[0].field == month

    def test_a_withdrawal_gives_the_days_back(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        published(unit, country, matched)
        offer = unit.session.scalars(select(Offer)).one()
        request = offer.request
        support_requests.withdraw(
            unit, actor=country.lead, request_id=request.id, reason="", expected_version=request.version
        )
        assert offer.state is OfferState.WITHDRAWN
        held = unit.session.scalars(select(CapacityMonth).where(CapacityMonth.committed_days > 0))
        assert held.all() == []


class TestRunningAgain:
    def test_a_lock_is_kept_and_a_rejected_pair_stays_out(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        locked = unit.session.get_one(ProposedMatch, matched.matches["R-1"])
        out = unit.session.get_one(ProposedMatch, matched.matches["R-2"])
        decided(unit, country.reviewer, locked.id, DecisionKind.LOCK)
        decided(unit, country.reviewer, out.id, DecisionKind.REJECT)
        runs.start(unit, actor=country.reviewer, order=RunOrder(matched.round_id))
        round_ = unit.session.get_one(Round, matched.round_id)
        taken = snapshot.take(
            unit.session, round_, settings_of(round_.policy), as_of=unit.now.date()
        ).snapshot
        assert [(each.partner, each.request) for each in taken.locked] == [(locked.partner.reference, "R-1")]
        assert taken.forbidden == ((out.partner.reference, "R-2"),)
        assert len(taken.previous) == 2
