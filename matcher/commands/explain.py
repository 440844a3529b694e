"""``explain``: why a request got what it got, why a pair is matched or not, where the network is too thin.

Prints JSON. With the snapshot that the instance was derived from, answers have score parts, failed rules and what
would have to change; without it they speak of candidates alone and say so (``has_snapshot``).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from matcher.allocation.level_prices import level_prices
from matcher.allocation.result import Allocation
from matcher.allocation.settled import Settled
from matcher.candidates.graph import CandidateGraph
from matcher.commands.arguments import identifier, pair
from matcher.commands.files import RefusedError, read_whole
from matcher.commands.pair_price import price_of_pair
from matcher.commands.results import ReadInstance, read_certified, read_problem
from matcher.commands.worth import confirmed_worth, day_prices
from matcher.evidence.bottlenecks import find_bottlenecks
from matcher.evidence.explanation import explain_pair, explain_request, situation_of
from matcher.evidence.prices import summarise
from matcher.problem.instance import Instance
from matcher.problem.records import encode
from matcher.problem.snapshot import Snapshot
from matcher.problem.snapshot_format import read_snapshot


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("result", type=Path, metavar="RESULT")
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="what the instance was derived from")
    question = parser.add_mutually_exclusive_group(required=True)
    question.add_argument("--request", type=identifier, metavar="ID", help="why this request got what it got")
    question.add_argument("--pair", type=pair, metavar="PARTNER:REQUEST", help="why this match, or why not")
    question.add_argument("--bottlenecks", action="store_true", help="where days are too few")


def run(arguments: argparse.Namespace) -> int:
    """Print the answer to one question."""
    problem = read_problem(arguments.instance)
    allocation = read_certified(arguments.result, problem)
    snapshot = None if arguments.snapshot is None else read_snapshot(read_whole(arguments.snapshot))
    source = _source(problem, allocation, snapshot)
    answer = _answer(arguments, problem, allocation, source)
    sys.stdout.write(json.dumps(answer, indent=1, ensure_ascii=False) + "\n")
    return 0


def _source(
    problem: ReadInstance, allocation: Allocation, snapshot: Snapshot | None
) -> CandidateGraph | Instance:
    """What the answers are drawn from: the graph of the snapshot, if it is that of the instance."""
    try:
        situation = situation_of(problem.instance, allocation, snapshot)
    except ValueError as error:
        raise RefusedError(f"snapshot: {error}") from error
    return situation.graph or problem.instance


def _answer(
    arguments: argparse.Namespace,
    problem: ReadInstance,
    allocation: Allocation,
    source: CandidateGraph | Instance,
) -> dict[str, Any]:
    graph = source if isinstance(source, CandidateGraph) else None
    if arguments.bottlenecks:
        return {"has_snapshot": graph is not None, **_bottlenecks(problem.instance, allocation, graph)}
    try:
        if arguments.request is not None:
            answer = encode(explain_request(source, allocation, arguments.request))
        else:
            answer = {
                "has_snapshot": graph is not None,
                **encode(explain_pair(source, allocation, arguments.pair)),
                "if_engaged": price_of_pair(problem.instance, allocation, arguments.pair),
            }
    except KeyError as error:
        raise RefusedError(f"{error.args[0]}: is not known to the instance") from error
    plain: dict[str, Any] = answer
    return plain


def _bottlenecks(instance: Instance, allocation: Allocation, graph: CandidateGraph | None) -> dict[str, Any]:
    """Where days are too few, what a day there is worth, and what each level costs."""
    prices = day_prices(instance, allocation)
    worth = None if prices is None else summarise(instance, prices, graph)
    confirmed = (
        [] if prices is None else confirmed_worth(Settled.of(instance, allocation.engagements), prices, graph)
    )
    return {
        **encode(find_bottlenecks(instance, graph)),
        "worth_of_one_more_day": encode(worth),
        "worth_confirmed": confirmed,
        "price_of_levels": [
            {**encode(each), "costs_at_least": 0.0, "likely": each.likely, "costs_at_most": each.at_most}
            for each in level_prices(instance, allocation)
        ],
    }
