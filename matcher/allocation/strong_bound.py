"""The strong bound of ``value``: whole plans and partner cuts, in turn with answers that follow their shares.

The door for the ladder. Every number it gives is proven or checked: the bound by prices in double precision
over all candidates, the answers by the rules themselves. Rounds are counted by the run's effort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from matcher.allocation.candidate_cuts import separate_by_candidate
from matcher.allocation.candidate_master import RelaxedChoice
from matcher.allocation.cut_pool import CutPool
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold
from matcher.allocation.highs_engine import is_available
from matcher.allocation.partner_cuts import separate
from matcher.allocation.plan_answers import Enough, Offer, PlanAnswers
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.rebuild import can_rebuild
from matcher.allocation.relaxation import Relaxation
from matcher.problem.instance import IntArray

#: Pricing rounds that one level may use, and turns of partner cuts.
ROUNDS = 600
TURNS, FINE_TURNS = 24, 12
#: Turns of cuts and answers, and those without gain after which they end.
CYCLES, _IDLE = 12, 4
#: Where instances are large a turn brings a few cuts only, and there are more of them.
_CYCLES_IF_LARGE = 40
#: What a turn must gain where answers are only rebuilt, as a share of the bound.
_SLOW = 5e-4
_ROUGH, _TIGHT, _FINE = 2e-4, 1e-4, 1e-5
_MOST_ROUNDS = 200
#: Where instances are large cuts take minutes and are added in turn with answers, a few at a time.
_TURNS_IF_LARGE, _FIRST_IF_LARGE, _ROUGH_IF_LARGE = 1, 1e-3, 5e-4
#: There, turns with cuts by span only; then those by candidate take every other turn.
_SPANS_FIRST = 3
#: There, one turn in so many asks again what each candidate would cost: it takes a second, and changes little.
_REPORTS = 2
#: There, plans come as near to the bound as this share of the gap.
_TOLERABLE = 0.15

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
    turns = _CYCLES_IF_LARGE if master.is_large else CYCLES
    answers = PlanAnswers(master, days, held, effort=effort, enough=enough, offer=told.offer, turns=turns)
    return _Turns(master, answers, effort, told.settle).improve(relaxation)


class _Turns:
    """The bound that is there is made tighter, and answers are brought up to it."""

    def __init__(self, master: PlanMaster, answers: PlanAnswers, effort: Effort, settle: Settle) -> None:
        self.master, self.answers, self.effort, self.settle = master, answers, effort, settle
        master.clock = effort

    def improve(self, relaxation: Relaxation) -> Strong:
        """A first answer and plans; then cuts and answers in turn, neither waiting for the end of the other, until
        the gap is small enough or turns gain nothing."""
        answers = self.answers
        self._report(relaxation)
        if answers.is_open():
            answers.begin()
            if not answers.is_open():
                return replace(self.strong, answers=(answers.days,))
        if self.master.is_vast:
            return self._only_rebuild()
        self.master.solve(_FIRST_IF_LARGE if self.master.is_large else _TIGHT, _MOST_ROUNDS, self._go_on)
        idle = 0
        for turn in range(answers.turns):
            before = answers.value, self.master.bound
            self._prove(turn, relaxation)
            if not answers.is_open() or self.effort.out_of_time():
                break
            answers.improve(turn)
            idle = 0 if before != (answers.value, self.master.bound) else idle + 1
            goes_on = self.master.is_large or can_rebuild(answers.held)
            if idle == _IDLE or not (goes_on and answers.is_open()):
                break
            self.settle(self.strong.relaxation)
        bound = min(self.strong.bound, self.master.bound)
        return replace(self.strong, bound=bound, answers=(answers.days,))

    def _only_rebuild(self) -> Strong:
        """Where the master's programme would take longer than all else: small steps at the prices that are there,
        until turns gain nothing."""
        for turn in range(1, CYCLES):
            before = self.answers.value
            self.answers.take_small_steps(turn)
            if self.answers.value - before < _SLOW * abs(self.master.bound):
                break
        return replace(self.strong, answers=(self.answers.days,))

    def _prove(self, turn: int, relaxation: Relaxation) -> None:
        """Cuts: all before the first answers; a few in each turn where all of them take long."""
        if turn and not self.master.is_large:
            return
        if self.answers.is_open():
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
        gap = 1 - self.answers.value / self.master.bound
        return float(min(_ROUGH_IF_LARGE, max(_TIGHT, _TOLERABLE * gap)))

    def _report(self, relaxation: Relaxation) -> None:
        self.strong = _report(self.master, relaxation)
        self.answers.relaxation = self.strong.relaxation

    def _go_on(self) -> bool:
        return self.answers.is_open() and self.effort.take("value_plans", ROUNDS)


def _report(master: PlanMaster, relaxation: Relaxation) -> Strong:
    bound = min(master.bound, relaxation.bound)
    found = replace(
        relaxation,
        bound=bound,
        bound_at_prices=master.bound,
        choice=RelaxedChoice.of(*master.usage()),
        reduced=master.marginals(),
    )
    return Strong(
        bound=bound,
        answers=(),
        relaxation=found,
        plans=len(master.pool),
        cuts=len(master.cuts),
    )
