"""Policies set by two people, and rounds that move only along their table."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tests.factories.policies import draft
from tests.factories.rounds import JOB, plan
from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.services import policies, rounds
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.services.paging import Paging
from webapp.services.policies import ServiceRules
from webapp.store.policies import PolicyState
from webapp.store.rounds import RoundState
from webapp.store.unit_of_work import UnitOfWork

ABSURD = [2**62, -1, 0, float("nan"), float("inf"), True, "1", None]


class TestPolicies:
    def test_another_person_confirms(self, unit: UnitOfWork, country: Country) -> None:
        row = policies.propose(unit, actor=country.admin, draft=draft(unit))
        with pytest.raises(NotAllowedNow):
            policies.decide(
                unit, actor=country.admin, policy_id=row.id, confirm=True, expected_version=row.version
            )
        policies.decide(
            unit, actor=country.second_admin, policy_id=row.id, confirm=True, expected_version=row.version
        )
        assert (row.state, policies.in_force(unit)) == (PolicyState.CONFIRMED, row)
        with pytest.raises(NotAllowedNow):
            policies.decide(
                unit,
                actor=country.second_admin,
                policy_id=row.id,
                confirm=False,
                expected_version=row.version,
            )

    @pytest.mark.parametrize("weight", ABSURD)
    def test_absurd_weights_are_refused(self, unit: UnitOfWork, country: Country, weight: object) -> None:
        parameters = policies.plain_parameters(unit)
        parameters["priorities"][0]["weight"] = weight
        with pytest.raises(Rejected) as failure:
            policies.propose(unit, actor=country.admin, draft=draft(unit, parameters=parameters))
        assert "weight" in str(failure.value.problems[0].field)

    def test_all_that_is_wrong_is_said(self, unit: UnitOfWork, country: Country) -> None:
        parameters = {**policies.plain_parameters(unit), "ladder": ["luck"], "unknown": 1}
        with pytest.raises(Rejected) as failure:
            policies.propose(
                unit, actor=country.admin, draft=draft(unit, parameters=parameters, name="", reason="")
            )
        assert {"name", "reason"} <= {problem.field for problem in failure.value.problems}

    def test_the_services_own_rules_have_bounds(self, unit: UnitOfWork, country: Country) -> None:
        with pytest.raises(Rejected):
            policies.propose(
                unit, actor=country.admin, draft=draft(unit, rules=ServiceRules(beneficiary_cap=0))
            )

    def test_a_reviewer_may_only_read(self, unit: UnitOfWork, country: Country) -> None:
        with pytest.raises(AccessDenied):
            policies.propose(unit, actor=country.reviewer, draft=draft(unit))
        assert policies.versions(unit, actor=country.reviewer)


class TestRounds:
    def test_one_round_is_open_at_a_time(self, unit: UnitOfWork, country: Country) -> None:
        second = rounds.create(unit, actor=country.reviewer, plan=plan(country.round.policy_id))
        with pytest.raises(NotAllowedNow, match="Another round"):
            rounds.open_round(
                unit, actor=country.reviewer, round_id=second.id, expected_version=second.version
            )
        assert rounds.taking_requests(unit) is country.round

    def test_it_moves_along_its_table(self, unit: UnitOfWork, country: Country) -> None:
        row = country.round
        with pytest.raises(NotAllowedNow):
            rounds.end(unit, actor=country.reviewer, round_id=row.id, expected_version=row.version)
        rounds.close(unit, actor=country.reviewer, round_id=row.id, expected_version=row.version)
        rounds.open_round(unit, actor=country.reviewer, round_id=row.id, expected_version=row.version)
        assert row.state is RoundState.OPEN

    def test_an_old_version_is_refused(self, unit: UnitOfWork, country: Country) -> None:
        with pytest.raises(StaleVersion):
            rounds.close(unit, actor=JOB, round_id=country.round.id, expected_version=1)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", " "),
            ("closes_on", date(2026, 10, 1)),
            ("horizon_months", 25),
            ("first_month", "2027-13"),
            ("first_month", "2026-10"),
            ("policy_id", uuid4()),
        ],
    )
    def test_bad_plans_come_back_by_field(
        self, unit: UnitOfWork, country: Country, field: str, value: object
    ) -> None:
        wanted = {"policy_id": country.round.policy_id, field: value}
        with pytest.raises(Rejected) as failure:
            rounds.create(unit, actor=country.reviewer, plan=plan(**wanted))
        assert failure.value.problems[0].field == field

    def test_found_by_number_or_identifier(self, unit: UnitOfWork, country: Country) -> None:
        row = country.round
        for name in (str(row.number), str(row.id)):
            assert rounds.find(unit, actor=country.reviewer, name=name) is row
        with pytest.raises(NotFound):
            rounds.find(unit, actor=country.reviewer, name="last")
        assert rounds.listing(unit, actor=country.reviewer, paging=Paging()).total == 1
