"""Requesters with near needs: who could learn with whom, and where one partner could serve many.

It reads needs as sets of skills and says how near two of them are; it decides nothing, and knows nobody's name.
The nearness of two needs is the mean, over the skills of both, of how close the other's closest skill is
(``Taxonomy.closeness``): 1.0 for the same skills, 0 for nothing in common. Communities are found in the graph of
needs that are near enough, with a fixed seed over sorted identifiers, so the same needs give the same communities.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from matcher.problem.instance import FloatArray
from matcher.problem.taxonomy import CLOSE_ENOUGH, Taxonomy

NEAR_ENOUGH = 0.5
"""Least nearness at which two needs are called similar: on average, each skill has a close one on the other side."""
MOST_NEEDS = 2000
"""Needs compared at once; a round has some hundreds."""
SEED = 1


@dataclass(frozen=True, slots=True)
class Need:
    """What one request asks for, and by whom: needs of one body are never each other's peers."""

    key: str
    body: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another need, and how near it is."""

    key: str
    nearness: float


@dataclass(frozen=True, slots=True)
class Community:
    """Needs that are near one another, with the skills that at least half of them ask for, the commonest first."""

    keys: tuple[str, ...]
    skills: tuple[str, ...]


def peers_of(taxonomy: Taxonomy, need: Need, others: Iterable[Need]) -> tuple[Peer, ...]:
    """The other bodies' needs that are near enough, the nearest first."""
    known = [other for other in _sorted(others) if other.body != need.body]
    nearness = _nearness(taxonomy, [need, *known])[0, 1:]
    found = (Peer(other.key, round(float(value), 3)) for other, value in zip(known, nearness, strict=True))
    near = [peer for peer in found if peer.nearness >= NEAR_ENOUGH]
    return tuple(sorted(near, key=lambda peer: (-peer.nearness, peer.key)))


def communities(taxonomy: Taxonomy, needs: Iterable[Need]) -> tuple[Community, ...]:
    """Groups of near needs of at least three bodies, the largest first."""
    known = _sorted(needs)[:MOST_NEEDS]
    found = [
        [known[position] for position in sorted(group)]
        for group in _groups(taxonomy, known)
        if len(group) > 2
    ]
    wide = [group for group in found if len({need.body for need in group}) > 2]
    made = [Community(tuple(need.key for need in group), _common_skills(group)) for group in wide]
    return tuple(sorted(made, key=lambda community: (-len(community.keys), community.keys)))


def who_could_serve(
    taxonomy: Taxonomy, found: Sequence[Community], partners: Mapping[str, Iterable[str]]
) -> tuple[tuple[str, ...], ...]:
    """For each community, the partners whose skills are close enough to at least half of those it shares."""
    keys = sorted(partners)
    codes = sorted({code for community in found for code in community.skills})
    held = sorted({code for key in keys for code in partners[key]} & taxonomy.by_code.keys())
    close = taxonomy.closeness_matrix(codes, held) >= CLOSE_ENOUGH
    places = {code: place for place, code in enumerate(held)}
    brings = np.zeros((len(keys), len(held)), dtype=bool)
    for row, key in enumerate(keys):
        brings[row, [places[code] for code in partners[key] if code in places]] = True
    covered = (brings.astype(float) @ close.T.astype(float)) > 0
    columns = {code: column for column, code in enumerate(codes)}
    served = []
    for community in found:
        shared = covered[:, [columns[code] for code in community.skills]]
        enough = 2 * shared.sum(axis=1) >= max(len(community.skills), 1)
        served.append(tuple(key for key, serves in zip(keys, enough, strict=True) if serves))
    return tuple(served)


def _sorted(needs: Iterable[Need]) -> list[Need]:
    return sorted(needs, key=lambda need: need.key)


def _groups(taxonomy: Taxonomy, needs: Sequence[Need]) -> list[set[int]]:
    nearness = _nearness(taxonomy, needs)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(needs)))
    for one, other in zip(*np.nonzero(np.triu(nearness >= NEAR_ENOUGH, k=1)), strict=True):
        if needs[one].body != needs[other].body:
            graph.add_edge(int(one), int(other), weight=float(nearness[one, other]))
    if graph.number_of_edges() == 0:
        return []
    return list(nx.community.louvain_communities(graph, weight="weight", seed=SEED))


def _nearness(taxonomy: Taxonomy, needs: Sequence[Need]) -> FloatArray:
    """Nearness of every pair, shape (needs, needs): the mean of both directions, weighted by how many skills ask."""
    codes = sorted({code for need in needs for code in need.skills})
    places = {code: place for place, code in enumerate(codes)}
    closeness = taxonomy.closeness_matrix(codes, codes)
    asked = np.zeros((len(needs), len(codes)))
    best = np.zeros((len(needs), len(codes)))
    for row, need in enumerate(needs):
        columns = sorted({places[code] for code in need.skills})
        asked[row, columns] = 1.0
        if columns:
            best[row] = closeness[:, columns].max(axis=1)
    answered = asked @ best.T
    sizes = asked.sum(axis=1)
    total = sizes[:, None] + sizes[None, :]
    nearness: FloatArray = np.zeros_like(answered)
    np.divide(answered + answered.T, total, out=nearness, where=total > 0)
    return nearness


def _common_skills(group: Sequence[Need]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    for need in group:
        for code in set(need.skills):
            counts[code] = counts.get(code, 0) + 1
    common = [code for code, count in counts.items() if 2 * count >= len(group)]
    return tuple(sorted(common, key=lambda code: (-counts[code], code)))
