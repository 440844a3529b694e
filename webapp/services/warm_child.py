"""A process that has the solvers loaded and the last runs read, or a repair rehearsed, and forks a child of its own
for each job.

Run as ``python -m webapp.services.warm_child`` by ``warm_solving``, never imported by the service. It reads orders
from standard input, a JSON object a line, and never solves itself: solvers start threads, and a fork must not
lose them. Jobs write progress and answers to folders and to the same standard output; this process adds
``{"ended": CODE}`` after each. The end of standard input, however it came, ends the job and this process.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import traceback
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.problem.records import RecordError
from webapp.services import question_child, solver_child
from webapp.services.question_child import Known
from webapp.services.solver_child import Rehearsed

MOST_KNOWN = 2
"""Runs that are kept read: the one that is asked about, and the one before it."""
_STDIN, _STDOUT = 0, 1


def main() -> int:
    """Do one order after the other until there are no more."""
    memory = _Memory()
    orders = _Orders()
    _say({"ready": os.getpid()})
    for order in orders:
        _say({"ended": _done(memory, order, orders)})
    return 0


@dataclass
class _Memory:
    """Runs that were read, by digest, and the repair that was rehearsed last."""

    known: OrderedDict[str, Known] = field(default_factory=OrderedDict)
    rehearsed: Rehearsed | None = None


def _done(memory: _Memory, order: Mapping[str, Any], orders: _Orders) -> int:
    if order["do"] == "remember":
        return _remember(memory.known, order)
    if order["do"] == "rehearse":
        return _rehearse(memory, order)
    return _in_child(memory, order, orders)


def _rehearse(memory: _Memory, order: Mapping[str, Any]) -> int:
    """Read and explain a round as it stands, so that the children that repair it find it done."""
    before, memory.rehearsed = memory.rehearsed, None
    try:
        memory.rehearsed = solver_child.rehearse(Path(order["folder"]), before)
    except RecordError:
        return 1  # the round is such that no run can read it: a repair will say why
    gc.collect()
    gc.freeze()  # what is kept is shared with the children, not looked through by them
    return 0


class _Orders:
    """Lines of standard input, read without a buffer, so that its end is seen while a job runs."""

    def __init__(self) -> None:
        self._kept = b""
        self.is_over = False

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        while True:
            while b"\n" in self._kept:
                line, _, self._kept = self._kept.partition(b"\n")
                yield json.loads(line)
            self.read()
            if self.is_over:
                return

    def read(self) -> None:
        """Take what is there; nothing is the end."""
        found = os.read(_STDIN, 65536)
        self._kept += found
        self.is_over = not found


def _remember(known: OrderedDict[str, Known], order: Mapping[str, Any]) -> int:
    """Read a run's documents here, so that the children that are forked for questions have them already."""
    known[order["digest"]] = question_child.read_run(Path(order["folder"]))
    known.move_to_end(order["digest"])
    while len(known) > MOST_KNOWN:
        known.popitem(last=False)
    gc.collect()
    gc.freeze()  # a forked child then neither walks nor copies what was read
    return 0


def _in_child(memory: _Memory, order: Mapping[str, Any], orders: _Orders) -> int:
    """Fork, and wait for the child's end, told by a pipe that only it holds; gives its exit code."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        os.dup2(os.open(os.devnull, os.O_RDONLY), _STDIN)
        _work(memory, order)
    os.close(theirs)
    while True:
        ready, _, _ = select.select([ours, _STDIN], [], [])
        if _STDIN in ready:
            orders.read()
            if orders.is_over:
                os.killpg(0, signal.SIGKILL)
        if ours in ready:
            break
    os.close(ours)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _work(memory: _Memory, order: Mapping[str, Any]) -> None:
    """The child's whole life: it leaves without running what its parent has registered for its own end."""
    code = 1
    try:
        folder = Path(order["folder"])
        if order["do"] == "ask":
            code = question_child.main(folder, memory.known.get(order["digest"]))
        else:
            code = solver_child.job(folder, memory.rehearsed)
        sys.stdout.flush()
    finally:
        if sys.exc_info()[0] is not None:
            traceback.print_exc()
        os._exit(code)


def _say(told: Mapping[str, Any]) -> None:
    os.write(_STDOUT, json.dumps(told).encode() + b"\n")


if __name__ == "__main__":
    raise SystemExit(main())
