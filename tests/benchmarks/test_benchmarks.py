"""The benchmark programme counts honestly: wishes that break rules are seen, and what is left is feasible."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.assignments import assignment
from benchmarks.contest import OURS, Contestant, Score, run
from benchmarks.openreview import Checkout, PeerFailedError
from benchmarks.peers import assignment_of_days, broken_rules, greedy, min_cost_flow, peers, repaired
from benchmarks.tables import median_score, ratios, table
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.room import Room
from tests.matcher.random_instances import random_instance


def test_a_feasible_answer_breaks_nothing_and_an_infeasible_one_does() -> None:
    arrays = from_instance(random_instance(4, partners=8, requests=8))
    assert broken_rules(arrays, greedy(random_instance(4, partners=8, requests=8), arrays)) == 0
    assert broken_rules(arrays, arrays.high + 1) >= len(arrays)


def test_no_peer_has_a_better_worst_request_on_an_assignment_and_ours_is_proven() -> None:
    instance = assignment(3, requests=24, partners=20)
    again = assignment(3, requests=24, partners=20)
    assert np.array_equal(instance.candidates.fit, again.candidates.fit)
    ours = run(Contestant(OURS), instance, limit_seconds=60.0, gap=0.001)
    others = [
        run(Contestant(peer.__name__, peer), instance, limit_seconds=60.0, gap=0.001)
        for peer in (greedy, assignment_of_days, min_cost_flow)
    ]
    assert all(ours.levels[3] >= other.levels[3] and not other.breaches for other in others)
    assert ours.bound == pytest.approx(ours.levels[4], abs=1e-9)
    assert ours.breaches == 0


def test_wishes_of_peers_become_feasible() -> None:
    instance = random_instance(11, partners=8, requests=8)
    arrays = from_instance(instance)
    for peer in (assignment_of_days, min_cost_flow):
        wishes = peer(instance, arrays)
        assert wishes.sum() > 0
        assert Room(arrays, repaired(arrays, wishes)).holds


def test_flow_and_assignment_agree_on_the_worth_of_days() -> None:
    instance = random_instance(2, partners=8, requests=8)
    arrays = from_instance(instance)
    flow, assigned = min_cost_flow(instance, arrays), assignment_of_days(instance, arrays)
    assert np.isclose(arrays.day_value @ flow, arrays.day_value @ assigned, atol=0.1)


def test_a_table_has_a_row_for_everybody_and_a_note_for_who_failed() -> None:
    ours = Score(OURS, seconds=2.0, megabytes=200.0, levels=(1, 0, 0.5, 0.1, 95.0), bound=100.0)
    peer = Score("peer", seconds=1.0, megabytes=100.0, levels=(1, 0, 0.4, 0.0, 80.0))
    failed = Score("other", note="too large for it: arcs")
    text = "\n".join(table([ours, peer, failed]))
    assert "0.9500" in text
    assert "0.8000" in text
    assert "too large" in text
    assert "value x 1.188" in ratios([ours, peer, failed])[0]
    assert median_score([ours, Score(OURS, seconds=3.0), Score(OURS, seconds=1.0)]).seconds == 2.0
    assert "spreadsheet greedy" in peers()


STAND_IN = """
import numpy as np

class MinMaxSolver:
    def __init__(self, minimums, maximums, demands, encoder):
        self.left, self.demands = list(maximums), demands
        self.costs, self.conflicts = encoder.cost_matrix, encoder.constraint_matrix

    def solve(self):
        found = np.zeros(self.costs.shape)
        for paper, wanted in enumerate(self.demands):
            for reviewer in np.argsort(self.costs[paper], kind="stable"):
                if found[paper].sum() < wanted and self.left[reviewer] and self.conflicts[paper, reviewer] == 0:
                    found[paper, reviewer] = 1
                    self.left[reviewer] -= 1
        return found
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout with one solver that has the calls of the real one."""
    package = tmp_path / "matcher" / "solvers"
    package.mkdir(parents=True)
    (tmp_path / "matcher" / "__init__.py").touch()
    (package / "__init__.py").write_text(STAND_IN)
    return Checkout(tmp_path)


class TestOpenReviewCheckout:
    def test_its_solvers_wish_for_candidates_alone_and_in_whole_engagements(self, checkout: Checkout) -> None:
        instance = random_instance(6, partners=8, requests=8)
        arrays = from_instance(instance)
        wishes = checkout.wishes("MinMaxSolver", instance, arrays)
        assert wishes.sum() > 0
        assert set(wishes[wishes > 0] - arrays.high[wishes > 0]) == {0}
        assert (np.bincount(arrays.request[wishes > 0]) <= arrays.demand.team.max()).all()

    def test_a_solver_that_fails_says_so_in_its_row(self, checkout: Checkout) -> None:
        instance = random_instance(6, partners=4, requests=4)
        with pytest.raises(PeerFailedError, match="FairFlow"):
            checkout.wishes("FairFlow", instance, from_instance(instance))
        peer = peers(checkout)["openreview-matcher FairFlow"]
        score = run(Contestant("them", peer), instance, limit_seconds=10, gap=0.01)
        assert score.note.startswith("could not be asked")
