"""The credit for groups left behind: read from the round before, bounded, and silent about small groups."""

from __future__ import annotations

import pytest

from tests.webapp.national.conftest import Desk, copy_of
from webapp.authority.actor import SystemActor
from webapp.services import waiting_credits
from webapp.services.service_rules import ServiceRules
from webapp.store.matches import ProposedMatch
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

JOB = SystemActor("command")


def publish_with_nothing_for_the_south(unit: UnitOfWork, desk: Desk) -> Round:
    """The desk's round published without the match in the south; gives the round after it."""
    before = unit.session.get_one(Round, desk.round_id)
    before.state = RoundState.PUBLISHED
    unit.session.delete(unit.session.get_one(ProposedMatch, desk.matches["R-2"]))
    after = copy_of(before, number=before.number + 1, state=RoundState.OPEN)
    unit.session.add(after)
    unit.session.flush()
    return after


def brought(unit: UnitOfWork, desk: Desk, after: Round, **rules: float) -> dict[str, float]:
    """What the desk's requests would bring into the round after, by reference."""
    rows = [unit.session.get_one(SupportRequest, key) for key in desk.requests.values()]
    found = waiting_credits.credits_of(unit.session, after, rows, ServiceRules(**rules))
    return {row.reference: found[row.id] for row in rows}


class TestGroupsLeftBehind:
    def test_a_region_that_got_a_tenth_less_brings_a_credit(self, desk: Desk, monkeypatch) -> None:
        monkeypatch.setattr(waiting_credits, "FEWEST_REQUESTS", 1)
        with desk.database.unit(writing=True, request_id="after") as unit:
            after = publish_with_nothing_for_the_south(unit, desk)
            found = brought(unit, desk, after, lagging_group_credit=0.02)
            assert found["R-2"] >= 0.02
            assert found["R-1"] == found["R-3"] < found["R-2"]
            behind = waiting_credits.left_behind(unit, actor=JOB)
            assert ("region", "Y2") in {(each.grouping, each.help.code) for each in behind}

    def test_the_policy_may_set_it_to_nothing(self, desk: Desk, monkeypatch) -> None:
        monkeypatch.setattr(waiting_credits, "FEWEST_REQUESTS", 1)
        with desk.database.unit(writing=True, request_id="after") as unit:
            after = publish_with_nothing_for_the_south(unit, desk)
            assert set(brought(unit, desk, after, lagging_group_credit=0.0).values()) == {0.0}

    def test_all_credits_together_are_a_tenth_at_most(self, desk: Desk, monkeypatch) -> None:
        monkeypatch.setattr(waiting_credits, "FEWEST_REQUESTS", 1)
        with desk.database.unit(writing=True, request_id="after") as unit:
            after = publish_with_nothing_for_the_south(unit, desk)
            unit.session.get_one(SupportRequest, desk.requests["R-2"]).rounds_waited = 9
            found = brought(unit, desk, after, waiting_credit_each_round=0.1, lagging_group_credit=0.05)
            assert found["R-2"] == 0.1

    def test_a_group_with_few_requests_tells_nothing(self, desk: Desk) -> None:
        with desk.database.unit(writing=True, request_id="after") as unit:
            after = publish_with_nothing_for_the_south(unit, desk)
            assert set(brought(unit, desk, after).values()) == {0.0}
            assert waiting_credits.left_behind(unit, actor=JOB) == ()

    @pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
    def test_a_round_that_is_not_published_tells_nothing(self, desk: Desk, monkeypatch) -> None:
        monkeypatch.setattr(waiting_credits, "FEWEST_REQUESTS", 1)
        with desk.database.unit(writing=True, request_id="after") as unit:
            after = publish_with_nothing_for_the_south(unit, desk)
            unit.session.get_one(Round, desk.round_id).state = RoundState.IN_REVIEW
            unit.session.flush()
            assert set(brought(unit, desk, after).values()) == {0.0}
