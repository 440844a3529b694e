"""Evidence as bytes: equal evidence gives equal bytes, and they are read back equal."""

import json

import pytest

from matcher.candidates.graph import build
from matcher.evidence.evidence_format import EvidenceError, read_evidence, write_evidence
from matcher.evidence.explanation import explain
from matcher.evidence.prices import DayWorth
from matcher.problem.snapshot_format import read_snapshot, write_snapshot
from tests.matcher.evidence.first_come import first_come
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, request, snapshot


def evidence_of(asked):
    graph = build(asked)
    return explain(graph, first_come(graph.instance))


def test_what_is_written_is_read_back_equal():
    evidence = evidence_of(random_snapshot(1, partners=40, requests=40))
    assert read_evidence(write_evidence(evidence)) == evidence


def test_a_replay_from_the_stored_snapshot_gives_the_same_bytes():
    asked = random_snapshot(2, partners=40, requests=40)
    replayed = read_snapshot(write_snapshot(asked))
    assert write_evidence(evidence_of(asked)) == write_evidence(evidence_of(replayed))


def test_an_instance_with_its_snapshot_beside_it_says_the_same_as_the_graph():
    asked = random_snapshot(3, partners=30, requests=30)
    graph = build(asked)
    allocation = first_come(graph.instance)
    assert explain(graph.instance, allocation, asked) == explain(graph, allocation)


def test_another_snapshot_beside_an_instance_is_refused():
    graph = build(snapshot(partner(), request()))
    with pytest.raises(ValueError, match="not the one"):
        explain(graph.instance, first_come(graph.instance), snapshot(partner("p2"), request()))


@pytest.mark.parametrize("change", [{"format": "other/1"}, {"extra": 1}, {"matches": None}])
def test_what_is_no_evidence_is_refused(change):
    plain = json.loads(write_evidence(evidence_of(snapshot(partner(), request()))))
    with pytest.raises(EvidenceError):
        read_evidence(json.dumps(plain | change).encode())


def test_the_worth_of_a_day_is_kept_beside_it():
    graph = build(snapshot(partner(), request()))
    worth = (DayWorth(month=0, region="NORTH", skill=None, partners=1, highest=2.5, mean=2.5),)
    evidence = explain(graph, first_come(graph.instance), worth=worth)
    assert read_evidence(write_evidence(evidence)).worth == worth
