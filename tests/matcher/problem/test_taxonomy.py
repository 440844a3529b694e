"""How close two skills are."""

import pytest

from matcher.problem.taxonomy import Node, NodeKind, Taxonomy
from tests.matcher.snapshot_factory import TAXONOMY


class TestCloseness:
    @pytest.mark.parametrize(
        ("wanted", "held", "expected"),
        [
            ("ED-4HR", "ED-4HR", 1.0),
            ("ED-STR", "AMB-HOV", 0.5),
            ("DAY-FAL", "M-SPC", 0.5),
            ("CAP-ACA", "CAP-MEA", 0.5),
            ("ED-4HR", "ED-STR", 0.3),
            ("ED-4HR", "ED", 0.3),
            ("ED-4HR", "AMB-HOV", 0.0),
            ("ED-4HR", "DAY-FAL", 0.0),
            ("M-LEAN", "M-SPC", 0.0),
            ("M-LEAN", "CAP-MEA", 0.0),
            ("ED-4HR", "FLO", 0.0),
        ],
    )
    def test_is_the_nearest_relation(self, wanted, held, expected):
        assert TAXONOMY.closeness(wanted, held) == expected
        assert TAXONOMY.closeness(held, wanted) == expected

    def test_nothing_runs_through_a_method(self):
        """Falls and four-hour waits both use control charts, and are no closer for it."""
        assert TAXONOMY.graph.has_edge("DAY-FAL", "M-SPC")
        assert TAXONOMY.graph.has_edge("M-SPC", "ED-4HR")
        assert TAXONOMY.closeness("DAY-FAL", "ED-4HR") == 0.0

    def test_the_matrix_agrees_with_the_pairs(self):
        codes = sorted(TAXONOMY.by_code)
        matrix = TAXONOMY.closeness_matrix(codes, codes)
        assert all(
            matrix[i, j] == TAXONOMY.closeness(a, b) for i, a in enumerate(codes) for j, b in enumerate(codes)
        )


class TestProblems:
    def test_a_sound_taxonomy_has_none(self):
        assert list(TAXONOMY.problems()) == []

    def test_broken_links_are_named(self):
        nodes = (
            Node("A", "a", NodeKind.SKILL, "NOWHERE", ("B", "A")),
            Node("B", "b", NodeKind.SKILL),
            Node("B", "b again", NodeKind.SKILL),
        )
        assert list(Taxonomy(nodes).problems()) == [
            "nodes: code B is given twice",
            "nodes[0].parent: NOWHERE is not another node",
            "nodes[0].related: B does not name A in return",
            "nodes[0].related: A is not another node",
        ]
