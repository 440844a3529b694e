"""Sets of requests whose common candidates have too few days: certificates that anyone can add up.

A cut comes from the largest flow of days from partner-months to requests, every other rule left out: the
requests that are still short, with all that share their candidates' days, want more days than those
candidates have. Blocks, teams and concurrency can only make it worse, so a cut is certain. Its requests fall
into separate sets where no partner-month joins them. Groups (a topic in a region, a skill) are tested the
same way on their own: days wanted against all days that their candidates have in their windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import networkx as nx
import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from matcher.candidates.graph import CandidateGraph
from matcher.problem.instance import Instance, IntArray

_SOURCE, _SINK, _FIRST = 0, 1, 2


class BottleneckKind(StrEnum):
    """How the set of requests was found."""

    CUT = "cut"
    REGION = "region"
    TOPIC = "topic"
    TOPIC_IN_REGION = "topic_in_region"
    SKILL = "skill"


@dataclass(frozen=True, slots=True)
class PartnerDays:
    """Days that a partner has in the months that count."""

    partner: str
    days: int


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """A set of requests that wants ``days_wanted`` where all its candidates together have ``days_available``.

    ``partners`` lists those candidates with days; their days add to ``days_available``.
    """

    kind: BottleneckKind
    region: str | None
    topic: str | None
    skill: str | None
    requests: tuple[str, ...]
    partners: tuple[PartnerDays, ...]
    days_wanted: int
    days_available: int
    days_short: int


@dataclass(frozen=True, slots=True)
class Bottlenecks:
    """All cuts and all groups that are too thin, most days short first.

    ``days_deliverable`` is the most that could be delivered if only days and windows counted.
    """

    days_wanted: int
    days_deliverable: int
    cuts: tuple[Bottleneck, ...]
    groups: tuple[Bottleneck, ...]


@dataclass(frozen=True, eq=False)
class _Supply:
    """Links between partner-months that have days and the requests that could use them, as columns.

    ``cell`` is partner x months + month.
    """

    cell: IntArray
    request: IntArray
    days: IntArray


def find_bottlenecks(instance: Instance, graph: CandidateGraph | None = None) -> Bottlenecks:
    """The bottlenecks of an instance, whatever was allocated; topics need the graph's snapshot."""
    supply = _links(instance)
    wanted = np.array([request.days for request in instance.requests], dtype=np.int64)
    delivered, short_side = _cut(supply, wanted)
    cuts = [
        _bottleneck(instance, supply, members, BottleneckKind.CUT) for members in _parts(supply, short_side)
    ]
    groups = [
        found
        for kind, names, members in _groups(instance, graph)
        if (found := _bottleneck(instance, supply, members, kind, **names)).days_short > 0
    ]
    return Bottlenecks(
        days_wanted=int(wanted.sum()),
        days_deliverable=delivered,
        cuts=tuple(sorted(cuts, key=_most_short_first)),
        groups=tuple(sorted(groups, key=_most_short_first)),
    )


