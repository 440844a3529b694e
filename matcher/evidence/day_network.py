"""Days as a flow: from the months of partners, through candidates, to requests; all other rules left out.

The smallest cut of this network is a proof of scarcity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from matcher.problem.instance import Instance, IntArray

_SOURCE, _SINK, _FIRST = 0, 1, 2
_LARGEST_FLOW = 2**31 - 1
_SHARES = 1000
"""Shares of wanted days are told apart to a thousandth."""


@dataclass(frozen=True, eq=False)
class Cut:
    """The most days that can be delivered, and the requests on the sink's side of the smallest cut."""

    delivered: int
    requests: IntArray


@dataclass(frozen=True, eq=False)
class DayNetwork:
    """Links between the months of partners and the requests that could use them, as parallel columns.

    ``cell`` is partner x ``months`` + month, ``days`` the days of every cell, ``wanted`` those of every request.
    """

    months: int
    cell: IntArray
    request: IntArray
    days: IntArray
    wanted: IntArray

    @classmethod
    def of(cls, instance: Instance, *, is_skilled: bool = False) -> DayNetwork:
        """The network of an instance: a link for each candidate and month of its window with capacity.

        ``is_skilled`` leaves out the candidates that cover none of the essential skills asked for (none of
        the skills, where none is essential).
        """
        months, table = len(instance.months), instance.candidates
        barred = [row for pair in instance.forbidden if (row := instance.row_of(*pair)) is not None]
        is_usable = _covers_what_counts(instance) if is_skilled else np.ones(len(table), dtype=np.bool_)
        is_usable[barred] = False
        rows = np.flatnonzero(is_usable)
        windows = np.array([request.window for request in instance.requests], dtype=np.int64).reshape(-1, 2)
        capacity = np.array([each.capacity for each in instance.partners], dtype=np.int64).reshape(-1, months)
        first, last = windows[table.request[rows]].T
        cells, requests = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for month in range(months):
            used = rows[(first <= month) & (month <= last) & (capacity[table.partner[rows], month] > 0)]
            cells.append(table.partner[used] * months + month)
            requests.append(table.request[used])
        wanted = np.array([request.days for request in instance.requests], dtype=np.int64)
        return cls(months, np.concatenate(cells), np.concatenate(requests), capacity.reshape(-1), wanted)

    def smallest_cut(self, share: tuple[int, int] = (1, 1)) -> Cut:
        """The cut where every request asks for a share (numerator, denominator) of its wanted days.

        Of all smallest cuts, the one with the fewest requests on the sink's side.
        """
        cells = self._marked(self.cell)
        position = np.zeros(len(self.days), dtype=np.int64)
        position[cells] = np.arange(len(cells))
        at = position[self.cell]
        first_request = _FIRST + len(cells)
        nodes = first_request + len(self.wanted)
        asked = self.wanted * share[0]
        ends = np.arange(len(self.wanted))
        tails = [np.full(len(cells), _SOURCE), _FIRST + at, first_request + ends]
        heads = [_FIRST + np.arange(len(cells)), first_request + self.request, np.full(len(ends), _SINK)]
        endless = np.full(len(self.cell), min(int(asked.sum()) + 1, _LARGEST_FLOW))
        given = np.minimum(self.days[cells] * share[1], _LARGEST_FLOW)
        most = np.concatenate([given, endless, asked]).astype(np.int32)
        places = (np.concatenate(tails), np.concatenate(heads))
        capacity = csr_array(coo_array((most, places), shape=(nodes, nodes)))
        flow = maximum_flow(capacity, _SOURCE, _SINK)
        left = csr_array(capacity - flow.flow)
        left.eliminate_zeros()
        reaching = breadth_first_order(csr_array(left.T), _SINK, return_predecessors=False)
        requests = np.sort(reaching[reaching >= first_request] - first_request).astype(np.int64)
        return Cut(int(flow.flow_value), requests)

    def parts(self, requests: IntArray) -> Iterator[IntArray]:
        """Some requests, in sets that share no cell."""
        if not len(requests):
            return
        is_inside = self._is_of(requests)
        cells, cell_at = np.unique(self.cell[is_inside], return_inverse=True)
        request_at = np.searchsorted(requests, self.request[is_inside])
        nodes = len(requests) + len(cells)
        places = (request_at, len(requests) + cell_at)
        links = csr_array(coo_array((np.ones(len(cell_at), np.int8), places), shape=(nodes, nodes)))
        count, labels = connected_components(links, directed=False)
        members = (requests[labels[: len(requests)] == label] for label in range(count))
        yield from (each for each in members if len(each))

    def cells_of(self, requests: IntArray) -> IntArray:
        """The cells that some requests could use, each once."""
        cells, starts = self._cells_by_request
        found = [cells[starts[each] : starts[each + 1]] for each in requests.tolist()]
        return self._marked(np.concatenate([np.zeros(0, dtype=np.int64), *found]))

    @cached_property
    def _cells_by_request(self) -> tuple[IntArray, IntArray]:
        """The cell of each link in the order of requests, and where each request begins: asked for hundreds of
        groups, none of which should look at a million links."""
        order = np.argsort(self.request, kind="stable")
        starts = np.searchsorted(self.request[order], np.arange(len(self.wanted) + 1))
        return self.cell[order], starts.astype(np.int64)

    def days_of_partners(self, requests: IntArray) -> IntArray:
        """Days that each partner has in the cells of some requests."""
        cells = self.cells_of(requests)
        partners = len(self.days) // self.months
        return np.bincount(cells // self.months, self.days[cells], partners).astype(np.int64)

    def _is_of(self, requests: IntArray) -> NDArray[np.bool_]:
        """Which links belong to some requests."""
        is_meant = np.zeros(len(self.wanted), dtype=np.bool_)
        is_meant[requests] = True
        return is_meant[self.request]

    def _marked(self, cells: IntArray) -> IntArray:
        """Cells in order, each once: a mark for each is quicker than sorting a million links."""
        is_used = np.zeros(len(self.days), dtype=np.bool_)
        is_used[cells] = True
        return np.flatnonzero(is_used).astype(np.int64)

    def without(self, requests: IntArray) -> DayNetwork:
        """The network once some requests have taken all their cells."""
        is_taken = np.zeros(len(self.days), dtype=np.bool_)
        is_taken[self.cells_of(requests)] = True
        is_left = ~is_taken[self.cell] & ~self._is_of(requests)
        wanted = self.wanted.copy()
        wanted[requests] = 0
        return replace(self, cell=self.cell[is_left], request=self.request[is_left], wanted=wanted)


def _covers_what_counts(instance: Instance) -> NDArray[np.bool_]:
    """Which candidates cover a skill that counts: an essential one, or any where none is essential."""
    table = instance.candidates
    counts = [
        each.essential or not any(other.essential for other in request.skills)
        for request in instance.requests
        for each in request.skills
    ]
    row_of_cover = np.repeat(np.arange(len(table)), np.diff(table.cover_start))
    is_skilled = np.zeros(len(table), dtype=np.bool_)
    is_skilled[row_of_cover[np.array(counts, dtype=np.bool_)[table.covers]]] = True
    return is_skilled


@dataclass(frozen=True, eq=False)
class StarvedSet:
    """Requests with the least share of their wanted days in ``network``, the network left by sets before."""

    network: DayNetwork
    requests: IntArray


def peel(network: DayNetwork, most: int) -> Iterator[StarvedSet]:
    """At most ``most`` sets, the least share first, each in what the ones before leave; only shares below 1."""
    for _ in range(most):
        requests = _most_starved(network)
        if not len(requests):
            return
        yield StarvedSet(network, requests)
        network = network.without(requests)


def _most_starved(network: DayNetwork) -> IntArray:
    """The requests whose cells hold the least share of what they want, to a thousandth; empty if none lacks."""
    shares = max(1, min(_SHARES, _LARGEST_FLOW // (int(network.wanted.sum()) + 1)))
    asked, found = shares, np.zeros(0, dtype=np.int64)
    while asked > 0:
        worse = network.smallest_cut((asked, shares)).requests
        if not len(worse):
            break
        found = worse
        have = int(network.days[network.cells_of(found)].sum())
        asked = min(asked - 1, have * shares // int(network.wanted[found].sum()))
    return found
