"""Cuts and groups: they add up, they agree with NetworkX, and no set is worse than the cuts together."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from matcher.candidates.graph import build
from matcher.evidence.bottlenecks import BottleneckKind, find_bottlenecks
from matcher.evidence.day_network import DayNetwork, peel
from matcher.problem.partners import HeldSkill
from matcher.problem.requests import WantedSkill
from tests.matcher.random_snapshots import random_snapshot
from tests.matcher.snapshot_factory import partner, request, snapshot


def days_around(instance, requests):
    """All partner-months that any candidate of these requests has in their windows, added by hand."""
    months = {
        (found.partner, month)
        for row in range(len(instance.candidates))
        if (found := instance.candidate(row)).request in requests
        for month in range(
            instance.requests[instance.request_index[found.request]].window[0],
            instance.requests[instance.request_index[found.request]].window[1] + 1,
        )
    }
    return sum(instance.partners[instance.partner_index[who]].capacity[month] for who, month in months)


def flow_graph(instance):
    """The network of days in NetworkX: "source", (partner, month), request, "sink"; days as capacity."""
    network = DayNetwork.of(instance)
    graph = nx.DiGraph()
    graph.add_nodes_from(("source", "sink"))
    for each in instance.requests:
        graph.add_edge(each.id, "sink", capacity=each.days)
    for cell, request_at in zip(network.cell.tolist(), network.request.tolist(), strict=True):
        partner = instance.partners[cell // network.months].id
        graph.add_edge("source", (partner, cell % network.months), capacity=int(network.days[cell]))
        graph.add_edge((partner, cell % network.months), instance.requests[request_at].id)
    return graph


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
class TestRandomInstances:
    def test_every_set_adds_up(self, seed):
        graph = build(random_snapshot(seed, partners=50, requests=40))
        found, instance = find_bottlenecks(graph.instance, graph), graph.instance
        for each in found.cuts + found.groups:
            wanted = sum(instance.requests[instance.request_index[name]].days for name in each.requests)
            assert (each.days_wanted, each.days_available) == (
                wanted,
                days_around(instance, set(each.requests)),
            )
            assert each.days_available == sum(partner.days for partner in each.partners)
            assert each.days_short == each.days_wanted - each.days_available > 0

    def test_the_cuts_together_are_all_that_cannot_be_delivered(self, seed):
        graph = build(random_snapshot(seed, partners=50, requests=40))
        found = find_bottlenecks(graph.instance)
        assert found.days_deliverable == nx.maximum_flow_value(flow_graph(graph.instance), "source", "sink")
        assert sum(each.days_short for each in found.cuts) == found.days_wanted - found.days_deliverable
        named = [name for each in found.cuts for name in each.requests]
        assert len(named) == len(set(named))

    def test_no_set_of_requests_is_shorter_than_the_cuts_together(self, seed):
        instance = build(random_snapshot(seed, partners=20, requests=9)).instance
        worst = sum(each.days_short for each in find_bottlenecks(instance).cuts)
        names = [each.id for each in instance.requests]
        for size in range(1, len(names) + 1):
            for chosen in combinations(names, size):
                wanted = sum(instance.requests[instance.request_index[name]].days for name in chosen)
                assert wanted - days_around(instance, set(chosen)) <= worst


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
class TestStarved:
    def test_the_first_set_has_the_least_share_of_all_sets(self, seed):
        instance = build(random_snapshot(seed, partners=25, requests=9)).instance
        network = DayNetwork.of(instance)
        first = next(peel(network, 1)).requests
        best = share_of(network, first)
        for size in range(1, len(instance.requests) + 1):
            for chosen in combinations(range(len(instance.requests)), size):
                assert share_of(network, np.array(chosen)) >= best - 1e-3

    def test_sets_are_nested_starved_ever_less_and_share_nothing(self, seed):
        network = DayNetwork.of(build(random_snapshot(seed, partners=40, requests=40)).instance)
        sets = list(peel(network, 40))
        shares = [share_of(each.network, each.requests) for each in sets]
        assert shares == sorted(shares)
        assert shares[-1] < 1
        named = [name for each in sets for name in each.requests.tolist()]
        assert len(named) == len(set(named))
        everyone = np.array(sorted(named))
        given = sum(int(each.network.days_of_partners(each.requests).sum()) for each in sets)
        assert given == network.days_of_partners(everyone).sum()

    def test_only_those_who_cover_a_skill_that_counts_lend_days_to_the_skilled_network(self, seed):
        instance = build(random_snapshot(seed, partners=40, requests=40)).instance
        skilled = DayNetwork.of(instance, is_skilled=True)
        pairs = set(zip(skilled.cell // skilled.months, skilled.request, strict=True))
        for row in range(len(instance.candidates)):
            found = instance.candidate(row)
            asked = instance.requests[instance.request_index[found.request]].skills
            counts = {each.skill for each in asked if each.essential} or {each.skill for each in asked}
            pair = (instance.partner_index[found.partner], instance.request_index[found.request])
            assert (pair in pairs) == bool(counts & set(found.covers))


def share_of(network: DayNetwork, requests: np.ndarray) -> float:
    return float(network.days_of_partners(requests).sum() / network.wanted[requests].sum())


class TestByHand:
    def test_two_thin_skills_are_two_cuts_and_plenty_is_none(self):
        falls = (HeldSkill("DAY-FAL", 3),)
        wants_falls = (WantedSkill("DAY-FAL", 2, 1.0, True),)
        asked = snapshot(
            partner("ed", capacity=(1, 1, 1, 1, 1, 1)),
            partner("falls", skills=falls, capacity=(4, 0, 0, 0, 0, 0)),
            partner("lean", skills=(HeldSkill("M-LEAN", 3),)),
            request("a", days=5),
            request("b", days=5),
            request("c", days=9, skills=wants_falls, topic="DAY", region="SOUTH"),
            request("d", days=3, skills=(WantedSkill("M-LEAN", 1, 1.0),)),
        )
        graph = build(asked)
        found = find_bottlenecks(graph.instance, graph)
        assert [(each.requests, each.days_short) for each in found.cuts] == [(("c",), 5), (("a", "b"), 4)]
        kinds = {(each.kind, each.skill or each.topic or each.region) for each in found.groups}
        assert (BottleneckKind.SKILL, "DAY-FAL") in kinds
        assert (BottleneckKind.TOPIC, "DAY") in kinds
        assert (BottleneckKind.REGION, "SOUTH") in kinds
        assert [(each.requests, each.days_wanted, each.days_available) for each in found.starved] == [
            (("c",), 9, 4),
            (("a", "b"), 10, 6),
        ]
        assert [(each.code, each.days) for each in found.starved[0].skills] == [("DAY-FAL", 9)]
        assert [(each.code, each.days) for each in found.starved[0].regions] == [("SOUTH", 9)]

    def test_a_request_without_candidates_is_a_cut_of_its_own(self):
        found = find_bottlenecks(build(snapshot(request(days=7))).instance)
        assert [(each.requests, each.partners, each.days_short) for each in found.cuts] == [(("r1",), (), 7)]

    def test_a_forbidden_pair_lends_no_days(self):
        instance = build(snapshot(partner(), request(), forbidden=(("p1", "r1"),))).instance
        assert find_bottlenecks(instance).days_deliverable == 0

    def test_nothing_asked_is_no_bottleneck(self):
        found = find_bottlenecks(build(snapshot(partner())).instance)
        assert (found.cuts, found.groups, found.days_wanted) == ((), (), 0)
