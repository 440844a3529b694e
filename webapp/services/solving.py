"""Solving a snapshot in a process of its own, that is watched and can be killed.

The process has its own session, low priority and a memory limit, and ends when this one does. Nothing of the
solver is imported here.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parents[2]
GIB = 1024**3
GRACE_SECONDS = 90.0
BEAT_SECONDS = 1.0
_log = logging.getLogger(__name__)


class SolvingError(Exception):
    """The solve gave no answer; the message is for people."""


class SolvingStoppedError(Exception):
    """The watcher asked for the end of the solve."""


@dataclass(frozen=True, slots=True)
class Order:
    """How to solve, and how much of the machine it may take. ``hard_seconds`` ends it whatever it says.

    ``repair`` names partners and requests that events have touched: then what stands is kept around them.
    """

    gap: float = 0.001
    limit_seconds: float | None = None
    effort: Mapping[str, int] | None = None
    repair: Mapping[str, Any] | None = None
    memory_bytes: int = 6 * GIB
    nice: int = 10
    hard_seconds: float = 1800.0

    @property
    def seconds_at_most(self) -> float:
        """When the process is killed."""
        return self.hard_seconds if self.limit_seconds is None else self.limit_seconds + GRACE_SECONDS


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a solve is: stage, share done, and the stage's value and bound where they are known."""

    stage: str = "starting"
    done: float = 0.0
    value: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True)
class Solved:
    """The documents of a solve, byte for byte; ``timing`` is no part of them."""

    instance: bytes
    result: bytes
    evidence: bytes
    timing: Mapping[str, Any]


Watch = Callable[[Progress], bool]
"""Told of progress at least every second; answers whether to go on."""


def solve(snapshot: bytes, order: Order, watch: Watch) -> Solved:
    """Solve a stored snapshot. Raises ``SolvingError``, or ``SolvingStoppedError`` once ``watch`` says no."""
    with tempfile.TemporaryDirectory(prefix="solve-") as name:
        folder = Path(name)
        (folder / "snapshot.json").write_bytes(snapshot)
        (folder / "order.json").write_text(json.dumps(asdict(order)), encoding="utf-8")
        with _child(folder) as child:
            code = _follow(child, order, watch)
        return collected(folder, code)


@contextlib.contextmanager
def _child(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "webapp.services.solver_child", str(folder)]
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    with (folder / "errors.txt").open("wb") as errors:
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **threads},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        _kill(child)


def _follow(child: subprocess.Popen[str], order: Order, watch: Watch) -> int:
    """Pass progress on until the process ends; gives its exit code."""
    said: queue.Queue[str | None] = queue.Queue()
    assert child.stdout is not None
    threading.Thread(target=_listen, args=(child.stdout, said), daemon=True).start()
    started, latest = time.monotonic(), Progress()
    while True:
        with contextlib.suppress(queue.Empty):
            line = said.get(timeout=BEAT_SECONDS)
            if line is None:
                return child.wait()
            latest = progress_in(line, latest)
        if not watch(latest):
            raise SolvingStoppedError
        if time.monotonic() - started > order.seconds_at_most:
            raise SolvingError("The run took longer than it may and was stopped.")


def _listen(stream: TextIO, said: queue.Queue[str | None]) -> None:
    for line in stream:
        said.put(line)
    said.put(None)


def progress_in(line: str, latest: Progress) -> Progress:
    """The progress that a line tells, else what was known before it."""
    try:
        given = json.loads(line)
        return Progress(str(given["stage"])[:60], float(given["done"]), given["value"], given["bound"])
    except (ValueError, KeyError, TypeError):
        return latest  # a library's own chatter on standard output


def _kill(child: subprocess.Popen[str]) -> None:
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for stream in (child.stdin, child.stdout):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def collected(folder: Path, code: int) -> Solved:
    """The documents that a job left in its folder; raises ``SolvingError`` where it failed."""
    if code != 0:
        failure = folder / "failure.txt"
        said = failure.read_text(encoding="utf-8") if failure.exists() else ""
        errors = folder / "errors.txt"
        _log.error(
            "solver ended with code %s: %s", code, errors.read_bytes()[-2000:] if errors.exists() else ""
        )
        raise SolvingError(said or "The solver stopped without an answer.")
    return Solved(
        instance=(folder / "instance.json").read_bytes(),
        result=(folder / "result.json").read_bytes(),
        evidence=(folder / "evidence.json").read_bytes(),
        timing=json.loads((folder / "timing.json").read_text(encoding="utf-8")),
    )
