"""What others would do: each peer wishes for days on candidates, then its wishes are cut to what the rules allow.

A peer knows fit, weights and days. Blocks, teams, concurrency, mandated support and floors are beyond most of
them; how many rules the raw wishes break is counted, and the repair gives them the benefit of every doubt:
wishes are tried in the order of their worth and cut to what still fits.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec

import networkx as nx
import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.candidate_rows import candidate_rows
from benchmarks.openreview import Checkout
from matcher.allocation.arrays import CandidateArrays, capacity_table
from matcher.allocation.greedy import grow, spreadsheet
from matcher.allocation.room import Room
from matcher.problem.instance import Instance, IntArray

Peer = Callable[[Instance, CandidateArrays], IntArray]

#: Partner-days times request-days up to which the dense assignment is tried (8 bytes each).
_MOST_PAIRS = 40_000_000
#: Arcs up to which the flow of NetworkX is tried.
_MOST_ARCS = 60_000


class TooLargeError(Exception):
    """A peer cannot hold an instance of this size."""


def greedy(_: Instance, arrays: CandidateArrays) -> IntArray:
    """A person with a spreadsheet: most urgent request first, best fit first, as many days as there are."""
    return spreadsheet(arrays)


def assignment_of_days(instance: Instance, arrays: CandidateArrays) -> IntArray:
    """SciPy's linear assignment: each day of a partner goes to at most one wanted day."""
    capacity = capacity_table(instance)
    if int(capacity.sum()) * int(arrays.demand.days.sum()) > _MOST_PAIRS:
        raise TooLargeError("partner-days times wanted days")
    partner, month = np.nonzero(capacity)
    worth = np.zeros((len(partner), arrays.requests))
    row_of = {pair: row for row, pair in enumerate(zip(partner.tolist(), month.tolist(), strict=True))}
    for candidate in range(len(arrays)):
        for when in range(arrays.first[candidate], arrays.last[candidate] + 1):
            row = row_of.get((int(arrays.partner[candidate]), when))
            if row is not None:
                worth[row, arrays.request[candidate]] = arrays.day_value[candidate]
    supply = np.repeat(np.arange(len(partner)), capacity[partner, month])
    wanted = np.repeat(np.arange(arrays.requests), arrays.demand.days)
    chosen, given = linear_sum_assignment(worth[supply][:, wanted], maximize=True)
    paid = worth[supply[chosen], wanted[given]] > 0
    days = np.zeros(len(arrays), dtype=np.int64)
    rows = candidate_rows(arrays, partner[supply[chosen[paid]]], wanted[given[paid]])
    np.add.at(days, rows, 1)
    return days


def min_cost_flow(instance: Instance, arrays: CandidateArrays) -> IntArray:
    """NetworkX's network simplex: days flow from partner-months to requests at the cost of a poor fit."""
    if int((arrays.last - arrays.first + 1).sum()) > _MOST_ARCS:
        raise TooLargeError("arcs")
    graph = _day_network(arrays, capacity_table(instance))
    _, flow = nx.network_simplex(graph)
    days = np.zeros(len(arrays), dtype=np.int64)
    for tail, head, row in graph.edges(data="row"):
        if row is not None:
            days[row] += flow[tail][head]
    return days


def _day_network(arrays: CandidateArrays, capacity: IntArray) -> nx.DiGraph:
    """Source, months of partners, requests, sink; arcs of candidates carry their row."""
    graph = nx.DiGraph()
    total = int(min(capacity.sum(), arrays.demand.days.sum()))
    graph.add_node("source", demand=-total)
    graph.add_node("sink", demand=total)
    graph.add_edge("source", "sink", weight=0, capacity=total)
    for partner, month in zip(*np.nonzero(capacity), strict=True):
        days = int(capacity[partner, month])
        graph.add_edge("source", ("supply", int(partner), int(month)), weight=0, capacity=days)
    for request in range(arrays.requests):
        graph.add_edge(("demand", request), "sink", weight=0, capacity=int(arrays.demand.days[request]))
    for candidate in range(len(arrays)):
        partner, request = int(arrays.partner[candidate]), int(arrays.request[candidate])
        cost = -round(float(arrays.day_value[candidate]) * 1000)
        for month in range(arrays.first[candidate], arrays.last[candidate] + 1):
            if capacity[partner, month]:
                graph.add_edge(("supply", partner, month), ("demand", request), weight=cost, row=candidate)
    return graph


