"""Small assignments and everything that can be done with them: each team of each request, each choice of teams."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.problem.instance import Instance
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance


def small_assignment(seed: int) -> Instance:
    """Four requests of one to three days and four or five partners, fits on a grid or not, capacity often short."""
    chance = np.random.default_rng(seed)
    document = reviewer_document(4, 4 + seed % 2, seed, 1)
    for request in document["requests"]:
        request["days"] = int(chance.integers(1, 4))
        request["max_team"] = int(chance.integers(1, request["days"] + 1))
    for partner in document["partners"]:
        partner["capacity"] = [int(chance.integers(0, 5))]
    for candidate in document["candidates"]:
        candidate["fit"] = round(float(chance.random()), 6 if seed % 3 else 1)
    document["candidates"] = [row for row in document["candidates"] if chance.random() < 0.85]
    return as_instance(document)


def teams_of(arrays: CandidateArrays, request: int) -> Iterator[list[int]]:
    """Every team that a request could have, with nobody in it first."""
    own = np.flatnonzero(arrays.request == request).tolist()
    most = int(min(arrays.demand.team[request], arrays.demand.days[request]))
    for size in range(most + 1):
        yield from (list(team) for team in combinations(own, size))


def best_choice(arrays: CandidateArrays, part: float = 1.0) -> tuple[float, float]:
    """The best worst share and, with this ``part`` of it, the best total, by trying all choices of one day each."""
    capacity = arrays.supply.interval_days[:, 0, 0]
    states: dict[tuple[tuple[int, ...], float], float] = {(tuple(capacity.tolist()), np.inf): 0.0}
    for request in range(arrays.requests):
        after: dict[tuple[tuple[int, ...], float], float] = {}
        for (left, worst), total in states.items():
            for team in teams_of(arrays, request):
                days = list(left)
                for candidate in team:
                    days[arrays.partner[candidate]] -= 1
                if min(days) < 0:
                    continue
                share = float(arrays.fit[team].sum()) / float(arrays.demand.wanted[request])
                key = (tuple(days), min(worst, share))
                after[key] = max(after.get(key, -np.inf), total + float(arrays.day_value[team].sum()))
        states = after
    best = max(worst for _, worst in states)
    return best, max(total for (_, worst), total in states.items() if worst >= part * best - 1e-9)
