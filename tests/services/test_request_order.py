"""Putting all of an organisation's requests of a round in order, in one step."""

from __future__ import annotations

import pytest

from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted
from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.services import request_order, request_triage, rounds
from webapp.services.failures import NotAllowedNow, Rejected, StaleVersion
from webapp.services.request_order import Placed, field_of
from webapp.store.support_requests import RequestState, SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@pytest.fixture
def three(unit: UnitOfWork, country: Country) -> tuple[SupportRequest, ...]:
    return tuple(submitted(unit, country.lead, rank=rank, severity=1) for rank in (1, 2, 3))


def places(rows: tuple[SupportRequest, ...], *ranks: int) -> dict[object, Placed]:
    return {row.id: Placed(rank, row.version) for row, rank in zip(rows, ranks, strict=True)}


def test_three_requests_change_places_and_those_that_moved_are_in_the_audit(
    unit: UnitOfWork, country: Country, three: tuple[SupportRequest, ...]
) -> None:
    heard = len(unit.audit_entries)
    moved = request_order.put(unit, actor=country.lead, places=places(three, 3, 2, 1))
    assert [row.rank for row in three] == [3, 2, 1]
    assert set(moved) == {three[0], three[2]}
    assert {row.state for row in three} == {RequestState.SUBMITTED}
    assert {entry.subject_id for entry in unit.audit_entries[heard:]} == {
        str(three[0].id),
        str(three[2].id),
    }
    assert len(unit.audit_entries) == heard + 2


def test_a_returned_request_keeps_being_returned(
    unit: UnitOfWork, country: Country, three: tuple[SupportRequest, ...]
) -> None:
    request_triage.return_for_more(
        unit,
        actor=country.reviewer,
        request_id=three[0].id,
        reason="Which?",
        expected_version=three[0].version,
    )
    request_order.put(unit, actor=country.lead, places=places(three, 2, 3, 1))
    assert [row.rank for row in three] == [2, 3, 1]
    assert three[0].state is RequestState.RETURNED


def test_a_place_given_twice_is_said_where_it_is_given_again(
    unit: UnitOfWork, country: Country, three: tuple[SupportRequest, ...]
) -> None:
    with pytest.raises(Rejected) as failure:
        request_order.put(unit, actor=country.lead, places=places(three, 1, 1, 4))
    assert [problem.field for problem in failure.value.problems] == [field_of(row.id) for row in three[1:]]
    assert [row.rank for row in three] == [1, 2, 3]


def test_an_order_made_from_an_older_page_is_refused(
    unit: UnitOfWork, country: Country, three: tuple[SupportRequest, ...]
) -> None:
    seen = places(three, 2, 1, 3)
    request_order.put(unit, actor=country.lead, places=seen)
    with pytest.raises(StaleVersion):
        request_order.put(unit, actor=country.lead, places=seen)
    with pytest.raises(StaleVersion):
        request_order.put(unit, actor=country.lead, places=places(three[:2], 2, 1))


def test_only_a_lead_and_only_while_the_round_is_open(
    unit: UnitOfWork, country: Country, three: tuple[SupportRequest, ...]
) -> None:
    with pytest.raises(AccessDenied):
        request_order.put(unit, actor=country.member, places=places(three, 2, 1, 3))
    rounds.close(unit, actor=JOB, round_id=country.round.id, expected_version=country.round.version)
    with pytest.raises(NotAllowedNow):
        request_order.put(unit, actor=country.lead, places=places(three, 2, 1, 3))
