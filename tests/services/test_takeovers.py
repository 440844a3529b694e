"""After a merger: the successor's people act on what was open, and the old code stays in the history."""

from __future__ import annotations

from datetime import date

import pytest

from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted, whole_draft
from tests.services.conftest import Country
from webapp.services import request_lists, support_requests, takeovers
from webapp.store.rounds import points_spent
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def merge(country: Country, unit: UnitOfWork) -> None:
    """T2 closes, T1 follows it."""
    former = country.organisations["T2"]
    former.close_date, former.successor_code = date(2026, 11, 1), "T1"
    unit.flush()


class TestTakingOver:
    def test_open_requests_become_the_successors(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.other_lead, rank=2, severity=3)
        draft = whole_draft(unit, country.other_lead, title="Not sent yet")
        before = len(unit.audit_entries)
        merge(country, unit)
        assert takeovers.take_over_due(unit, actor=JOB) == 2
        assert len(unit.audit_entries) == before + 2
        t1, t2 = country.organisations["T1"].id, country.organisations["T2"].id
        assert {row.requester_id, row.beneficiary_id, draft.requester_id} == {t1}
        assert (row.state, row.rank) == (RequestState.SUBMITTED, 2)
        spent = [points_spent(unit.session, country.round.id, each) for each in (t1, t2)]
        assert spent == [3, 0]
        page = request_lists.request_page(unit, actor=country.lead, request_id=row.id)
        unit.session.refresh(page, ["takeovers"])
        assert [each.former.code for each in page.takeovers] == ["T2"]
        support_requests.withdraw(
            unit, actor=country.lead, request_id=row.id, reason="", expected_version=row.version
        )

    def test_a_second_time_it_changes_nothing(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.other_lead)
        merge(country, unit)
        assert [takeovers.take_over_due(unit, actor=JOB) for _ in range(2)] == [1, 0]

    def test_a_place_that_is_taken_gives_way_to_a_free_one(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.lead, rank=1, severity=2)
        row = submitted(unit, country.other_lead, rank=1, severity=2)
        merge(country, unit)
        takeovers.take_over_due(unit, actor=JOB)
        assert (row.requester_id, row.rank) == (country.lead.organisation_id, 2)

    def test_without_room_it_stays_as_it_is(self, unit: UnitOfWork, country: Country) -> None:
        """Three places, or six points: nothing is withdrawn behind anybody's back."""
        submitted(unit, country.lead, rank=1, severity=4)
        row = submitted(unit, country.other_lead, rank=1, severity=3)
        merge(country, unit)
        assert takeovers.take_over_due(unit, actor=JOB) == 0
        assert row.requester_id == country.other_lead.organisation_id
        assert points_spent(unit.session, country.round.id, row.requester_id) == 3


@ONE_ENGINE
class TestWhen:
    def test_not_before_it_has_closed_and_not_without_a_successor(
        self, unit: UnitOfWork, country: Country
    ) -> None:
        submitted(unit, country.other_lead)
        former = country.organisations["T2"]
        for closes, successor in ((date(2026, 12, 1), "T1"), (date(2026, 11, 1), None)):
            former.close_date, former.successor_code = closes, successor
            unit.flush()
            assert takeovers.take_over_due(unit, actor=JOB) == 0

    def test_what_was_withdrawn_keeps_its_old_code(self, unit: UnitOfWork, country: Country) -> None:
        row = submitted(unit, country.other_lead)
        support_requests.withdraw(
            unit, actor=country.other_lead, request_id=row.id, reason="", expected_version=row.version
        )
        merge(country, unit)
        assert takeovers.take_over_due(unit, actor=JOB) == 0

    def test_a_request_for_the_closed_body_is_for_its_successor_then(
        self, unit: UnitOfWork, country: Country
    ) -> None:
        row = submitted(unit, country.other_lead)
        row.requester_id = country.organisations["B1"].id
        unit.flush()
        merge(country, unit)
        takeovers.take_over_due(unit, actor=JOB)
        assert row.requester_id == country.organisations["B1"].id
        assert row.beneficiary_id == country.organisations["T1"].id
