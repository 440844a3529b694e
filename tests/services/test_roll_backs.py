"""Rolling back: offers end, days are free, the round is in review again; never once a side has accepted."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from webapp.authority.matrix import AccessDenied
from webapp.services import offers, publications, request_results, roll_backs
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.store.capacity import CapacityMonth
from webapp.store.decisions import DecisionKind
from webapp.store.offers import Offer, OfferState
from webapp.store.outbox import OutboxMessage
from webapp.store.publications import Publication, PublicationState
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import RequestState, SupportRequest
from webapp.store.unit_of_work import Database, UnitOfWork


def published(unit: UnitOfWork, country: Country, matched: Matched) -> Publication:
    """One match approved, one rejected, published by two."""
    for reference, kind in (("R-1", DecisionKind.APPROVE), ("R-2", DecisionKind.REJECT)):
        decided(unit, country.reviewer, matched.matches[reference], kind)
    return again(unit, country, matched)


def again(unit: UnitOfWork, country: Country, matched: Matched) -> Publication:
    row = publications.propose(unit, actor=country.admin, run_id=matched.run_id)
    return publications.confirm(
        unit, actor=country.second_admin, publication_id=row.id, expected_version=row.version
    )


def rolled_back(unit: UnitOfWork, country: Country, row: Publication) -> Publication:
    return roll_backs.roll_back(
        unit,
        actor=country.reviewer,
        publication_id=row.id,
        reason="Two trusts were mixed up",
        expected_version=row.version,
    )


class TestRollBack:
    def test_everything_is_as_before_and_both_sides_hear(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = rolled_back(unit, country, published(unit, country, matched))
        assert (row.state, row.rolled_back_by) == (PublicationState.ROLLED_BACK, country.reviewer.user_id)
        assert unit.session.scalars(select(Offer.state)).all() == [OfferState.ROLLED_BACK]
        assert not any(unit.session.scalars(select(CapacityMonth.committed_days)))
        states = set(unit.session.scalars(select(SupportRequest.state)))
        assert states == {RequestState.SUBMITTED}
        assert unit.session.get_one(Round, matched.round_id).state is RoundState.IN_REVIEW
        request_id = unit.session.scalars(
            select(SupportRequest.id).order_by(SupportRequest.reference)
        ).first()
        assert request_id is not None
        result = request_results.own_result(unit, actor=country.lead, request_id=request_id)
        assert not result.is_published
        kinds = [each for each in unit.session.scalars(select(OutboxMessage.kind)) if "taken_back" in each]
        assert sorted(kinds) == [
            "offer.taken_back.partner",
            "offer.taken_back.requester",
            "offer.taken_back.requester",
        ]

    def test_the_same_run_can_be_published_anew(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        rolled_back(unit, country, published(unit, country, matched))
        again(unit, country, matched)
        states = sorted(unit.session.scalars(select(Offer.state)))
        assert states == [OfferState.OFFERED, OfferState.ROLLED_BACK]

    def test_it_needs_a_reason_and_a_right(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = published(unit, country, matched)
        given = {"publication_id": row.id, "expected_version": row.version}
        with pytest.raises(Rejected):
            roll_backs.roll_back(unit, actor=country.reviewer, reason=" ", **given)
        with pytest.raises(AccessDenied):
            roll_backs.roll_back(unit, actor=country.lead, reason="No", **given)

    def test_once_a_side_has_accepted_it_is_too_late(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = published(unit, country, matched)
        accepted(unit, country, *the_offer(unit))
        with pytest.raises(NotAllowedNow, match="has been accepted by a side"):
            rolled_back(unit, country, row)

    def test_an_acceptance_and_a_roll_back_at_once_leave_one_of_them(
        self, database: Database, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        row = published(unit, country, matched)
        publication_id, version, offer = row.id, row.version, the_offer(unit)
        unit.commit()
        unit.close()
        barrier, done = threading.Barrier(2), []

        def act(name: str) -> None:
            barrier.wait()
            try:
                with database.unit(writing=True) as own:
                    if name == "accept":
                        accepted(own, country, *offer)
                    else:
                        roll_backs.roll_back(
                            own,
                            actor=country.reviewer,
                            publication_id=publication_id,
                            reason="Mixed up",
                            expected_version=version,
                        )
                done.append(name)
            except (NotAllowedNow, NotFound, StaleVersion, StaleDataError):
                pass

        threads = [threading.Thread(target=act, args=(name,)) for name in ("accept", "roll back")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(done) == 1
        with database.unit(writing=False) as reading:
            offer = reading.session.scalars(select(Offer)).one()
            promised = sum(reading.session.scalars(select(CapacityMonth.committed_days)))
            wanted = {"accept": offer.match.days, "roll back": 0}[done[0]]
            assert (offer.state is OfferState.ROLLED_BACK, promised) == (done == ["roll back"], wanted)


def accepted(unit: UnitOfWork, country: Country, offer_id: UUID, version: int) -> None:
    offers.accept(unit, actor=country.lead, offer_id=offer_id, expected_version=version)


def the_offer(unit: UnitOfWork) -> tuple[UUID, int]:
    offer = unit.session.scalars(select(Offer)).one()
    return offer.id, offer.version
