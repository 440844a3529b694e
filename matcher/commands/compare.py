"""``compare``: who gains and who loses between two results, each level of both, all under one instance."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from matcher.commands.results import read_comparable, read_problem
from matcher.evidence.comparison import compare
from matcher.problem.records import encode


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("first", type=Path, metavar="RESULT_A")
    parser.add_argument(
        "second", type=Path, metavar="RESULT_B", help="may come from another policy, same ids"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the comparison as JSON."""
    problem = read_problem(arguments.instance)
    first = read_comparable(arguments.first, problem)
    second = read_comparable(arguments.second, problem)
    found = encode(compare(problem.instance, first.engagements, second.engagements))
    found["results"] = {
        name: {"status": str(result.status), "is_for_this_instance": result.instance_sha256 == problem.digest}
        for name, result in (("first", first), ("second", second))
    }
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return 0
