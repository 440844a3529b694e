"""Scenarios: their changes are made, kept, replayed; one becomes the round's run only by two people."""

from __future__ import annotations

import threading
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from matcher.problem.reserve import Reserve
from matcher.problem.scenario import Changes, MorePartners, WeightFactor
from matcher.problem.snapshot_format import read_snapshot
from tests.factories.accounts import person
from tests.factories.policies import confirmed_policy, draft
from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.solvers import in_process
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import adoptions, comparisons, previews, run_documents, run_execution, run_replay, runs
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, ServiceError
from webapp.services.policies import ServiceRules
from webapp.services.runs import RunOrder
from webapp.services.scenario_changes import changes_of
from webapp.store.adoptions import AdoptionState
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import DocumentKind, Run, RunState
from webapp.store.unit_of_work import Database

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MORE = MorePartners(2, "UEC-FLO-DIS", "Y1", 5)


def solved(database: Database, round_id: UUID, **order: object) -> UUID:
    """A scenario, done."""
    with database.unit(writing=True) as unit:
        actor = person(unit.session, Role.NATIONAL_REVIEWER)
        run_id = runs.start(unit, actor=actor, order=RunOrder(round_id, is_scenario=True, **order)).id
    assert run_execution.execute(database, run_id, solver=in_process) is RunState.FINISHED
    return run_id


def snapshot_of(database: Database, run_id: UUID):
    with database.unit(writing=False) as unit:
        return read_snapshot(run_documents.content(unit.session, run_id, DocumentKind.SNAPSHOT))


