"""Solvers for tests of runs: the real one inside the test's process, and ones that misbehave."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path

from webapp.services import solver_child
from webapp.services.solving import Order, Progress, Solved, SolvingStoppedError, Watch


def in_process(snapshot: bytes, order: Order, watch: Watch) -> Solved:
    """The whole solve without a child process: quicker where the process is not what is tested.

    The same bytes give the same answer, so each is solved once for all tests.
    """
    if not watch(Progress()):
        raise SolvingStoppedError
    return _solved(snapshot, order.gap, json.dumps(order.repair))


@cache
def _solved(snapshot: bytes, gap: float, repair: str) -> Solved:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "snapshot.json").write_bytes(snapshot)
        solver_child.solve(folder, asdict(Order(gap=gap, repair=json.loads(repair))))
        return Solved(
            instance=(folder / "instance.json").read_bytes(),
            result=(folder / "result.json").read_bytes(),
            evidence=(folder / "evidence.json").read_bytes(),
            timing=json.loads((folder / "timing.json").read_text(encoding="utf-8")),
        )
