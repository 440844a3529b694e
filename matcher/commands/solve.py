"""``solve``: allocate an instance within a time limit or a counted effort, and write the verified result."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from matcher.allocation.result import FALSE_BOUNDS, Allocation
from matcher.allocation.solver import allocate
from matcher.commands.arguments import positive_seconds, relative_gap, thread_count
from matcher.commands.exit_codes import EXIT_CODES
from matcher.commands.files import read_whole, refuse_unwritable, write_whole
from matcher.commands.first_answer import filled, spreadsheet_answer
from matcher.commands.solving import STOPPED_BY_ERROR, Job, Tell, solve_within
from matcher.problem.instance import Instance
from matcher.serialisation import read_instance, sha256, write_result


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("instance", type=Path, metavar="INSTANCE")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="RESULT")
    parser.add_argument(
        "--time-limit", type=positive_seconds, metavar="S", help="seconds, counted from reading"
    )
    parser.add_argument(
        "--gap", type=relative_gap, default=0.001, metavar="G", help="relative, for each level"
    )
    parser.add_argument(
        "--threads", type=thread_count, default=1, metavar="N", help="never changes the answer"
    )


def run(arguments: argparse.Namespace) -> int:
    """0 where every level is within the gap, 3 where effort or time ended first, 4 where the locks clash."""
    refuse_unwritable(arguments.output, arguments.instance)
    raw = read_whole(arguments.instance)
    instance = read_instance(raw)
    read_at = time.monotonic()
    job = job_of(instance, sha256(raw), arguments.gap)
    allocation = solve_within(job, arguments.time_limit, read_at)
    write_whole({arguments.output: write_result(allocation)})
    for line in faults(allocation):
        sys.stderr.write(f"{line}\n")
    return EXIT_CODES[allocation.status]


def faults(allocation: Allocation) -> Iterator[str]:
    """What went wrong on the way to an answer that stands nevertheless, a line each."""
    for level in allocation.certificate.get(FALSE_BOUNDS, ()):
        yield f"level {level}: a bound taken for proven was false, a cruder one stands in its place; the answer holds"
    if STOPPED_BY_ERROR in allocation.certificate:
        yield f"the search broke off, its best answer so far is given: {allocation.certificate[STOPPED_BY_ERROR]}"


def job_of(instance: Instance, digest: str, gap: float) -> Job:
    """The usual solve as a job for a child process."""

    def best(limit_seconds: float | None, tell: Tell) -> Allocation:
        return allocate(
            instance, instance_sha256=digest, gap=gap, limit_seconds=limit_seconds, on_incumbent=tell
        )

    return Job(
        instance,
        digest,
        first=partial(spreadsheet_answer, instance, digest, gap),
        best=best,
        fill=partial(filled, instance, gap),
    )
