"""Answers to ``value`` that follow a plan master: dives, small steps, merging of what was found, and larger steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Hold
from matcher.allocation.merging import GoodAnswers
from matcher.allocation.objectives import measure
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.rebuild import can_rebuild, losses_by_request, near_candidates, rebuild
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room
from matcher.allocation.search import Search, Style, keeps
from matcher.allocation.worst import mend
from matcher.problem.instance import FloatArray, IntArray

#: Phases of rebuilding, in all, at first, in one turn; neighbourhoods of one turn.
PHASES, _PHASES_IF_LARGE = 2_000, 8_000
_FIRST_PHASES, _TURN_PHASES = 60, 100
NEIGHBOURHOODS = 30
#: Rounds of mending after a dive whose days small steps do not bring up to what is held.
_MENDING_ROUNDS = 120
_STYLE = Style(free=25, most_free=40, most_candidates=450, near=12)
#: Small instances are tight: neighbourhoods of half of one take as long as the whole.
_SMALL, _SMALL_STYLE = 2_000, Style(free=10, most_free=30, most_candidates=170)
#: Batch and rounds of pricing of dives: hasty where instances are large, else another kind in each turn.
_HASTY, _DIVES = (0.3, 1), ((0.08, 2), (0.04, 5), (0.02, 2))

Enough = Callable[[float, float], bool]
Offer = Callable[[IntArray], None]


class PlanAnswers:
    """The best days so far and their ``value`` (without what is fixed), and ways to better ones. ``relaxation`` is the
    relaxed choice over plans, told by who proves the bound."""

    relaxation: Relaxation

    def __init__(
        self,
        master: PlanMaster,
        days: IntArray,
        held: Sequence[Hold],
        *,
        effort: Effort,
        enough: Enough,
        offer: Offer,
        turns: int,
    ) -> None:
        """``enough(bound, value)`` says when to stop; ``offer`` is told of better days, which keep what is held;
        ``turns`` of improving that there may be."""
        self.master, self.days, self.held, self.effort, self.enough = master, days, held, effort, enough
        self.offer, self.turns = offer, turns
        self.value = self._value(days)
        self._good = GoodAnswers(master)
        self._good.add(days, self.value)

    def is_open(self) -> bool:
        """Whether the best is not near enough to the bound."""
        return not self.enough(self.master.bound, self.value)

    def begin(self) -> None:
        """Small steps before there are shares to follow."""
        if can_rebuild(self.held) and len(self.master.arrays) >= _SMALL:
            self._rebuild(self.days, 0, _FIRST_PHASES)

    def take_small_steps(self, turn: int) -> None:
        """Nothing but small steps from the best so far."""
        if self.is_open():
            self._rebuild(self.days, turn, _TURN_PHASES)

    def improve(self, turn: int) -> None:
        """A dive, which finds the region of a good answer; then many small steps in it, and larger ones. What answers
        of this turn and of those before have, each somewhere, is merged in between."""
        found = self.days
        if self.effort.take("value_dives", self.turns):
            found = self._follow(self._dive(turn))
        if not (can_rebuild(self.held) and self.is_open()):
            return
        self._merge()
        before = self.value
        if self.is_open():
            start = self.days if self.master.is_large else found
            self._rebuild(start, turn + 1, _TURN_PHASES if turn else _FIRST_PHASES)
            self._merge()
        if self.is_open() and (not self.master.is_large or self.value == before):
            self._search(turn)

    def _dive(self, turn: int) -> IntArray:
        batch, rounds = _HASTY if self.master.is_large else _DIVES[turn % len(_DIVES)]
        return dive(
            self.master,
            batch=batch,
            rounds=rounds,
            go_on=lambda: not self.effort.out_of_time(),
            seed=0 if self.master.is_large else turn // len(_DIVES),
        )

    def _follow(self, days: IntArray) -> IntArray:
        """Take what a dive found, after small steps from it: they mend what it misses of what is held, and serve
        whom it left out where its programme had no answer any more."""
        self._take(days)
        if can_rebuild(self.held) and self.is_open():
            dives = self.effort.used.get("value_dives", 0)
            days = self._rebuilt(days, self.turns + 1 + dives, _FIRST_PHASES)
            if not keeps(self.master.arrays, days, self.held):
                room, relaxation = Room(self.master.arrays, days.copy()), self.relaxation
                mended = mend(room, self.held, relaxation, self.effort, (1 + dives) * _MENDING_ROUNDS)
                days = days if mended is None else mended
        self._take(days)
        return days

    def _merge(self) -> None:
        """The best of what good answers have, each somewhere; then with other plans where they differ on little."""
        for more_plans in (False, True):
            if self.is_open() and not self.master.is_large:
                merged = self._good.merged(more_plans=more_plans, clock=self.effort)
                if merged is not None:
                    self._take(merged)

    def _rebuild(self, days: IntArray, turn: int, phases: int) -> None:
        """Many small steps from an answer."""
        self._take(self._rebuilt(days, turn, phases))

    def _rebuilt(self, days: IntArray, turn: int, phases: int) -> IntArray:
        return rebuild(
            self.master,
            self._marginals,
            days,
            held=self.held,
            phases=phases,
            go_on=self._rebuild_on,
            seed=turn,
        )

    def _search(self, turn: int) -> None:
        """A few larger neighbourhoods, solved exactly: where most of the gap lies, then where most days are missed."""
        near = near_candidates(self.master.arrays, self._marginals, self.days)
        self._look_around(turn, "value_near", lambda days: losses_by_request(self.master, near, days))
        if self.is_open():
            self._look_around(turn, "value_missed", None)

    def _look_around(self, turn: int, name: str, losses: Callable[[IntArray], FloatArray] | None) -> None:
        arrays = self.master.arrays
        room, fixed = Room(arrays, self.days), arrays.fixed.value
        search = Search(
            room,
            "value",
            self.held,
            self.relaxation,
            style=_STYLE if len(arrays) >= _SMALL else _SMALL_STYLE,
            losses=losses,
            seed=turn,
        )
        most = (turn + 1) * NEIGHBOURHOODS
        search.run(self.effort, most, lambda value: self.enough(self.master.bound, value - fixed), name)
        self._take(room.days)

    def _rebuild_on(self, best: float) -> bool:
        most = _PHASES_IF_LARGE if self.master.is_large else PHASES
        still_open = not self.enough(self.master.bound, max(self.value, best))
        return still_open and self.effort.take("value_rebuilds", most)

    def _value(self, days: IntArray) -> float:
        arrays = self.master.arrays
        return measure(arrays, days, ["value"])["value"] - arrays.fixed.value

    @property
    def _marginals(self) -> FloatArray:
        return self.relaxation.reduced

    def _take(self, days: IntArray) -> None:
        if not keeps(self.master.arrays, days, self.held):
            return
        value = self._value(days)
        if not self.master.is_large:
            self._good.add(days, value)
        if value > self.value + 1e-9:
            self.days, self.value = days.copy(), value
            self.offer(self.days)
