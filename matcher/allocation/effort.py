"""Counted effort, so that the same instance gives the same answer; the clock only when a limit is asked for.

A run notes what it used for each level; a replay is given that note and stops exactly there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Clock = Callable[[], float]


@dataclass
class Effort:
    """How much may be done on each level (``allowed``, from a stored run) and how much was (``used``)."""

    allowed: Mapping[str, int] | None = None
    deadline: float | None = None
    clock: Clock = time.perf_counter
    used: dict[str, int] = field(default_factory=dict)
    stopped_by_time: bool = False
    _level_deadline: float | None = None

    def share_of_time(self, share: float) -> None:
        """From now on stop when this share of the time left is used (nothing without a limit)."""
        if self.deadline is not None:
            now = self.clock()
            self._level_deadline = now + share * max(0.0, self.deadline - now)

    @contextmanager
    def share(self, share: float) -> Iterator[None]:
        """For a while, stop when this share of what is left of the level is used (nothing without a limit)."""
        outer, now = self._level_deadline, self.clock()
        if outer is not None:
            self._level_deadline = now + share * max(0.0, outer - now)
        try:
            yield
        finally:
            self._level_deadline = outer

    def take(self, what: str, most: int) -> bool:
        """Whether one more round of ``what`` may start; counts it. ``most`` is the usual limit."""
        limit = most if self.allowed is None else self.allowed.get(what, 0)
        if self.used.get(what, 0) >= limit or (self.allowed is None and self.out_of_time()):
            self.used.setdefault(what, 0)
            return False
        self.used[what] = self.used.get(what, 0) + 1
        return True

    def out_of_time(self) -> bool:
        """Whether the limit has passed; remembered, because such a run is not repeatable by itself."""
        limit = self.deadline if self._level_deadline is None else self._level_deadline
        if limit is None or self.clock() < limit:
            return False
        self.stopped_by_time = True
        return True

    def seconds_left(self) -> float | None:
        """Seconds to the limit, or None without one."""
        return None if self.deadline is None else max(0.01, self.deadline - self.clock())
