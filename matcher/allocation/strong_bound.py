"""The strong bound of ``value``: whole plans and partner cuts, with answers that follow their shares.

The door for the ladder. Every number it gives is proven or checked: the bound by prices in double precision
over all candidates, the answers by the rules themselves. Rounds are counted by the run's effort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from matcher.allocation.candidate_cuts import separate_by_candidate
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold
from matcher.allocation.highs_engine import is_available
from matcher.allocation.objectives import measure
from matcher.allocation.partner_cuts import separate
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.rebuild import can_rebuild, losses_by_request, near_candidates, rebuild
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room
from matcher.allocation.search import Search, Style, keeps
from matcher.allocation.worst import mend
from matcher.problem.instance import FloatArray, IntArray

#: Pricing rounds that one level may use, and turns of partner cuts.
ROUNDS = 600
TURNS, FINE_TURNS = 24, 12
#: Phases of rebuilding, in all; turns of rebuilding and searching; neighbourhoods of one turn.
PHASES = 2_000
_FIRST_PHASES, _TURN_PHASES = 60, 100
CYCLES, _IDLE = 12, 4
#: Where instances are large a turn brings a few cuts only, and there are more of them.
_CYCLES_IF_LARGE, _PHASES_IF_LARGE = 40, 8_000
#: What a turn must gain where answers are only rebuilt, as a share of the bound.
_SLOW = 5e-4
NEIGHBOURHOODS = 30
#: Rounds of mending after a dive whose days small steps do not bring up to what is held.
_MENDING_ROUNDS = 120
_STYLE = Style(free=25, most_free=40, most_candidates=450, near=12)
#: Small instances are tight: neighbourhoods of half of one take as long as the whole.
_SMALL, _SMALL_STYLE = 2_000, Style(free=10, most_free=30, most_candidates=170)
_ROUGH, _TIGHT, _FINE = 2e-4, 1e-4, 1e-5
_MOST_ROUNDS = 200
#: Where instances are large cuts take minutes and are added in turn with answers, a few at a time.
_TURNS_IF_LARGE, _FIRST_IF_LARGE, _ROUGH_IF_LARGE = 1, 1e-3, 5e-4
#: There, turns with cuts by span only; then those by candidate take every other turn.
_SPANS_FIRST = 3
#: There, one turn in so many asks again what each candidate would cost: it takes a second, and changes little.
_REPORTS = 2
#: Batch and rounds of pricing of dives: hasty where instances are large, else another kind in each turn.
_HASTY, _DIVES = (0.3, 1), ((0.08, 2), (0.04, 5), (0.02, 2))
#: There, plans come as near to the bound as this share of the gap.
_TOLERABLE = 0.15

Enough = Callable[[float, float], bool]
Offer = Callable[[IntArray], None]
Settle = Callable[[Relaxation], None]


@dataclass(frozen=True, eq=False)
class Strong:
    """What was proven and found: ``bound`` (signed, without what is fixed), ``answers`` (the best days, in the end),
    and the relaxed choice over plans with its prices; in ``relaxation``, ``reduced`` is at most what the bound
    changes by if a candidate is engaged."""

    bound: float
    answers: Sequence[IntArray]
    relaxation: Relaxation
    plans: int
    cuts: int


@dataclass(frozen=True)
class Told:
    """Who is told: of better days as they are found, which keep every rule and held level; of the relaxation after each
    turn, to argue over what is left."""

    offer: Offer = lambda _: None
    settle: Settle = lambda _: None


def strengthen(
    formulation: Formulation,
    relaxation: Relaxation,
    days: IntArray,
    *,
    held: Sequence[Hold],
    effort: Effort,
    enough: Enough,
    cuts: CutPool | None = None,
    told: Told = Told(),
) -> Strong | None:
    """Bound ``value`` over whole plans, starting from the candidate relaxation's prices.

    ``days`` must keep the held levels of the formulation; ``cuts`` are those of earlier levels. Stops when
    ``enough(bound, value)`` (both without what is fixed) or the effort is used up. None where a request is too large
    for exact pricing, or the solver is not there.
    """
    rules = plan_rules(formulation.arrays) if is_available() else None
    if rules is None or not len(formulation.arrays):
        return None
    master = PlanMaster(formulation, rules, relaxation.prices, days, cuts)
    answers = _Answers(master, days, held, effort, enough)
    answers.offer, answers.settle = told.offer, told.settle
    return answers.improve(relaxation)


class _Answers:
    """The bound that is there is made tighter, and answers are brought up to it."""

    offer: Offer
    settle: Settle

    def __init__(
        self, master: PlanMaster, days: IntArray, held: Sequence[Hold], effort: Effort, enough: Enough
    ) -> None:
        self.master, self.days, self.held, self.effort, self.enough = master, days, held, effort, enough
        master.clock = effort
        self.cycles = _CYCLES_IF_LARGE if master.is_large else CYCLES
        self.value = self._value(days)

    def improve(self, relaxation: Relaxation) -> Strong:
        """A first answer and plans; then cuts and answers in turn, neither waiting for the end of the other, until
        the gap is small enough or turns gain nothing."""
        self._report(relaxation)
        if self._open() and can_rebuild(self.held) and len(self.master.arrays) >= _SMALL:
            self._rebuild(self.days, 0, _FIRST_PHASES)
            if not self._open():
                return replace(self.strong, answers=(self.days,))
        if self.master.is_vast:
            return self._only_rebuild()
        self.master.solve(_FIRST_IF_LARGE if self.master.is_large else _TIGHT, _MOST_ROUNDS, self._go_on)
        idle = 0
        for turn in range(self.cycles):
            before = self.value, self.master.bound
            self._prove(turn, relaxation)
            if not self._open() or self.effort.out_of_time():
                break
            self._answer(turn)
            idle = 0 if before != (self.value, self.master.bound) else idle + 1
            goes_on = self.master.is_large or can_rebuild(self.held)
            if idle == _IDLE or not (goes_on and self._open()):
                break
            self.settle(self.strong.relaxation)
        bound = min(self.strong.bound, self.master.bound)
        return replace(self.strong, bound=bound, answers=(self.days,))

    def _only_rebuild(self) -> Strong:
        """Where the master's programme would take longer than all else: small steps at the prices that are there,
        until turns gain nothing."""
        for turn in range(1, CYCLES):
            before = self.value
            if self._open():
                self._rebuild(self.days, turn, _TURN_PHASES)
            if self.value - before < _SLOW * abs(self.master.bound):
                break
        return replace(self.strong, answers=(self.days,))

    def _prove(self, turn: int, relaxation: Relaxation) -> None:
        """Cuts: all before the first answers; a few in each turn where all of them take long."""
        if turn and not self.master.is_large:
            return
        if self._open():
            self._cut(turn)
        if turn % _REPORTS == 0:
            self._report(relaxation)

    def _cut(self, turn: int) -> None:
        if self.master.is_large:
            tolerance = self._tolerance()
            find = separate_by_candidate if turn >= _SPANS_FIRST and turn % 2 else separate
            if not self.master.strengthen(_TURNS_IF_LARGE, tolerance, self._go_on, find):
                self.master.solve(tolerance, _MOST_ROUNDS, self._go_on)
        else:
            self.master.strengthen(TURNS, _ROUGH, self._go_on)
            self.master.strengthen(FINE_TURNS, _FINE, self._go_on, separate_by_candidate)
            self.master.solve(_FINE, _MOST_ROUNDS, self._go_on)

    def _tolerance(self) -> float:
        """How near plans need come to the bound: cuts found early are as good, and later ones need care."""
        gap = 1 - self.value / self.master.bound
        return float(min(_ROUGH_IF_LARGE, max(_TIGHT, _TOLERABLE * gap)))

    def _answer(self, turn: int) -> None:
        """A dive, which finds the region of a good answer; then many small steps in it, and larger ones."""
        if self.effort.take("value_dives", self.cycles):
            batch, rounds = _HASTY if self.master.is_large else _DIVES[turn % len(_DIVES)]
            self._follow(
                dive(
                    self.master,
                    batch=batch,
                    rounds=rounds,
                    go_on=lambda: not self.effort.out_of_time(),
                    seed=0 if self.master.is_large else turn // len(_DIVES),
                )
            )
        if can_rebuild(self.held) and self._open():
            before = self.value
            self._rebuild(self.days, turn + 1, _TURN_PHASES if turn else _FIRST_PHASES)
            if not self.master.is_large or self.value == before:
                self._search(turn)

    def _report(self, relaxation: Relaxation) -> None:
        self.strong = _report(self.master, relaxation)

    def _follow(self, days: IntArray) -> None:
        """Take what a dive found, after small steps from it: they mend what it misses of what is held, and serve
        whom it left out where its programme had no answer any more."""
        if can_rebuild(self.held):
            dives = self.effort.used.get("value_dives", 0)
            days = self._rebuilt(days, self.cycles + 1 + dives, _FIRST_PHASES)
            if not keeps(self.master.arrays, days, self.held):
                room, relaxation = Room(self.master.arrays, days.copy()), self.strong.relaxation
                mended = mend(room, self.held, relaxation, self.effort, (1 + dives) * _MENDING_ROUNDS)
                days = days if mended is None else mended
        self._take(days)

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
        if self._open():
            self._look_around(turn, "value_missed", None)

    def _look_around(self, turn: int, name: str, losses: Callable[[IntArray], FloatArray] | None) -> None:
        arrays = self.master.arrays
        room, fixed = Room(arrays, self.days), arrays.fixed.value
        search = Search(
            room,
            "value",
            self.held,
            self.strong.relaxation,
            style=_STYLE if len(arrays) >= _SMALL else _SMALL_STYLE,
            losses=losses,
            seed=turn,
        )
        most = (turn + 1) * NEIGHBOURHOODS
        search.run(self.effort, most, lambda value: self.enough(self.master.bound, value - fixed), name)
        self._take(room.days)

    def _open(self) -> bool:
        return not self.enough(self.master.bound, self.value)

    def _go_on(self) -> bool:
        return self._open() and self.effort.take("value_plans", ROUNDS)

    def _rebuild_on(self, best: float) -> bool:
        most = _PHASES_IF_LARGE if self.master.is_large else PHASES
        still_open = not self.enough(self.master.bound, max(self.value, best))
        return still_open and self.effort.take("value_rebuilds", most)

    def _value(self, days: IntArray) -> float:
        arrays = self.master.arrays
        return measure(arrays, days, ["value"])["value"] - arrays.fixed.value

    @property
    def _marginals(self) -> FloatArray:
        return self.strong.relaxation.reduced

    def _take(self, days: IntArray) -> None:
        value = self._value(days)
        if value > self.value + 1e-9 and keeps(self.master.arrays, days, self.held):
            self.days, self.value = days.copy(), value
            self.offer(self.days)


def _report(master: PlanMaster, relaxation: Relaxation) -> Strong:
    engaged, days = master.usage()
    bound = min(master.bound, relaxation.bound)
    found = replace(
        relaxation,
        bound=bound,
        bound_at_prices=master.bound,
        engaged=engaged,
        days=days,
        reduced=master.marginals(),
    )
    return Strong(
        bound=bound,
        answers=(),
        relaxation=found,
        plans=len(master.pool),
        cuts=len(master.cuts),
    )
