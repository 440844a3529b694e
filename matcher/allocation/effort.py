"""Counted effort, so that the same instance gives the same answer; the clock only when a limit is asked for.

A run notes what it used for each level. One that the clock stopped also notes what each look at the clock said, exact
programmes that were cut short among them: as run lengths, in time, out of time, and so on in turn. A replay is given
that note, looks at it instead of the clock, leaves out what had been cut short, and stops exactly there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import repeat

Clock = Callable[[], float]
#: Keys of the note that hold run lengths of looks.
_LOOKS = "clock_"


@dataclass
class Effort:
    """How much may be done on each level (``allowed``, from a stored run) and how much was (``used``)."""

    allowed: Mapping[str, int] | None = None
    deadline: float | None = None
    clock: Clock = time.perf_counter
    used: dict[str, int] = field(default_factory=dict)
    stopped_by_time: bool = False
    _level_deadline: float | None = None
    _part_deadline: float | None = None
    _looks: list[int] = field(default_factory=lambda: [0])
    _script: Iterator[bool] | None = None

    def __post_init__(self) -> None:
        keys = sorted(key for key in self.allowed or {} if key.startswith(_LOOKS))
        if self.allowed is not None and keys:
            self._script = _spelt_out([self.allowed[key] for key in keys])

    def note(self) -> dict[str, int]:
        """What a replay needs to know."""
        looks = {f"{_LOOKS}{at:04d}": count for at, count in enumerate(self._looks)}
        return dict(sorted({**self.used, **(looks if self.stopped_by_time else {})}.items()))

    def share_of_time(self, share: float) -> None:
        """From now on stop when this share of the time left is used (nothing without a limit)."""
        if self.deadline is not None:
            now = self.clock()
            self._level_deadline = self._part_deadline = now + share * max(0.0, self.deadline - now)

    @contextmanager
    def share(self, share: float) -> Iterator[None]:
        """For a while, stop when this share of what is left of the level is used (nothing without a limit)."""
        outer, now = self._part_deadline, self.clock()
        if outer is not None:
            self._part_deadline = now + share * max(0.0, outer - now)
        try:
            yield
        finally:
            self._part_deadline = outer

    def take(self, what: str, most: int) -> bool:
        """Whether one more round of ``what`` may start; counts it. ``most`` is the usual limit."""
        counted = self.allowed is not None and self._script is None
        limit = self.allowed.get(what, 0) if self.allowed is not None and counted else most
        if self.used.get(what, 0) >= limit or (not counted and self.out_of_time()):
            self.used.setdefault(what, 0)
            return False
        self.used[what] = self.used.get(what, 0) + 1
        return True

    def out_of_time(self) -> bool:
        """Whether the limit has passed; remembered, because such a run is not repeatable by itself."""
        if self._script is not None:
            return self._remember(next(self._script, True))
        limit = self.deadline if self._part_deadline is None else self._part_deadline
        return self._remember(limit is not None and self.clock() >= limit)

    def seconds_left(self) -> float | None:
        """Seconds to the end of the level, or None without a limit: what one programme may take at most."""
        limit = self.deadline if self._level_deadline is None else self._level_deadline
        return None if limit is None else max(0.01, limit - self.clock())

    def skips(self) -> bool:
        """Whether the next exact programme was cut short in the run that is replayed."""
        return self._script is not None and self._remember(next(self._script, True))

    def ended(self, *, cut: bool) -> None:
        """An exact programme has ended by itself, or was cut short by the clock."""
        if self._script is None:
            self._remember(cut)

    def _remember(self, is_out: bool) -> bool:
        self.stopped_by_time |= is_out
        if is_out == (len(self._looks) % 2 == 1):
            self._looks.append(0)
        self._looks[-1] += 1
        return is_out


def _spelt_out(lengths: Sequence[int]) -> Iterator[bool]:
    """Run lengths as single looks: in time first."""
    for at, count in enumerate(lengths):
        yield from repeat(at % 2 == 1, count)