def flow_graph(instance: Instance) -> nx.DiGraph[object]:
    """The same network in NetworkX: "source", (partner, month), request id, "sink"; days as capacity."""
    supply, months = _links(instance), len(instance.months)
    graph: nx.DiGraph[object] = nx.DiGraph()
    graph.add_nodes_from(("source", "sink"))
    for request in instance.requests:
        graph.add_edge(request.id, "sink", capacity=request.days)
    for cell, request_at in zip(supply.cell.tolist(), supply.request.tolist(), strict=True):
        partner = instance.partners[cell // months].id
        graph.add_edge("source", (partner, cell % months), capacity=int(supply.days[cell]))
        graph.add_edge((partner, cell % months), instance.requests[request_at].id)
    return graph


def _most_short_first(found: Bottleneck) -> tuple[int, str, tuple[str, ...]]:
    return -found.days_short, found.kind, found.requests


def _links(instance: Instance) -> _Supply:
    months, table = len(instance.months), instance.candidates
    barred = [row for pair in instance.forbidden if (row := instance.row_of(*pair)) is not None]
    rows = np.setdiff1d(np.arange(len(table)), np.array(barred, dtype=np.int64))
    windows = np.array([request.window for request in instance.requests], dtype=np.int64).reshape(-1, 2)
    capacity = np.array([each.capacity for each in instance.partners], dtype=np.int64).reshape(-1, months)
    cells, requests = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for month in range(months):
        first, last = windows[table.request[rows]].T
        used = rows[(first <= month) & (month <= last) & (capacity[table.partner[rows], month] > 0)]
        cells.append(table.partner[used] * months + month)
        requests.append(table.request[used])
    return _Supply(np.concatenate(cells), np.concatenate(requests), capacity.reshape(-1))


def _cut(supply: _Supply, wanted: IntArray) -> tuple[int, IntArray]:
    """The largest flow, and the positions of the requests on the sink's side of the smallest cut."""
    cells, at = np.unique(supply.cell, return_inverse=True)
    first_request = _FIRST + len(cells)
    nodes = first_request + len(wanted)
    endless = int(wanted.sum()) + 1
    tails = np.concatenate(
        [np.full(len(cells), _SOURCE), _FIRST + at, first_request + np.arange(len(wanted))]
    )
    heads = np.concatenate(
        [_FIRST + np.arange(len(cells)), first_request + supply.request, np.full(len(wanted), _SINK)]
    )
    most = np.concatenate([supply.days[cells], np.full(len(supply.cell), endless), wanted])
    capacity = csr_array(coo_array((most.astype(np.int32), (tails, heads)), shape=(nodes, nodes)))
    flow = maximum_flow(capacity, _SOURCE, _SINK)
    left = csr_array(capacity - flow.flow)
    left.eliminate_zeros()
    reaching = breadth_first_order(csr_array(left.T), _SINK, return_predecessors=False)
    requests = np.sort(reaching[reaching >= first_request] - first_request).astype(np.int64)
    return int(flow.flow_value), requests


def _parts(supply: _Supply, requests: IntArray) -> Iterator[IntArray]:
    """The requests of a cut, in sets that share no partner-month."""
    if not len(requests):
        return
    is_inside = np.isin(supply.request, requests)
    cells, cell_at = np.unique(supply.cell[is_inside], return_inverse=True)
    request_at = np.searchsorted(requests, supply.request[is_inside])
    nodes = len(requests) + len(cells)
    links = coo_array(
        (np.ones(len(cell_at), np.int8), (request_at, len(requests) + cell_at)), shape=(nodes, nodes)
    )
    count, labels = connected_components(csr_array(links), directed=False)
    for label in range(count):
        members = requests[labels[: len(requests)] == label]
        if len(members):
            yield members


def _bottleneck(
    instance: Instance,
    supply: _Supply,
    members: IntArray,
    kind: BottleneckKind,
    *,
    region: str | None = None,
    topic: str | None = None,
    skill: str | None = None,
) -> Bottleneck:
    months = len(instance.months)
    cells = np.unique(supply.cell[np.isin(supply.request, members)])
    days = np.bincount(cells // months, supply.days[cells], len(instance.partners)).astype(np.int64)
    wanted = sum(instance.requests[each].days for each in members)
    return Bottleneck(
        kind=kind,
        region=region,
        topic=topic,
        skill=skill,
        requests=tuple(instance.requests[each].id for each in members),
        partners=tuple(
            PartnerDays(instance.partners[each].id, int(days[each])) for each in np.flatnonzero(days)
        ),
        days_wanted=wanted,
        days_available=int(days.sum()),
        days_short=wanted - int(days.sum()),
    )


def _groups(
    instance: Instance, graph: CandidateGraph | None
) -> Iterable[tuple[BottleneckKind, dict[str, str], IntArray]]:
    """Requests by region, by essential skill and, where topics are known, by topic and topic in a region."""
    members: dict[tuple[BottleneckKind, tuple[tuple[str, str], ...]], list[int]] = {}
    for position, request in enumerate(instance.requests):
        keys: list[tuple[BottleneckKind, tuple[tuple[str, str], ...]]] = [
            (BottleneckKind.REGION, (("region", request.region),))
        ]
        keys += [
            (BottleneckKind.SKILL, (("skill", each.skill),)) for each in request.skills if each.essential
        ]
        topic = graph.snapshot.request_by_id[request.id].topic if graph else None
        if topic is not None:
            keys.append((BottleneckKind.TOPIC, (("topic", topic),)))
            keys.append((BottleneckKind.TOPIC_IN_REGION, (("region", request.region), ("topic", topic))))
        for key in keys:
            members.setdefault(key, []).append(position)
    for (kind, names), positions in sorted(members.items()):
        yield kind, dict(names), np.array(positions, dtype=np.int64)
