"""Questions about a stored run that take a solver: answered from its documents, in a process of their own.

Called by ``warm_child`` after a fork, never imported by the service. The folder holds ``question.json`` and, where
the process does not know the run yet, its documents; the answer goes to ``answer.json``. Exit 0: there is an
answer; 1: there is none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.allocation.forcing import force
from matcher.allocation.level_prices import level_prices
from matcher.allocation.result import Allocation
from matcher.allocation.settled import Settled
from matcher.candidates.graph import CandidateGraph, build
from matcher.commands.worth import confirmed_worth, day_prices
from matcher.evidence.explanation import explain_pair
from matcher.evidence.prices import summarise
from matcher.problem.records import encode
from matcher.problem.snapshot_format import read_snapshot
from matcher.serialisation import read_result


@dataclass(frozen=True)
class Known:
    """A run as it was read: its candidates and its allocation."""

    graph: CandidateGraph
    allocation: Allocation
    settled: Settled


def read_run(folder: Path) -> Known:
    """The run whose documents the folder holds, made ready for questions."""
    graph = build(read_snapshot((folder / "snapshot.json").read_bytes()))
    allocation = read_result((folder / "result.json").read_bytes())
    return Known(graph, allocation, Settled.of(graph.instance, allocation.engagements).ready())


def main(folder: Path, known: Known | None) -> int:
    """Answer the question in the folder; gives the exit code."""
    question = json.loads((folder / "question.json").read_text(encoding="utf-8"))
    answer = _ANSWERS[question["kind"]](known or read_run(folder), question)
    (folder / "answer.json").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    return 0


def _why_not(known: Known, question: Mapping[str, Any]) -> dict[str, Any]:
    """The rule that keeps a pair apart, or what each level would lose if it were put together; no pair where the run
    did not know the partner."""
    pair = (question["partner"], question["request"])
    if pair[0] not in known.graph.instance.partner_index:
        return {"pair": None, "forced": None}
    forced = force(known.settled, pair)
    return {
        "pair": encode(explain_pair(known.graph, known.allocation, pair)),
        "forced": None if forced is None else encode(replace(forced, engagements=())),
    }


def _prices(known: Known, _question: Mapping[str, Any]) -> dict[str, Any]:
    """What one more day would be worth by skill, region and month, the dearest days confirmed both ways, and what
    each level costs at most."""
    instance = known.graph.instance
    prices = day_prices(instance, known.allocation)
    return {
        "months": list(instance.months),
        "worth": [] if prices is None else encode(summarise(instance, prices, known.graph)),
        "confirmed": [] if prices is None else confirmed_worth(known.settled, prices, known.graph),
        "levels": encode(level_prices(instance, known.allocation)),
    }


_ANSWERS: Mapping[str, Callable[[Known, Mapping[str, Any]], dict[str, Any]]] = {
    "why_not": _why_not,
    "prices": _prices,
}
