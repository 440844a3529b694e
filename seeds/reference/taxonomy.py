"""The words of need and skill: components, priorities, topics, skills and methods, and how they relate."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from seeds.reference.tables import table


@dataclass(frozen=True, slots=True)
class Term:
    """A node of the taxonomy; ``related`` runs both ways, ``synonyms`` are other words people type.

    ``kind`` is ``component``, ``priority``, ``topic``, ``skill`` or ``method``; ``parent`` is a priority
    for a topic, a topic or a component for a skill, a component for a method.
    """

    code: str
    label: str
    kind: str
    parent: str | None
    related: tuple[str, ...]
    synonyms: tuple[str, ...]


@cache
def terms() -> tuple[Term, ...]:
    """All 157 terms in the order of the file: parents stand before their children."""
    related = _related_both_ways()
    synonyms = table("synonyms")
    return tuple(
        Term(code, label, kind, parent, related.get(code, ()), tuple(synonyms.get(code, ())))
        for code, label, kind, parent in _rows(table("taxonomy"))
    )


def of_kind(kind: str) -> tuple[Term, ...]:
    """The terms of one kind, in the order of the file."""
    return tuple(term for term in terms() if term.kind == kind)


def _rows(facts: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    rows: list[tuple[str, str, str, str | None]] = []
    rows += [(code, label, "component", None) for code, label in facts["components"].items()]
    rows += [(code, label, "priority", None) for code, label in facts["priorities"].items()]
    for topic, row in facts["topics"].items():
        rows.append((topic, row["label"], "topic", row["priority"]))
        rows += [(code, label, "skill", topic) for code, label in row["skills"].items()]
    for kind, name in (("skill", "cross_cutting"), ("method", "methods")):
        for component, children in facts[name].items():
            rows += [(code, label, kind, component) for code, label in children.items()]
    return rows


def _related_both_ways() -> dict[str, tuple[str, ...]]:
    both: dict[str, set[str]] = defaultdict(set)
    for code, others in table("taxonomy")["related"].items():
        for other in others:
            both[code].add(other)
            both[other].add(code)
    return {code: tuple(sorted(others)) for code, others in both.items()}
