"""``repair``: the same allocation after a decline, a withdrawal or a change of capacity, with the fewest dropped.

Written are the instance with the events in it (``previous`` holding what stood) and the verified result for that
file; where nothing happened, the result holds the same engagements. Printed is what changed and why, a line for each.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from matcher.allocation.repair import repair
from matcher.allocation.result import Allocation, Status
from matcher.commands.arguments import capacity_cut, identifier, pair
from matcher.commands.exit_codes import EXIT_CODES
from matcher.commands.files import RefusedError, place_of, refuse_unwritable, write_whole
from matcher.commands.results import read_certified, read_problem
from matcher.commands.solving import Job, solve_within
from matcher.evidence.repair_changes import Change, RepairEvent, Why, repair_changes
from matcher.problem.events import CapacityChange, Decline, Event, EventError, Withdrawal, apply_events
from matcher.problem.instance import Instance
from matcher.serialisation import sha256, write_instance, write_result

DECLINED, WITHDRAWN, OTHER_CAPACITY = "declined", "withdrawn", "capacity"
REASONS: Mapping[str, str] = {
    DECLINED: "declined",
    WITHDRAWN: "the request is withdrawn",
    OTHER_CAPACITY: "the partner has other days now",
    Why.PUT_ASIDE: "the pair is forbidden",
    Why.OTHER_MONTHS: "as many days, in other months",
    Why.MADE_WAY: "gives way to what is better now",
    Why.FILLS_GAP: "fills a gap in the request",
    Why.USES_FREED_DAYS: "uses days that the partner has free now",
    Why.BETTER_NOW: "helps more than before",
}


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
    if place_of(arguments.output) == place_of(arguments.instance_out):
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
    if repaired.status is not Status.INFEASIBLE:
        found = repair_changes(
            stood.engagements, repaired.engagements, _causes(events), aside=changed.forbidden
        )
        sys.stdout.writelines(f"{line}\n" for line in _lines(found))
    return EXIT_CODES[repaired.status]


def _causes(events: Iterable[Event]) -> list[RepairEvent]:
    found = []
    for event in events:
        match event:
            case Decline(partner, request):
                found.append(RepairEvent(DECLINED, partner, request))
            case Withdrawal(request):
                found.append(RepairEvent(WITHDRAWN, request=request))
            case CapacityChange(partner):
                found.append(RepairEvent(OTHER_CAPACITY, partner))
    return found


def _lines(changes: Sequence[Change]) -> Iterable[str]:
    """What changed in words, or that nothing did."""
    if not changes:
        yield "nothing changed"
    for each in changes:
        is_both = each.before and each.after
        days = f"{each.before} days, now {each.after}" if is_both else f"{each.before + each.after} days"
        what = "new" if not each.before else "gone" if not each.after else "changed"
        yield f"{what} {each.partner}:{each.request}, {days}: {REASONS[each.why]}"


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
