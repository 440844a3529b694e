"""Reading an instance with the results that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from matcher.allocation.result import Allocation, Status
from matcher.commands.files import RefusedError, read_whole
from matcher.evidence.verifier import verify
from matcher.problem.instance import Instance
from matcher.serialisation import FormatError, read_instance, read_result, sha256


@dataclass(frozen=True)
class ReadInstance:
    """An instance and the digest of the file it stands in."""

    instance: Instance
    digest: str


def read_problem(path: Path) -> ReadInstance:
    """The instance in a file."""
    raw = read_whole(path)
    return ReadInstance(read_instance(raw), sha256(raw))


def read_certified(path: Path, problem: ReadInstance) -> Allocation:
    """The result of this very instance in a file; refused if it is infeasible or the verifier finds a breach."""
    allocation = read_comparable(path, problem)
    certificate = verify(problem.instance, allocation, instance_sha256=problem.digest)
    if not certificate.passed:
        raise RefusedError(*[f"{path}: {breach}" for breach in certificate.breaches])
    return allocation


def read_comparable(path: Path, problem: ReadInstance) -> Allocation:
    """The result in a file that may be of another instance with the same ids and months.

    Refused if it is infeasible, names unknown ids, or lists a pair twice; what rules it keeps is not asked.
    """
    try:
        allocation = read_result(read_whole(path))
    except FormatError as error:
        raise RefusedError(*[f"{path}: {line}" for line in error.problems]) from error
    if allocation.status is Status.INFEASIBLE:
        raise RefusedError(f"{path}: is infeasible, so there are no engagements")
    lines = [f"{path}: {line}" for line in _strangers(problem.instance, allocation)]
    if lines:
        raise RefusedError(*lines)
    return allocation


def _strangers(instance: Instance, allocation: Allocation) -> list[str]:
    lines = []
    seen: set[tuple[str, str]] = set()
    for at, engagement in enumerate(allocation.engagements):
        where = f"engagements[{at}]"
        if engagement.partner not in instance.partner_index:
            lines.append(f"{where}.partner: {engagement.partner} is no partner of the instance")
        if engagement.request not in instance.request_index:
            lines.append(f"{where}.request: {engagement.request} is no request of the instance")
        if len(engagement.days) != len(instance.months):
            lines.append(f"{where}.days: must hold {len(instance.months)} months")
        if engagement.pair in seen:
            lines.append(f"{where}: is listed twice")
        seen.add(engagement.pair)
    return lines
