"""The taxonomy as a graph, and how close two skills are (PRODUCT.md section 4).

Closeness is a relation between two nodes, never a walk: the same skill 1.0; directly related, or skills side
by side under one component or one wider skill, 0.5; skills of one topic, or a skill and its own topic, 0.3;
anything else 0. So nothing runs through a method, a topic or a priority: methods are hubs, and falls
prevention would otherwise look like talking therapies. Methods are close only to what they are related to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated

import networkx as nx
import numpy as np

from matcher.problem.bounds import Between, Identifier
from matcher.problem.instance import FloatArray

SAME = 1.0
NEIGHBOUR = 0.5
SAME_TOPIC = 0.3
CLOSE_ENOUGH = 0.5
"""Least closeness that makes a partner a candidate (MODEL.md section 1)."""


class NodeKind(StrEnum):
    """What a node of the taxonomy is."""

    PRIORITY = "priority"
    TOPIC = "topic"
    SKILL = "skill"
    METHOD = "method"
    COMPONENT = "component"


HELD_KINDS = frozenset({NodeKind.SKILL, NodeKind.METHOD, NodeKind.TOPIC})
WANTED_KINDS = frozenset({NodeKind.SKILL, NodeKind.METHOD})


@dataclass(frozen=True, slots=True)
class Node:
    """One node; ``related`` is symmetric over the taxonomy."""

    code: Identifier
    label: Annotated[str, Between(1, 300)]
    kind: NodeKind
    parent: Identifier | None = None
    related: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Taxonomy:
    """All nodes; everything else is derived from them."""

    nodes: tuple[Node, ...]

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """Each node under its code."""
        return {node.code: node for node in self.nodes}

    @cached_property
    def graph(self) -> nx.Graph[str]:
        """Nodes with ``label`` and ``kind``; edges with ``relation`` "parent" or "related"."""
        graph: nx.Graph[str] = nx.Graph()
        for node in self.nodes:
            graph.add_node(node.code, label=node.label, kind=node.kind)
        for node in self.nodes:
            if node.parent is not None:
                graph.add_edge(node.code, node.parent, relation="parent")
            for other in node.related:
                graph.add_edge(node.code, other, relation="related")
        return graph

    def is_held_kind(self, code: str) -> bool:
        """Can a partner hold this node?"""
        return code in self.by_code and self.by_code[code].kind in HELD_KINDS

    def is_wanted_kind(self, code: str) -> bool:
        """Can a support request ask for this node?"""
        return code in self.by_code and self.by_code[code].kind in WANTED_KINDS

    def closeness(self, wanted: str, held: str) -> float:
        """How far holding one node answers a wish for another: 1.0, 0.5, 0.3 or 0."""
        if wanted == held:
            return SAME
        if self._is_related(wanted, held) or self._is_sibling(wanted, held):
            return NEIGHBOUR
        return SAME_TOPIC if self._shares_topic(wanted, held) else 0.0

    def closeness_matrix(self, wanted: list[str], held: list[str]) -> FloatArray:
        """``closeness`` for every pair, shape (wanted, held)."""
        flat = [self.closeness(each, other) for each in wanted for other in held]
        return np.array(flat, dtype=np.float64).reshape(len(wanted), len(held))

    def _is_related(self, one: str, other: str) -> bool:
        edge = self.graph.get_edge_data(one, other)
        return edge is not None and bool(edge["relation"] == "related")

    def _is_sibling(self, one: str, other: str) -> bool:
        first, second = self.by_code[one], self.by_code[other]
        if first.kind is not NodeKind.SKILL or second.kind is not NodeKind.SKILL or first.parent is None:
            return False
        parent_kind = self.by_code[first.parent].kind
        return first.parent == second.parent and parent_kind in (NodeKind.COMPONENT, NodeKind.SKILL)

    def _shares_topic(self, one: str, other: str) -> bool:
        topic = self.topic_of(one)
        return topic is not None and topic == self.topic_of(other)

    def topic_of(self, code: str) -> str | None:
        """The topic a skill belongs to, itself for a topic; None for methods, components and priorities."""
        return self._topics[code]

    @cached_property
    def _topics(self) -> dict[str, str | None]:
        return {node.code: self._climb_to_topic(node) for node in self.nodes}

    def _climb_to_topic(self, start: Node) -> str | None:
        seen = 0
        node: Node | None = start
        while node is not None and node.kind in (NodeKind.SKILL, NodeKind.TOPIC) and seen < len(self.nodes):
            if node.kind is NodeKind.TOPIC:
                return node.code
            node, seen = self.by_code.get(node.parent or ""), seen + 1
        return None

    def problems(self) -> Iterator[str]:
        """Repeated codes, unknown parents, related links that are unknown, to itself or one-sided."""
        if len(self.by_code) < len(self.nodes):
            codes = [node.code for node in self.nodes]
            yield f"nodes: code {next(code for code in codes if codes.count(code) > 1)} is given twice"
        for position, node in enumerate(self.nodes):
            if node.parent is not None and (node.parent not in self.by_code or node.parent == node.code):
                yield f"nodes[{position}].parent: {node.parent} is not another node"
            for other in node.related:
                far = self.by_code.get(other)
                if far is None or other == node.code:
                    yield f"nodes[{position}].related: {other} is not another node"
                elif node.code not in far.related:
                    yield f"nodes[{position}].related: {other} does not name {node.code} in return"
