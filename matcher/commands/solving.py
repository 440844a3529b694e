"""Solving in a child process that can be killed, so that a time limit is kept whatever the solver does.

The child sends each complete answer as it finds it, the spreadsheet greedy's first. The parent waits for
the last one or for the limit, whichever comes first, and gives out the best answer that passes the verifier.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import IO, Final, Protocol

from matcher.allocation.result import Allocation, Stage, Status
from matcher.commands.files import RefusedError
from matcher.evidence.measures import SMALLER_IS_BETTER
from matcher.evidence.verifier import verify
from matcher.problem.instance import Instance

#: The key of a certificate that says what ended a search which did not come to its end.
STOPPED_BY_ERROR: Final = "stopped_by_error"

#: Seconds after the limit for which an answer on its way is waited for; the second from so many candidates on.
_GRACE_SECONDS: Final = 1.3
_LONGER_GRACE_SECONDS: Final = 1.5
_SLOW_TO_SEND: Final = 20_000
#: What filling up, verifying and writing an answer takes, for each candidate.
_FINISH_SECONDS_A_CANDIDATE: Final = 1e-5
#: Seconds that a killed child may take to be gone.
_KILL_SECONDS: Final = 5.0
#: Seconds that the first answer may take at least, whatever the limit: rather late than nothing.
_FIRST_ANSWER_SECONDS: Final = 60.0


class Tell(Protocol):
    """Takes each complete answer as it is found."""

    def __call__(self, allocation: Allocation) -> None: ...


@dataclass(frozen=True)
class Job:
    """What the child does: ``first`` gives an answer at once, ``best`` the final one, telling others on the
    way.

    ``best`` is given the seconds it may take (None: as long as its counted effort lasts). ``fill`` uses the
    room that an answer left when it was cut short.
    """

    instance: Instance
    digest: str
    first: Callable[[], Allocation]
    best: Callable[[float | None, Tell], Allocation]
    fill: Callable[[Allocation], Allocation]


@dataclass
class _Answers:
    """The answers that came, whether the last of them is final, and whether the child ended by itself before that."""

    first: Allocation | None = None
    latest: Allocation | None = None
    final: bool = False
    broke_off: bool = False

    def add(self, allocation: Allocation, *, final: bool) -> None:
        if self.first is None:
            self.first = allocation
        self.latest, self.final = allocation, final

    def best_first(self, fill: Callable[[Allocation], Allocation] | None) -> list[Allocation]:
        """A finished answer as it is; one cut short filled up, beside the others, best by the ladder."""
        found = [answer for answer in (self.latest, self.first) if answer is not None]
        if fill is None or not found or found[0].status is not Status.FEASIBLE:
            return found
        return sorted([fill(found[0]), *found], key=_rank, reverse=True)


def _rank(allocation: Allocation) -> tuple[float, ...]:
    """Levels in ladder order, bigger better, so that tuples compare as the ladder does."""
    return tuple(_signed(level) for level in allocation.levels)


def _signed(level: Stage) -> float:
    return -level.value if level.name in SMALLER_IS_BETTER else level.value


def solve_within(job: Job, limit_seconds: float | None, read_at: float) -> Allocation:
    """The verified answer to a job; ``read_at`` is the monotonic time at which its file had been read.

    Raises ``RefusedError`` if the child ends without any answer that passes the verifier.
    """
    with tempfile.TemporaryFile() as errors:
        child = _Child(job, limit_seconds, read_at, errors.fileno())
        answers = child.answers()
        lines: list[str] = []
        for allocation in answers.best_first(None if limit_seconds is None else job.fill):
            certificate = verify(job.instance, allocation, instance_sha256=job.digest)
            if certificate.passed:
                return _with_its_end(allocation, answers, errors)
            lines += [f"answer refused: {breach}" for breach in certificate.breaches]
        raise RefusedError(*lines or [f"the solver ended without an answer: {_last_words(errors)}"])


def _with_its_end(allocation: Allocation, answers: _Answers, errors: IO[bytes]) -> Allocation:
    """An answer that was not the last one says whether time or an error ended the search."""
    if answers.final or allocation.status is Status.INFEASIBLE:
        return allocation
    end = {STOPPED_BY_ERROR: _last_words(errors)} if answers.broke_off else {"stopped_by_time": True}
    return replace(allocation, certificate={**allocation.certificate, **end})


def _last_words(errors: IO[bytes]) -> str:
    errors.seek(0)
    return (errors.read().decode(errors="replace").strip().splitlines() or ["it was killed"])[-1]


@dataclass
class _Child:
    """The running child and the clock on it."""

    job: Job
    limit_seconds: float | None
    read_at: float
    errors: int
    found: _Answers = field(default_factory=_Answers)

    def answers(self) -> _Answers:
        """Run the child to its end or to the limit."""
        context = multiprocessing.get_context("fork")
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(theirs, ours, self))
        process.start()
        theirs.close()
        try:
            while not self.found.final and ours.poll(self._patience()):
                allocation, final = ours.recv()
                self.found.add(allocation, final=final)
        except EOFError:
            self.found.broke_off = True
        finally:
            _end(process)
            ours.close()
        return self.found

    def _patience(self) -> float | None:
        """Seconds to wait for the next answer; for the first one, rather long than leave nothing."""
        if self.limit_seconds is None:
            return None
        is_slow = len(self.job.instance.candidates) > _SLOW_TO_SEND
        grace = _LONGER_GRACE_SECONDS if is_slow else _GRACE_SECONDS
        left = self.read_at + self.limit_seconds + grace - self._finish_seconds - time.monotonic()
        return max(left, 0.0) if self.found.latest is not None else max(left, _FIRST_ANSWER_SECONDS)

    def seconds_for_search(self) -> float | None:
        """What the search may take so that the answer can still be worked out and verified in time."""
        if self.limit_seconds is None:
            return None
        return max(0.0, self.read_at + self.limit_seconds - self._finish_seconds - time.monotonic())

    @property
    def _finish_seconds(self) -> float:
        """What filling up, verifying and writing an answer will take."""
        return _FINISH_SECONDS_A_CANDIDATE * len(self.job.instance.candidates)


def _end(process: ForkProcess) -> None:
    process.kill()
    process.join(_KILL_SECONDS)


def _work(connection: Connection, parents_end: Connection, child: _Child) -> None:
    """In the child: the first answer, then the search, every answer sent as it comes."""
    parents_end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for stream in (1, 2):
        os.dup2(child.errors, stream)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    threading.Thread(target=_end_with_parent, args=(connection,), daemon=True).start()
    connection.send((child.job.first(), False))
    final = child.job.best(
        child.seconds_for_search(), lambda allocation: connection.send((allocation, False))
    )
    connection.send((final, True))


def _end_with_parent(connection: Connection) -> None:
    """The parent never sends; when it is gone, so is the reason to go on."""
    try:
        connection.recv()
    except (EOFError, OSError):
        os._exit(1)
