"""The strong bound of ``value``: whole plans and partner cuts, with answers that follow their shares.

The door for the ladder. Every number it gives is proven or checked: the bound by prices in double precision over
all candidates, the answers by the rules themselves. Rounds are counted by the run's effort.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from matcher.allocation.dive import dive
from matcher.allocation.effort import Effort
from matcher.allocation.formulation import Formulation
from matcher.allocation.living_lp import is_available
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import plan_rules
from matcher.allocation.relaxation import Relaxation
from matcher.problem.instance import IntArray

#: Pricing rounds that one level may use, and turns of partner cuts.
ROUNDS = 600
TURNS = 14
_ROUGH, _TIGHT = 2e-4, 1e-4
_MOST_ROUNDS = 200

Enough = Callable[[float], bool]


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
    formulation: Formulation, relaxation: Relaxation, days: IntArray, effort: Effort, enough: Enough
) -> Strong | None:
    """Bound ``value`` over whole plans, starting from the candidate relaxation's prices.

    ``days`` must keep the held levels of the formulation. Stops when ``enough(bound)`` or the effort is used
    up. None where a request is too large for exact pricing, or the solver is not there.
    """
    rules = plan_rules(formulation.arrays) if is_available() else None
    if rules is None or not len(formulation.arrays):
        return None
    master = PlanMaster(formulation, rules, relaxation.prices, days)

    def go_on() -> bool:
        return not enough(master.bound) and effort.take("value_plans", ROUNDS)

    master.solve(_TIGHT, _MOST_ROUNDS, go_on)
    if master.rounds == 0:
        return None
    answers = []
    if go_on():
        master.strengthen(TURNS, _ROUGH, go_on)
        answers.append(dive(master))
    return _report(master, relaxation, answers)


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
