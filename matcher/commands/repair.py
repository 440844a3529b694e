"""``repair``: the same allocation after a decline, a withdrawal or a change of capacity, with the fewest dropped.

Written are the instance with the events in it (``previous`` holding what stood) and the verified result for that
file; where nothing happened, the result holds the same engagements.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from matcher.allocation.repair import repair
from matcher.commands.arguments import capacity_cut, identifier, pair
from matcher.commands.exit_codes import EXIT_CODES
from matcher.commands.files import RefusedError, refuse_unwritable, write_whole
from matcher.commands.results import read_certified, read_problem
from matcher.evidence.verifier import verify
from matcher.problem.events import CapacityChange, Decline, Event, EventError, Withdrawal
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
    try:
        changed, repaired = repair(problem.instance, stood, _events(arguments), digest=_digest)
    except EventError as error:
        raise RefusedError(*error.problems) from error
    certificate = verify(changed, repaired, instance_sha256=_digest(changed))
    if not certificate.passed:
        raise RefusedError(*[f"repair refused: {breach}" for breach in certificate.breaches])
    write_whole({arguments.instance_out: write_instance(changed), arguments.output: write_result(repaired)})
    return EXIT_CODES[repaired.status]


def _events(arguments: argparse.Namespace) -> Sequence[Event]:
    return [
        *(Decline(*declined) for declined in arguments.decline),
        *(Withdrawal(request) for request in arguments.withdraw),
        *(CapacityChange(*change) for change in arguments.capacity),
    ]


def _digest(instance: Instance) -> str:
    return sha256(write_instance(instance))
