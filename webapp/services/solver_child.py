"""The solver's process: reads a snapshot and an order from a folder, writes the run's other documents there.

Run as ``python -m webapp.services.solver_child FOLDER`` by ``solving``, never imported by the service:
solvers are heavy, may crash, and must be killable. It knows no database. Progress goes to standard output, a
JSON object a line. Exit 0: all documents are there; 1: ``failure.txt`` says why not.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.allocation.freed import Hit
from matcher.allocation.repair import mend
from matcher.allocation.result import Allocation
from matcher.allocation.solver import allocate
from matcher.candidates.graph import build
from matcher.evidence.carried import Explained, explained
from matcher.evidence.evidence_format import write_evidence
from matcher.evidence.explanation import explain
from matcher.formats.instance_again import Written, written
from matcher.problem.collecting import uncollected
from matcher.problem.instance import Instance
from matcher.problem.records import RecordError
from matcher.problem.snapshot_format import read_snapshot
from matcher.serialisation import sha256, write_result

STOPPED_BY_TIME = "stopped_by_time"


@dataclass(frozen=True)
class Rehearsed:
    """What stands in a published round, read, written and explained before anything happens to it."""

    written: Written
    explained: Explained


def rehearse(folder: Path, before: Rehearsed | None = None) -> Rehearsed:
    """Do all of a repair of ``snapshot.json`` but the repair; the instance is left in the folder.

    Of what was rehearsed ``before`` only what differs is done.
    """
    with uncollected():
        graph = build(read_snapshot((folder / "snapshot.json").read_bytes()))
        told = written(graph.instance, before.written if before else None)
        (folder / "instance.json").write_bytes(told.content)
        return Rehearsed(told, explained(graph, before.explained if before else None))


def main(folder: Path) -> int:
    """Solve what the folder asks for; gives the exit code."""
    threading.Thread(target=_die_with_parent, daemon=True).start()
    return job(folder)


def job(folder: Path, rehearsed: Rehearsed | None = None) -> int:
    """What ``main`` does, for a process that is watched by another; gives the exit code."""
    order = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    _keep_small(order["memory_bytes"], order["nice"])
    try:
        solve(folder, order, rehearsed)
    except RecordError as error:
        (folder / "failure.txt").write_text("\n".join(error.problems[:20]), encoding="utf-8")
        return 1
    except MemoryError:
        (folder / "failure.txt").write_text("It needed more memory than a run may use.", encoding="utf-8")
        return 1
    return 0


def solve(folder: Path, order: Mapping[str, Any], rehearsed: Rehearsed | None = None) -> None:
    """From ``snapshot.json`` to the other documents; an order that breaks a rule raises ``RecordError``.

    What was ``rehearsed`` saves time and changes no byte.
    """
    _say("reading", 0.0)
    with uncollected():
        graph = build(read_snapshot((folder / "snapshot.json").read_bytes()))
        instance = written(graph.instance, rehearsed.written if rehearsed else None).content
        (folder / "instance.json").write_bytes(instance)
    allocation = _allocated(graph.instance, sha256(instance), order)
    timeless, timing = _without_time(allocation)
    (folder / "result.json").write_bytes(write_result(timeless))
    _say("explaining", 1.0)
    with uncollected():
        evidence = explain(graph, timeless, before=rehearsed.explained if rehearsed else None)
        (folder / "evidence.json").write_bytes(write_evidence(evidence))
    (folder / "timing.json").write_text(json.dumps(timing), encoding="utf-8")


def _allocated(instance: Instance, digest: str, order: Mapping[str, Any]) -> Allocation:
    repaired = order["repair"]
    if repaired is not None:
        _say("repairing", 0.5)
        hit = Hit(frozenset(repaired["partners"]), frozenset(repaired["requests"]))
        return mend(instance, hit, instance_sha256=digest, gap=order["gap"])
    return allocate(
        instance,
        instance_sha256=digest,
        gap=order["gap"],
        limit_seconds=order["limit_seconds"],
        effort=order["effort"],
        progress=_say,
    )


def _without_time(allocation: Allocation) -> tuple[Allocation, dict[str, Any]]:
    """Seconds are no part of a result's identity: kept beside it, so that a replay gives equal bytes."""
    timing = {
        "seconds": allocation.seconds,
        "levels": {level.name: level.seconds for level in allocation.levels},
        STOPPED_BY_TIME: bool(allocation.certificate.get(STOPPED_BY_TIME, False)),
    }
    certificate = {name: value for name, value in allocation.certificate.items() if name != STOPPED_BY_TIME}
    levels = tuple(replace(level, seconds=0.0) for level in allocation.levels)
    return replace(allocation, certificate=certificate, levels=levels, seconds=0.0), timing


def _say(stage: str, done: float, value: float | None = None, bound: float | None = None) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "done": done, "value": value, "bound": bound}) + "\n")
    sys.stdout.flush()


def _keep_small(memory_bytes: int, nice: int) -> None:
    os.nice(nice)
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))


def _die_with_parent() -> None:
    """The parent holds the other end of standard input: its end, however it came, is the end of this one."""
    while os.read(0, 1024):  # unbuffered: a lock held on standard input would break the end of the process
        pass
    os._exit(3)


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