def hospital_resident(_: Instance, arrays: CandidateArrays) -> IntArray:
    """The ``matching`` package: requests are residents who rank partners, partners are hospitals with places.

    Each request gets one partner at most; the days that are left over are given away by the repair.
    """
    from matching.games import HospitalResident

    sys.setrecursionlimit(100_000)  # it copies its players by following who ranks whom
    best_first = np.lexsort((-arrays.fit, arrays.request))
    residents: dict[int, list[int]] = {}
    hospitals: dict[int, list[int]] = {}
    for candidate in best_first.tolist():
        residents.setdefault(int(arrays.request[candidate]), []).append(int(arrays.partner[candidate]))
    for candidate in np.lexsort((-arrays.day_value, arrays.partner)).tolist():
        hospitals.setdefault(int(arrays.partner[candidate]), []).append(int(arrays.request[candidate]))
    places = arrays.supply.places.max(axis=1)
    limits = {partner: int(min(places[partner], len(ranked))) for partner, ranked in hospitals.items()}
    try:
        matched_by_hospital = HospitalResident.create_from_dictionaries(residents, hospitals, limits).solve()
    except RecursionError as error:
        raise TooLargeError("its recursion") from error
    days = np.zeros(len(arrays), dtype=np.int64)
    for hospital, matched in matched_by_hospital.items():
        for resident in matched:
            pair = np.array([int(hospital.name)]), np.array([int(resident.name)])
            row = candidate_rows(arrays, *pair)
            days[row] = arrays.high[row]
    return days


def peers(openreview: Checkout | None = None) -> dict[str, Peer]:
    """The peers that are there to be asked, by name."""
    known: dict[str, Peer] = {
        "spreadsheet greedy": greedy,
        "SciPy linear assignment": assignment_of_days,
        "NetworkX min-cost flow": min_cost_flow,
    }
    if find_spec("matching") is not None:
        known["matching (hospital-resident)"] = hospital_resident
    if openreview is not None:
        known |= openreview.peers()
    return known


def repaired(arrays: CandidateArrays, wishes: IntArray) -> IntArray:
    """Wishes cut to what the rules allow, the most valuable first; then what is left is given away greedily."""
    room = Room(arrays)
    wished = np.flatnonzero(wishes)
    order = wished[np.argsort(-(arrays.day_value * wishes)[wished], kind="stable")]
    for candidate in order.tolist():
        days = min(room.most(candidate), max(int(wishes[candidate]), int(arrays.low[candidate])))
        if days >= arrays.low[candidate] and days > 0:
            room.commit(candidate, days)
    grow(room, order.tolist())
    return spreadsheet(arrays, room.days)


def broken_rules(arrays: CandidateArrays, days: IntArray) -> int:
    """How many rules the days break as they are: blocks, teams, days wanted, capacity, concurrency."""
    engaged = days > 0
    blocks = int((engaged & ((days < arrays.low) | (days > arrays.high))).sum())
    team = np.bincount(arrays.request, engaged, arrays.requests) > arrays.demand.team
    wanted = np.bincount(arrays.request, days, arrays.requests) > arrays.demand.days
    broken = blocks + int(team.sum()) + int(wanted.sum())
    for month in range(arrays.months):
        inside = engaged & (arrays.first <= month) & (month <= arrays.last)
        held = np.bincount(arrays.partner[inside], minlength=arrays.partners)
        broken += int((held > arrays.supply.places[:, month]).sum())
        for end in range(month, arrays.months):
            within = (arrays.first >= month) & (arrays.last <= end)
            used = np.bincount(arrays.partner[within], days[within], arrays.partners)
            broken += int((used > arrays.supply.interval_days[:, month, end]).sum())
    return broken
