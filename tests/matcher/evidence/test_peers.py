"""Near needs: how near, whose, and which communities they make; in whatever order they are given."""

from __future__ import annotations

import random

import pytest

from matcher.evidence.peers import Need, communities, peers_of, who_could_serve
from matcher.problem.taxonomy import Node, NodeKind, Taxonomy

TAXONOMY = Taxonomy(
    (
        Node("P", "Priority", NodeKind.PRIORITY),
        Node("T1", "Flow", NodeKind.TOPIC, "P"),
        Node("T2", "Waits", NodeKind.TOPIC, "P"),
        Node("A", "Discharge", NodeKind.SKILL, "T1", ("B",)),
        Node("B", "Beds", NodeKind.SKILL, "T1", ("A",)),
        Node("C", "Huddles", NodeKind.SKILL, "T1"),
        Node("X", "Theatres", NodeKind.SKILL, "T2"),
        Node("Y", "Lists", NodeKind.SKILL, "T2"),
    )
)


def need(key: str, *skills: str, body: str = "") -> Need:
    return Need(key, body or f"body of {key}", skills)


class TestNearness:
    @pytest.mark.parametrize(
        ("other", "nearness"),
        [
            (("A",), 1.0),
            (("B",), 0.5),  # directly related
            (("A", "X"), 0.667),  # 1 of 1, and 1 of 2, over three skills asked for
            (("A", "B"), 0.833),
            (("C",), None),  # the same topic only: 0.3
            (("X",), None),
            ((), None),
        ],
    )
    def test_the_mean_over_the_skills_of_both(self, other, nearness):
        found = peers_of(TAXONOMY, need("one", "A"), [need("other", *other)])
        assert [peer.nearness for peer in found] == ([] if nearness is None else [nearness])

    def test_the_nearest_first_and_nobody_of_the_own_body(self):
        mine = need("m", "A", body="ours")
        others = [need("b", "A", "B"), need("c", "B"), need("d", "A"), need("e", "A", body="ours")]
        assert [peer.key for peer in peers_of(TAXONOMY, mine, others)] == ["d", "b", "c"]


class TestCommunities:
    NEEDS = (
        need("f1", "A", "B"),
        need("f2", "A"),
        need("f3", "A", "B"),
        need("w1", "X", "Y"),
        need("w2", "X", "Y"),
        need("w3", "Y", "X"),
        need("w4", "X"),
        need("lonely", "C"),
    )

    def test_near_needs_are_together_the_largest_first(self):
        found = communities(TAXONOMY, self.NEEDS)
        assert [community.keys for community in found] == [("w1", "w2", "w3", "w4"), ("f1", "f2", "f3")]
        assert [community.skills for community in found] == [("X", "Y"), ("A", "B")]

    def test_the_order_in_which_they_come_changes_nothing(self):
        first = communities(TAXONOMY, self.NEEDS)
        for seed in range(5):
            mixed = list(self.NEEDS)
            random.Random(seed).shuffle(mixed)
            assert communities(TAXONOMY, mixed) == first

    def test_three_needs_of_two_bodies_are_none(self):
        needs = [need("a", "A", body="one"), need("b", "A", body="one"), need("c", "A", body="two")]
        assert communities(TAXONOMY, needs) == ()
        assert communities(TAXONOMY, []) == ()


class TestWhoCouldServe:
    def test_half_of_the_shared_skills_close_enough(self):
        found = communities(TAXONOMY, TestCommunities.NEEDS)
        partners = {"p1": ["B"], "p2": ["X"], "p3": ["C"], "p4": ["unknown"], "p5": [], "p6": ["A", "Y"]}
        assert who_could_serve(TAXONOMY, found, partners) == (("p2", "p6"), ("p1", "p6"))
        assert who_could_serve(TAXONOMY, (), partners) == ()
        assert who_could_serve(TAXONOMY, found, {}) == ((), ())
