"""The strong bound of ``value``: whole plans and partner cuts, with answers that follow their shares.

The door for the ladder. Every number it gives is proven or checked: the bound by prices in double precision over
all candidates, the answers by the rules themselves. Rounds are counted by the run's effort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation, Hold
from matcher.allocation.living_lp import is_available
from matcher.allocation.objectives import measure
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.rebuild import can_rebuild, rebuild
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.search import keeps
from matcher.problem.instance import IntArray

#: Pricing rounds that one level may use, and turns of partner cuts.
ROUNDS = 600
TURNS = 14
#: Phases of rebuilding.
PHASES = 400
_ROUGH, _TIGHT = 2e-4, 1e-4
_MOST_ROUNDS = 200

Enough = Callable[[float, float], bool]


@dataclass(frozen=True, eq=False)
class Strong:
    """What was proven and found: ``bound`` (signed, without what is fixed), whole ``answers`` that keep the hard
    rules (held levels are for the caller to check), and the relaxed choice over plans with its prices.

    In ``relaxation``, ``reduced`` is at most what the bound changes by if a candidate is engaged.
    """

    bound: float
    answers: Sequence[IntArray]
    relaxation: Relaxation
    rounds: int
    plans: int
    cuts: int


def strengthen(
    formulation: Formulation,
    relaxation: Relaxation,
    days: IntArray,
    *,
    held: Sequence[Hold],
    effort: Effort,
    enough: Enough,
) -> Strong | None:
    """Bound ``value`` over whole plans, starting from the candidate relaxation's prices.

    ``days`` must keep the held levels of the formulation. Stops when ``enough(bound, value)`` (both without what
    is fixed) or the effort is used up. None where a request is too large for exact pricing, or the solver is not there.
    """
    rules = plan_rules(formulation.arrays) if is_available() else None
    if rules is None or not len(formulation.arrays):
        return None
    master = PlanMaster(formulation, rules, relaxation.prices, days)

    climb = _Climb(master, days, held, effort, enough)
    climb.run()
    return climb.report(relaxation) if master.rounds else None


class _Climb:
    """Bound and answers in turn."""

    def __init__(
        self, master: PlanMaster, days: IntArray, held: Sequence[Hold], effort: Effort, enough: Enough
    ) -> None:
        self.master, self.days, self.held, self.effort, self.enough = master, days, held, effort, enough
        self.value = self._value(days)

    def run(self) -> None:
        """Plans, cuts, a dive, then rebuilding; each stops when the gap is small enough."""
        self.master.solve(_TIGHT, _MOST_ROUNDS, self._go_on)
        if not self.master.rounds or not self._go_on():
            return
        self.master.strengthen(TURNS, _ROUGH, self._go_on)
        self._offer(dive(self.master))
        if self._open() and can_rebuild(self.held):
            marginals = self.master.marginals()
            self._offer(rebuild(self.master, marginals, self.days, self.held, self._rebuild_on))

    def _open(self) -> bool:
        return not self.enough(self.master.bound, self.value)

    def _go_on(self) -> bool:
        return self._open() and self.effort.take("value_plans", ROUNDS)

    def _rebuild_on(self, gained: float) -> bool:
        return not self.enough(self.master.bound, self.value + gained) and self.effort.take(
            "value_rebuilds", PHASES
        )

    def _value(self, days: IntArray) -> float:
        arrays = self.master.arrays
        return measure(arrays, days, ["value"])["value"] - arrays.fixed.value

    def _offer(self, days: IntArray) -> None:
        value = self._value(days)
        if value > self.value + 1e-9 and keeps(self.master.arrays, days, self.held):
            self.days, self.value = days, value

    def report(self, relaxation: Relaxation) -> Strong:
        """What was proven and found."""
        return _report(self.master, relaxation, [self.days])


def _report(master: PlanMaster, relaxation: Relaxation, answers: Sequence[IntArray]) -> Strong:
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
        answers=answers,
        relaxation=found,
        rounds=master.rounds,
        plans=len(master.pool),
        cuts=len(master.cuts),
    )
