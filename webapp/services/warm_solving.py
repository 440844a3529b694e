"""The warm child from outside: jobs go to a process that has everything loaded, and that can be killed.

One job at a time. Whatever goes wrong with the process (killed, out of memory, silent) the job fails, and the next
one gets a new process. Nothing of the solver is imported here.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from webapp.services.solving import (
    BEAT_SECONDS,
    ROOT,
    Order,
    Progress,
    Solved,
    SolvingError,
    SolvingStoppedError,
    Watch,
    collected,
    progress_in,
)

_THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
QUESTION_SECONDS = 300.0
"""A question that takes longer has no answer that anybody waits for."""


class WarmChild:
    """One process and the jobs that are given to it, one after the other."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._said: queue.Queue[str | None] = queue.Queue()
        self._one_job = threading.Lock()
        self.known: set[str] = set()
        self._rehearsed = ""

    def solve(self, snapshot: bytes, order: Order, watch: Watch) -> Solved:
        """As ``solving.solve``, without the seconds that a new process takes to load."""
        with tempfile.TemporaryDirectory(prefix="solve-") as name, self._one_job:
            folder = Path(name)
            (folder / "snapshot.json").write_bytes(snapshot)
            (folder / "order.json").write_text(json.dumps(asdict(order)), encoding="utf-8")
            code = self._do({"do": "solve", "folder": name}, order.seconds_at_most, watch)
            return collected(folder, code)

    def remember(self, digest: str, documents: Mapping[str, bytes]) -> None:
        """Have a run read in the process, so that questions about it are answered at once."""
        if self.knows(digest):
            return
        with tempfile.TemporaryDirectory(prefix="run-") as name, self._one_job:
            for file, content in documents.items():
                (Path(name) / file).write_bytes(content)
            order = {"do": "remember", "folder": name, "digest": digest}
            if self._do(order, QUESTION_SECONDS, _go_on) == 0:
                self.known.add(digest)

    def rehearse(self, name: str, snapshot: bytes) -> bytes:
        """Have a round as it stands read and explained, so that its repair does only what is new; gives its
        instance. Raises ``SolvingError`` where it cannot be read."""
        with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder, self._one_job:
            (Path(folder) / "snapshot.json").write_bytes(snapshot)
            self._rehearsed = ""
            if self._do({"do": "rehearse", "folder": folder}, QUESTION_SECONDS, _go_on) != 0:
                raise SolvingError("The round as it stands could not be read.")
            self._rehearsed = name
            return (Path(folder) / "instance.json").read_bytes()

    def has_rehearsed(self, name: str) -> bool:
        """Whether that rehearsal was the last one, and the process that did it is alive."""
        return self._rehearsed == name and self._process is not None and self._process.poll() is None

    def knows(self, digest: str) -> bool:
        """Whether the process that is alive has read the run."""
        return digest in self.known and self._process is not None and self._process.poll() is None

    def ask(self, digest: str, question: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a question about a run that was remembered; raises ``SolvingError`` where there is none."""
        with tempfile.TemporaryDirectory(prefix="question-") as name, self._one_job:
            (Path(name) / "question.json").write_text(json.dumps(question), encoding="utf-8")
            order = {"do": "ask", "folder": name, "digest": digest}
            code = self._do(order, QUESTION_SECONDS, _go_on)
            if code != 0:
                raise SolvingError("The question could not be answered.")
            answer: dict[str, Any] = json.loads((Path(name) / "answer.json").read_text(encoding="utf-8"))
            return answer

    def warm_up(self) -> None:
        """Start the process now, so that the first job finds it loaded."""
        with self._one_job:
            self._alive()

    def close(self) -> None:
        """End the process with whatever it does."""
        process, self._process = self._process, None
        self.known.clear()
        self._rehearsed = ""
        if process is None:
            return
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _do(self, order: Mapping[str, Any], seconds: float, watch: Watch) -> int:
        """Give an order and follow it to its end; a job that is stopped takes the process with it."""
        process = self._alive()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            return self._follow(seconds, watch)
        except (BrokenPipeError, SolvingError, SolvingStoppedError) as error:
            self.close()
            if isinstance(error, BrokenPipeError):
                raise SolvingError("The solver stopped without an answer.") from error
            raise

    def _follow(self, seconds: float, watch: Watch) -> int:
        started, latest = time.monotonic(), Progress()
        while True:
            with contextlib.suppress(queue.Empty):
                line = self._said.get(timeout=BEAT_SECONDS)
                if line is None:
                    raise SolvingError("The solver stopped without an answer.")
                code = _ended(line)
                if code is not None:
                    return code
                latest = progress_in(line, latest)
            if not watch(latest):
                raise SolvingStoppedError
            if time.monotonic() - started > seconds:
                raise SolvingError("The run took longer than it may and was stopped.")

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._said = queue.Queue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "webapp.services.warm_child"],
            cwd=ROOT,
            env={**os.environ, **_THREADS},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        threading.Thread(target=_listen, args=(self._process, self._said), daemon=True).start()
        return self._process


def _go_on(_progress: Progress) -> bool:
    return True


def _listen(process: subprocess.Popen[bytes], said: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    with contextlib.suppress(ValueError):  # closed while it was read
        for line in process.stdout:
            said.put(line.decode("utf-8", errors="replace"))
    said.put(None)


def _ended(line: str) -> int | None:
    """The exit code in the line that ends a job; None for any other line."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return int(told["ended"]) if isinstance(told, dict) and "ended" in told else None
