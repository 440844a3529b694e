"""``repair``: the same allocation after a decline, a withdrawal or a change of capacity, with the fewest dropped.

Written are the instance with the events in it (``previous`` holding what stood) and the verified result for that
file; where nothing happened, the result holds the same engagements.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from matcher.allocation.repair import repair
from matcher.allocation.result import Allocation
from matcher.commands.arguments import capacity_cut, identifier, pair
from matcher.commands.exit_codes import EXIT_CODES
from matcher.commands.files import RefusedError, refuse_unwritable, write_whole
from matcher.commands.results import read_certified, read_problem
from matcher.commands.solving import Job, solve_within
from matcher.problem.events import CapacityChange, Decline, Event, EventError, Withdrawal, apply_events
from matcher.problem.instance import Instance
from matcher.serialisation import sha256, write_instance, write_result


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("result", type=Path, metavar="RESULT")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="NEW")
    parser.add_argument("--instance-out", required=True, type=Path, metavar="NEW_INSTANCE")
    for option, kind, shape in (
        ("--decline", pair, "PARTNER:REQUEST"),
        ("--withdraw", identifier, "REQUEST"),
        ("--capacity", capacity_cut, "PARTNER:YYYY-MM=DAYS"),
    ):
        parser.add_argument(
            option, type=kind, metavar=shape, action="append", default=[], help="may be repeated"
        )


def run(arguments: argparse.Namespace) -> int:
    """Write the changed instance and its result; exit codes as of ``solve``."""
    for output in (arguments.output, arguments.instance_out):
        refuse_unwritable(output, arguments.instance, arguments.result)
    if arguments.output.absolute() == arguments.instance_out.absolute():
        raise RefusedError(f"{arguments.output}: cannot be both the result and the instance")
    problem = read_problem(arguments.instance)
    stood = read_certified(arguments.result, problem)
    events = _events(arguments)
    try:
        changed = apply_events(problem.instance, stood.engagements, events)
    except EventError as error:
        raise RefusedError(*error.problems) from error
    raw = write_instance(changed)
    repaired = solve_within(
        _job(problem.instance, stood, events, changed, sha256(raw)), None, time.monotonic()
    )
    write_whole({arguments.instance_out: raw, arguments.output: write_result(repaired)})
    return EXIT_CODES[repaired.status]


def _events(arguments: argparse.Namespace) -> Sequence[Event]:
    return [
        *(Decline(*declined) for declined in arguments.decline),
        *(Withdrawal(request) for request in arguments.withdraw),
        *(CapacityChange(*change) for change in arguments.capacity),
    ]


def _job(before: Instance, stood: Allocation, events: Sequence[Event], changed: Instance, digest: str) -> Job:
    """The repair as a job for a child process; its first answer is its last."""

    @cache
    def repaired() -> Allocation:
        return repair(before, stood, events, digest=lambda _: digest)[1]

    return Job(
        changed, digest, first=repaired, best=lambda _seconds, _tell: repaired(), fill=lambda answer: answer
    )