class TestChanges:
    def test_they_are_made_kept_and_replayed(self, database: Database, matched: Matched) -> None:
        changes = Changes(
            weights=(WeightFactor("UEC", 2.0),),
            without=("P-1",),
            more=(MORE,),
            region_floor=0.3,
            ladder=("value", "mandated"),
        )
        run_id = solved(database, matched.round_id, changes=changes)
        made = snapshot_of(database, run_id)
        assert {each.code: each.weight for each in made.policy.priorities}["UEC"] == 2
        assert [each.floor for each in made.policy.regions] == [0.3, 0.3]
        assert made.policy.ladder == ("value", "mandated")
        assert [each.id for each in made.partners] == ["INVENTED-001", "INVENTED-002", "P-2", "P-3"]
        with database.unit(writing=False) as unit:
            row = unit.session.get_one(Run, run_id)
            assert changes_of(row) == changes
            stored = run_replay.stored(unit, actor=JOB, name=str(run_id))
        assert run_replay.differences(stored, solver=in_process) == ()

    @ONE_ENGINE
    @pytest.mark.parametrize(
        ("field", "changes"),
        [
            ("weights", Changes(weights=(WeightFactor("NONE", 2.0),))),
            ("weights", Changes(weights=(WeightFactor("UEC", float("nan")),))),
            ("weights", Changes(weights=(WeightFactor("UEC", 2.0**62),))),
            ("without", Changes(without=("P-99",))),
            ("more_skill", Changes(more=(replace(MORE, skill="LUCK"),))),
            ("more_region", Changes(more=(replace(MORE, region="Y9"),))),
            ("more", Changes(more=(replace(MORE, count=0),))),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, database: Database, matched: Matched, country: Country, field: str, changes: Changes
    ) -> None:
        order = RunOrder(matched.round_id, is_scenario=True, changes=changes)
        with database.unit(writing=True) as unit, pytest.raises(Rejected) as failure:
            runs.start(unit, actor=country.reviewer, order=order)
        assert failure.value.problems[0].field == field

    @ONE_ENGINE
    def test_only_a_scenario_may_change_anything(self, database: Database, matched: Matched) -> None:
        order = RunOrder(matched.round_id, changes=Changes(releases_reserve=True))
        with database.unit(writing=True) as unit, pytest.raises(Rejected, match="Only a scenario"):
            runs.start(unit, actor=JOB, order=order)


class TestReserve:
    def test_a_run_cannot_use_held_days_and_says_so(self, database: Database, matched: Matched) -> None:
        held = ServiceRules(reserves=(Reserve("2027-02", region="Y2", days_each_month=3),))
        with database.unit(writing=True) as unit:
            round_ = unit.session.get_one(Round, matched.round_id)
            round_.policy_id = confirmed_policy(unit, rules=held).id
        without = solved(database, matched.round_id)
        released = solved(database, matched.round_id, changes=Changes(releases_reserve=True))
        assert [each.capacity[:3] for each in snapshot_of(database, without).partners] == [(1, 1, 2)] * 3
        assert [each.capacity[:3] for each in snapshot_of(database, released).partners] == [(2, 2, 2)] * 3
        with database.unit(writing=False) as unit:
            (told,) = unit.session.get_one(Run, without).held
            assert (told["days"], told["partners"]) == ([3, 3, 0, 0, 0, 0], 3)
            assert unit.session.get_one(Run, released).held == []


class TestPreview:
    def test_values_are_tried_and_nothing_is_proposed(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        with database.unit(writing=True) as unit:
            wanted = draft(unit, name="Trial")
            weights = [{**each, "weight": 5} for each in wanted.parameters["priorities"]]
            wanted = replace(wanted, parameters={**wanted.parameters, "priorities": weights})
            first, second = previews.start(unit, actor=country.admin, round_id=matched.round_id, draft=wanted)
            assert first == matched.run_id
        assert {each.weight for each in snapshot_of(database, second).policy.priorities} == {5.0}
        with database.unit(writing=False) as unit:
            kept = previews.tried(unit, actor=country.admin, run_id=second)
            assert kept is not None
            assert (kept.name, kept.parameters["priorities"]) == ("Trial", weights)
            assert previews.tried(unit, actor=country.admin, run_id=first) is None


class TestComparison:
    def test_who_gains_and_loses_adds_up(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        other = solved(database, matched.round_id, changes=Changes(without=("P-1", "P-2"), more=(MORE,)))
        with database.unit(writing=False) as unit:
            pair = comparisons.pair(unit, actor=country.reviewer, first_id=matched.run_id, second_id=other)
        found = pair.comparison
        assert found is not None
        assert sum(each.gain for each in found.requests) == found.days[1] - found.days[0]
        assert sum(each.gain for each in found.partners) == found.days[1] - found.days[0]
        for grouping in comparisons.GROUPINGS:
            groups = [each for each in found.groups if each.grouping == grouping]
            assert sum(each.wanted for each in groups) == found.wanted == 8
            assert sum(each.second for each in groups) == found.days[1]
        assert {each.name for each in found.partners if each.id is None} <= {
            "Invented partner 1",
            "Invented partner 2",
        }

    @ONE_ENGINE
    def test_runs_of_two_rounds_are_no_pair(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        with database.unit(writing=False) as unit, pytest.raises(NotFound):
            comparisons.pair(
                unit, actor=country.reviewer, first_id=matched.run_id, second_id=matched.round_id
            )


class TestAdoption:
    def adopted(self, database: Database, run_id: UUID, proposer, decider, *, confirm: bool = True) -> None:
        with database.unit(writing=True) as unit:
            row = adoptions.propose(unit, actor=proposer, run_id=run_id, reason="The board prefers it")
            version = row.version
        with database.unit(writing=True) as unit:
            adoptions.decide(unit, actor=decider, run_id=run_id, confirm=confirm, expected_version=version)

    def test_two_people_make_it_the_one_current_run(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        run_id = solved(database, matched.round_id, changes=Changes(without=("P-1",)))
        self.adopted(database, run_id, country.reviewer, country.second_reviewer)
        with database.unit(writing=False) as unit:
            current = unit.session.scalars(select(Run).where(Run.is_current)).all()
            assert [row.id for row in current] == [run_id]
            assert not current[0].is_scenario
            standing = adoptions.standing(unit, actor=country.reviewer, run=current[0])
            assert standing.adoption.state is AdoptionState.CONFIRMED
            assert standing.adoption.reason == "The board prefers it"
            assert unit.session.get_one(Round, matched.round_id).state is RoundState.IN_REVIEW

    @ONE_ENGINE
    def test_the_proposer_may_not_decide_and_a_refusal_changes_nothing(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        run_id = solved(database, matched.round_id)
        with pytest.raises(NotAllowedNow, match="Another person"):
            self.adopted(database, run_id, country.reviewer, country.reviewer)
        with database.unit(writing=True) as unit:
            adoptions.decide(
                unit, actor=country.second_reviewer, run_id=run_id, confirm=False, expected_version=1
            )
            assert unit.session.get_one(Run, matched.run_id).is_current
        self.adopted(database, run_id, country.reviewer, country.second_reviewer)

    @ONE_ENGINE
    def test_other_policy_values_need_somebody_who_may_confirm_a_policy(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        run_id = solved(database, matched.round_id, changes=Changes(weights=(WeightFactor("UEC", 3.0),)))
        with pytest.raises(AccessDenied):
            self.adopted(database, run_id, country.reviewer, country.second_reviewer)
        with database.unit(writing=True) as unit:
            adoptions.decide(unit, actor=country.admin, run_id=run_id, confirm=True, expected_version=1)

    @ONE_ENGINE
    def test_invented_partners_stay_invented(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        run_id = solved(database, matched.round_id, changes=Changes(more=(MORE,), without=("P-1",)))
        with database.unit(writing=True) as unit:
            with pytest.raises(NotAllowedNow, match="do not exist"):
                adoptions.propose(unit, actor=country.reviewer, run_id=run_id, reason="It is better")
            rows = unit.session.scalars(select(ProposedMatch).where(ProposedMatch.run_id == run_id))
            assert all(row.partner.reference != "INVENTED-001" for row in rows)

    @ONE_ENGINE
    def test_what_was_decided_since_is_not_undone(
        self, database: Database, matched: Matched, country: Country, clock
    ) -> None:
        run_id = solved(database, matched.round_id)
        clock.forward(minutes=1)
        with database.unit(writing=True) as unit:
            decided(unit, country.reviewer, matched.matches["R-1"], DecisionKind.LOCK)
        with database.unit(writing=True) as unit, pytest.raises(NotAllowedNow, match="decided on since"):
            adoptions.propose(unit, actor=country.reviewer, run_id=run_id, reason="It is better")

    def test_of_two_confirmed_at_once_one_is_current(
        self, database: Database, matched: Matched, country: Country
    ) -> None:
        ids = [
            solved(database, matched.round_id, changes=Changes(without=(name,))) for name in ("P-1", "P-2")
        ]
        for run_id in ids:
            with database.unit(writing=True) as unit:
                adoptions.propose(unit, actor=country.reviewer, run_id=run_id, reason="It is better")
        barrier, failed = threading.Barrier(2), []

        def confirm(run_id: UUID) -> None:
            barrier.wait()
            try:
                with database.unit(writing=True) as unit:
                    adoptions.decide(
                        unit, actor=country.second_reviewer, run_id=run_id, confirm=True, expected_version=1
                    )
            except ServiceError as error:
                failed.append(error)

        threads = [threading.Thread(target=confirm, args=(run_id,)) for run_id in ids]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.unit(writing=False) as unit:
            current = unit.session.scalars(select(Run).where(Run.is_current)).all()
            assert len(current) == 1
            assert current[0].id in ids
        assert failed == []
