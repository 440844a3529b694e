"""Repairs: events are read from rows, one run is solved around what stands, only what is new is decided on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.published import decline, offer_for, publish
from tests.services.solvers import in_process
from webapp.authority.matrix import AccessDenied
from webapp.services import (
    publications,
    repair_history,
    repairs,
    review,
    run_execution,
    run_replay,
    support_requests,
)
from webapp.services.failures import NotAllowedNow
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.offers import Offer, OfferState
from webapp.store.partners import Interest, InterestKind, PartnerState
from webapp.store.rounds import ROUND_TRANSITIONS, Round, RoundState
from webapp.store.runs import Run, RunKind, RunState
from webapp.store.support_requests import RequestState, SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork


def match_of(unit: UnitOfWork, run_id: UUID, reference: str) -> ProposedMatch:
    """The one match that a run proposes for a request."""
    query = select(ProposedMatch).where(ProposedMatch.run_id == run_id).join(ProposedMatch.request)
    return unit.session.scalars(query.where(SupportRequest.reference == reference)).one()


@dataclass
class Published:
    """A published round of two matches, both offered; P-3 has room."""

    round_id: object
    run_id: object


@pytest.fixture
def published(database: Database, unit: UnitOfWork, country: Country, matched: Matched) -> Published:
    for match_id in matched.matches.values():
        decided(unit, country.reviewer, match_id, DecisionKind.APPROVE)
    publish(unit, country, matched.run_id)
    return Published(matched.round_id, matched.run_id)


def repaired(database: Database, unit: UnitOfWork, published: Published) -> Run:
    """Queue what the rows ask for, solve it, and come back with the run."""
    row = repairs.queue(unit, actor=JOB, round_id=published.round_id)
    assert row is not None
    run_id = row.id
    unit.commit()
    unit.close()
    assert run_execution.execute(database, run_id, solver=in_process) is RunState.FINISHED
    return unit.session.get_one(Run, run_id)


def pairs_of(unit: UnitOfWork, run_id) -> dict[str, str]:
    rows = unit.session.scalars(select(ProposedMatch).where(ProposedMatch.run_id == run_id))
    return {row.request.reference: row.partner.reference for row in rows}


def state_of(unit: UnitOfWork, published: Published) -> RoundState:
    return unit.session.get_one(Round, published.round_id, populate_existing=True).state


class TestWhatCallsForOne:
    def test_nothing_happened(self, unit: UnitOfWork, country: Country, published: Published) -> None:
        assert repairs.queue(unit, actor=JOB, round_id=published.round_id) is None
        with pytest.raises(NotAllowedNow):
            repairs.ask(unit, actor=country.reviewer, round_id=published.round_id)

    def test_a_round_that_is_not_published_is_not_repaired(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        assert repairs.queue(unit, actor=JOB, round_id=matched.round_id) is None
        with pytest.raises(NotAllowedNow):
            repairs.ask(unit, actor=country.reviewer, round_id=matched.round_id)

    def test_an_offer_that_ended(self, unit: UnitOfWork, published: Published) -> None:
        offer_for(unit, "R-1").state = OfferState.LAPSED
        row = repairs.queue(unit, actor=JOB, round_id=published.round_id)
        assert row is not None
        assert row.kind is RunKind.REPAIR
        assert row.repairs_id == published.run_id

    def test_a_partner_that_pauses(self, unit: UnitOfWork, country: Country, published: Published) -> None:
        partner = offer_for(unit, "R-1").partner
        partner.state = PartnerState.PAUSED
        found = repair_history.of_round(unit, actor=country.reviewer, round_id=published.round_id)
        assert [each.event.code for each in found.waiting] == ["partner_paused"]

    def test_a_conflict_declared_later(
        self, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        offer = offer_for(unit, "R-1")
        offer.partner.interests.append(
            Interest(
                organisation_id=offer.request.beneficiary_id,
                kind=InterestKind.FINANCIAL,
                declared_on=unit.now.date(),
                confirmed_on=unit.now.date(),
            )
        )
        unit.flush()
        found = repair_history.of_round(unit, actor=country.reviewer, round_id=published.round_id)
        assert [(each.event.code, each.event.request) for each in found.waiting] == [
            ("conflict_declared", "R-1")
        ]

    def test_a_request_withdrawn_by_its_lead_queues_it_in_the_same_act(
        self, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        row = offer_for(unit, "R-1").request
        support_requests.withdraw(
            unit, actor=country.lead, request_id=row.id, reason="", expected_version=row.version
        )
        assert unit.session.scalar(select(func.count()).where(Run.repairs_id == published.run_id)) == 1

    def test_whoever_asks_twice_gets_the_one_under_way(
        self, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        decline(unit, "R-1")
        first = repairs.queue(unit, actor=country.lead, round_id=published.round_id)
        decline(unit, "R-2")
        again = repairs.ask(unit, actor=country.reviewer, round_id=published.round_id)
        assert first is again
        entries = unit.audit_entries
        assert sum(str(entry.action) == "run.repair" for entry in entries) == 1

    def test_a_lead_may_not_push_the_button(
        self, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        with pytest.raises(AccessDenied):
            repairs.ask(unit, actor=country.lead, round_id=published.round_id)


class TestTheRepair:
    def test_the_next_best_is_proposed_and_the_rest_stands(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        before = pairs_of(unit, published.run_id)
        decline(unit, "R-1")
        run = repaired(database, unit, published)
        after = pairs_of(unit, run.id)
        assert after["R-2"] == before["R-2"]
        assert after["R-1"] not in before.values()
        assert run.is_current
        told = run.summary["repair"]
        assert (told["freed_requests"], told["dropped"], told["added"]) == (1, 0, 1)
        assert state_of(unit, published) is RoundState.REPAIR_REVIEW

    def test_it_replays_to_the_same_bytes(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        decline(unit, "R-1")
        run = repaired(database, unit, published)
        stored = run_replay.stored(unit, actor=JOB, name=str(run.id))
        assert stored.order.repair == run.repair
        assert run_replay.differences(stored, solver=in_process) == ()

    def test_only_what_is_new_is_decided_and_two_people_publish_it(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        decline(unit, "R-1")
        run = repaired(database, unit, published)
        progress = review.progress(unit, actor=country.reviewer, run_id=run.id)
        assert progress.undecided == 1
        rows = unit.session.scalars(select(ProposedMatch).where(ProposedMatch.run_id == run.id))
        by_request = {row.request.reference: row.id for row in rows}
        with pytest.raises(NotAllowedNow):
            decided(unit, country.reviewer, by_request["R-2"], DecisionKind.REJECT)
        decided(unit, country.reviewer, by_request["R-1"], DecisionKind.APPROVE)
        readiness = publications.readiness(unit, actor=country.reviewer, run_id=run.id)
        assert (readiness.offers, readiness.standing, readiness.let_go) == (1, 1, 0)
        publish(unit, country, run.id)
        assert state_of(unit, published) is RoundState.PUBLISHED
        assert offer_for(unit, "R-1").state is OfferState.OFFERED
        assert unit.session.scalar(select(func.count()).select_from(Offer)) == 3
        assert repairs.queue(unit, actor=JOB, round_id=published.round_id) is None

    def test_a_declined_pair_is_never_proposed_again(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        """R-1 declined by its first partner, then by the next best: nobody is left, and it is unmatched."""
        seen = {pairs_of(unit, published.run_id)["R-1"]}
        decline(unit, "R-1")
        run = repaired(database, unit, published)
        new = pairs_of(unit, run.id)["R-1"]
        assert new not in seen
        match = match_of(unit, run.id, "R-1")
        decided(unit, country.reviewer, match.id, DecisionKind.APPROVE)
        publish(unit, country, run.id)
        decline(unit, "R-1")
        run = repaired(database, unit, published)
        assert "R-1" not in pairs_of(unit, run.id)
        publish(unit, country, run.id)
        request = offer_for(unit, "R-1").request
        unit.session.refresh(request)
        assert request.state is RequestState.UNMATCHED

    def test_a_reviewer_who_rejects_the_next_best_can_repair_again(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        decline(unit, "R-1")
        run = repaired(database, unit, published)
        match = match_of(unit, run.id, "R-1")
        decided(unit, country.reviewer, match.id, DecisionKind.REJECT)
        again = repaired(database, unit, published)
        assert again.repairs_id == run.id
        assert "R-1" not in pairs_of(unit, again.id)
        assert state_of(unit, published) is RoundState.REPAIR_REVIEW

    def test_an_offer_that_may_no_longer_stand_is_taken_back_when_the_repair_is_published(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        offer = offer_for(unit, "R-1")
        offer.partner.state = PartnerState.PAUSED
        unit.flush()
        run = repaired(database, unit, published)
        assert offer_for(unit, "R-1").state is OfferState.OFFERED
        match = match_of(unit, run.id, "R-1")
        decided(unit, country.reviewer, match.id, DecisionKind.APPROVE)
        assert publications.readiness(unit, actor=country.reviewer, run_id=run.id).let_go == 1
        publish(unit, country, run.id)
        states = set(unit.session.scalars(select(Offer.state).where(Offer.request_id == offer.request_id)))
        assert states == {OfferState.WITHDRAWN, OfferState.OFFERED}

    def test_what_happens_during_the_solve_is_repaired_after_it(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        decline(unit, "R-1")
        row = repairs.queue(unit, actor=JOB, round_id=published.round_id)
        assert row is not None
        unit.commit()
        unit.close()

        def meanwhile(snapshot, order, watch):
            with database.unit(writing=True) as other:
                decline(other, "R-2")
            return in_process(snapshot, order, watch)

        run_execution.execute(database, row.id, solver=meanwhile)
        following = unit.session.scalars(select(Run).where(Run.state == RunState.QUEUED)).one()
        assert following.repairs_id == row.id

    def test_one_whose_reason_has_gone_ends_without_a_run(
        self, database: Database, unit: UnitOfWork, country: Country, published: Published
    ) -> None:
        partner = offer_for(unit, "R-1").partner
        partner.state = PartnerState.PAUSED
        unit.flush()
        row = repairs.queue(unit, actor=JOB, round_id=published.round_id)
        assert row is not None
        partner.state = PartnerState.ACTIVE
        unit.commit()
        unit.close()
        assert run_execution.execute(database, row.id, solver=in_process) is RunState.CANCELLED
        assert state_of(unit, published) is RoundState.PUBLISHED


class TestStates:
    def test_a_round_goes_from_published_to_the_review_of_a_repair_and_back(self) -> None:
        assert ROUND_TRANSITIONS.allows(RoundState.PUBLISHED, RoundState.REPAIR_REVIEW)
        assert ROUND_TRANSITIONS.allows(RoundState.REPAIR_REVIEW, RoundState.PUBLISHED)
        assert not ROUND_TRANSITIONS.allows(RoundState.REPAIR_REVIEW, RoundState.ENDED)
        assert not ROUND_TRANSITIONS.allows(RoundState.IN_REVIEW, RoundState.REPAIR_REVIEW)
