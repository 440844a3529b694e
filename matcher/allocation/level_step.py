"""One level of the ladder: cheap ways first, then the proof, then search, until the asked gap is closed.

The bound is proven for the level given what is held: over all candidates by prices in double precision, or by
an exact programme that ended. A level that cannot do better keeps a trivial bound.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.assignment import finish_assignment
from matcher.allocation.best_possible import best_possible
from matcher.allocation.by_plans import by_plans
from matcher.allocation.evening import evened
from matcher.allocation.exactness import near, survivors
from matcher.allocation.formulation import Hold, fixed_value, formulate
from matcher.allocation.greedy import guided, in_turns, spreadsheet
from matcher.allocation.level_state import EXACT_NODES, LevelState, placed
from matcher.allocation.neighbourhoods import Neighbourhood, around
from matcher.allocation.objectives import Level
from matcher.allocation.plan_master import PlanMaster
from matcher.allocation.plan_rules import PlanRules
from matcher.allocation.rebuild import can_rebuild
from matcher.allocation.relaxation import Relaxation, relax
from matcher.allocation.room import Room
from matcher.allocation.search import Search, Style, keeps, missing_days
from matcher.allocation.sizes import is_large
from matcher.allocation.standing import Standing, within
from matcher.allocation.strong_bound import Told, strengthen
from matcher.allocation.worst import Raise, mend, targets_for
from matcher.allocation.worst_by_value import near_target
from matcher.problem.instance import IntArray

#: Candidates up to which the whole level is tried as one exact programme.
SMALL = 150
#: Surviving candidates up to which a level is argued to the end after the search.
_FEW = 400
_SMALL_NODES = 2_000
_GROWS = ("mandated", "floors", "worst_group", "worst_request", "value")
_WORST = ("worst_group", "worst_request")
_BY_PLANS = ("worst_group", "worst_request", "change", "travel")
_ROUNDS = {"value": 300, "worst_group": 200, "worst_request": 200}
_MENDING_ROUNDS = 120
_WARMING_ROUNDS = 40
_EVENING, _EVENING_STEPS = "worst_request_evening", 1_000
#: Candidates up to which the proof is there before a first search would pay.
_QUICK_PROOF = 2_000
#: With a time limit: shares of what is left of a level for a first search, and for a proof that does not search.
_WARMING_SHARE, _PROVING_SHARE = 0.25, 0.6
#: Likewise for a bound by whole plans, and for days of good value near a target for the worst group.
_PLANS_SHARE, _AIM_SHARE = 0.4, 0.6
#: What days of good value aim at in every group, as a share of the bound.
_AIM = 0.995
_OTHER_ROUNDS = 120


class Step(LevelState):
    """One level of a climb."""

    def __init__(self, climb: Standing, level: Level) -> None:
        super().__init__(climb, level)
        self._guide_relaxation: Relaxation | None = None
        self._begin: IntArray | None = None
        if level.name == "worst_request":
            self.tighten(best_possible(climb.arrays, "worst_request"))

    def solve(self) -> None:
        """Cheap ways first; each ends as soon as the gap is closed."""
        ways = (
            self._fill,
            self._whole,
            self._only_mandated,
            self._relax,
            self._guide,
            self._finish_assignment,
            self._by_plans,
            self._warm_up,
            self._strengthen,
            self._search,
            self._finish,
        )
        for way in ways:
            if self.closed:
                return
            way()

    def _offer_mended(self, days: IntArray, relaxation: Relaxation) -> None:
        """Offer days; where they fall short of held floors, groups or requests only, bring them up first, but where
        answers are rebuilt, which does it much sooner."""
        climb = self.climb
        is_value = self.level.name == "value" and not can_rebuild(climb.holds)
        if is_value and not keeps(climb.arrays, days, climb.holds):
            room = Room(climb.arrays, days)
            self.offer(mend(room, climb.holds, relaxation, climb.effort, _MENDING_ROUNDS))
        else:
            self.offer(days)

    def _fill(self) -> None:
        """Use what room is left: by urgency and fit, and guided by the prices of value."""
        climb, name = self.climb, self.level.name
        if name not in _GROWS or (name == "mandated" and not climb.reached):
            return
        before = climb.room.days
        self.offer(spreadsheet(climb.arrays, before))
        if name == "worst_request" and climb.is_assignment:
            self.offer(in_turns(climb.arrays, before))
            self.offer(
                evened(climb.arrays, climb.room.days, lambda: climb.effort.take(_EVENING, _EVENING_STEPS))
            )
        if self.closed or name == "value" or len(climb.arrays) <= SMALL or climb.is_assignment:
            return
        guide = climb.relaxation("value", self._hopeful_holds())
        if guide is not None:
            self.offer(guided(climb.arrays, guide, self._kept_days()))

    def _hopeful_holds(self) -> tuple[Hold, ...]:
        """What value will have to keep if the floors can all be met (else the guide has no prices)."""
        holds = self.climb.holds
        return (*holds, Hold("floors", 0.0)) if self.level.name == "floors" else holds

    def _kept_days(self) -> IntArray:
        """The days a guided start builds on: those of mandated requests while support is held, else none."""
        climb = self.climb
        demand, days = climb.arrays.demand, np.zeros_like(climb.room.days)
        forced = demand.engaged if climb.arrays.essential_is_hard else np.zeros(len(demand.days), dtype=bool)
        mandated = demand.mandated & any(hold.name == "mandated" for hold in climb.holds)
        kept = (mandated | forced)[climb.arrays.request]
        days[kept] = climb.room.days[kept]
        return days

    def _whole(self) -> None:
        """The whole level as one exact programme, where it is small."""
        climb = self.climb
        if len(climb.arrays) <= SMALL:
            self.solve_exactly(self.formulation, np.arange(len(climb.arrays)), _SMALL_NODES)

    def _only_mandated(self) -> None:
        """Mandated support as the first level: only mandated requests matter, the others may stay at zero."""
        climb = self.climb
        if self.level.name != "mandated" or climb.reached:
            return
        demand = climb.arrays.demand
        free = np.flatnonzero(demand.mandated | demand.engaged)
        part = around(climb.room, free, np.ones(len(climb.arrays), dtype=bool), ["mandated"])
        formulation = formulate(part.arrays, "mandated", ())
        relaxation = relax(formulation)
        if relaxation is not None:
            self.tighten(relaxation.bound)
            if is_large(part.arrays):
                self._serve_mandated(part, relaxation)
                return
            days, _ = near(part.arrays, "mandated", (), relaxation).solve(self.limits(EXACT_NODES))
            self.offer(None if days is None else placed(climb.room.days, part.candidate, days))
        if not self.closed:
            self.solve_exactly(formulation, part.candidate, EXACT_NODES)

    def _serve_mandated(self, part: Neighbourhood, relaxation: Relaxation) -> None:
        """Mandated requests that are too many for one exact programme: guided by prices, then by search."""
        climb = self.climb
        self.offer(placed(climb.room.days, part.candidate, guided(part.arrays, relaxation)))
        if not self.closed:
            room, now = Room(part.arrays, climb.room.days[part.candidate]), self.now
            search = Search(room, "mandated", (), relaxation)
            enough = partial(within, self.level, bound=now.bound, gap=self.goal)
            search.run(climb.effort, _OTHER_ROUNDS, enough)
            self.offer(placed(climb.room.days, part.candidate, room.days))

    def _relax(self) -> None:
        """The relaxation over candidates; an assignment is first argued by teams, which mostly ends it."""
        if self.climb.is_assignment and (self.level.separable or self.level.name == "worst_request"):
            return
        relaxation = self.climb.relaxation(self.level.name, self.climb.holds)
        self.now.relaxation = relaxation
        if relaxation is not None:
            self.tighten(relaxation.bound)
            self.climb.watch(self.now)

    def _guide(self) -> None:
        relaxation = self.now.relaxation
        if relaxation is None or self.level.name not in _GROWS or self.climb.is_assignment:
            return
        self._offer_mended(guided(self.climb.arrays, relaxation, self._kept_days()), relaxation)
        if self.level.name in _WORST:
            aim = Hold(self.level.name, self._raise().first_target())
            guide = self.climb.relaxation("value", (*self.climb.holds, aim), tolerance=1e-2)
            if guide is not None and not self.closed:
                self.offer(guided(self.climb.arrays, guide, self._kept_days()))
                self._guide_relaxation = guide

    def _finish_assignment(self) -> None:
        if self.climb.is_assignment:
            finish_assignment(self)

    def _by_plans(self) -> None:
        """The level over whole plans: a tighter bound, and an answer that follows their shares."""
        climb, relaxation = self.climb, self.now.relaxation
        if self.level.name not in _BY_PLANS or relaxation is None:
            return
        plans = by_plans(self.formulation, relaxation, climb.room.days, climb.effort, climb.cuts)
        if plans is None:
            return
        with climb.effort.share(_PLANS_SHARE):
            self.tighten(plans.prove())
        if self.closed:
            return
        if self.level.name not in _WORST:
            self.offer(plans.choose())
            if can_rebuild(climb.holds) and not self.closed:
                self.offer(plans.trade(climb.room.days, climb.holds, self._is_enough))
            return
        if self.level.name == "worst_group" and can_rebuild(climb.holds):
            self._aim(plans.rules)
        else:
            self.offer(plans.follow())

    def _aim(self, rules: PlanRules) -> None:
        """Days of good value that are near what is aimed at in every group; the search begins there."""
        climb, effort = self.climb, self.climb.effort
        held = (*climb.holds, Hold(self.level.name, self.now.bound * _AIM))
        guide = climb.relaxation("value", held, tolerance=1e-2)
        if guide is None:
            return
        master = PlanMaster(
            formulate(climb.arrays, "value", held), rules, guide.prices, climb.room.days, climb.cuts
        )
        with effort.share(_AIM_SHARE):
            self._begin = near_target(master, held, effort)
        self.offer(self._begin)

    def _warm_up(self) -> None:
        """A few rounds of search where the proof does not begin with one: an answer worth having if time ends."""
        climb, relaxation = self.climb, self.now.relaxation
        if self.level.name != "value" or relaxation is None or len(climb.arrays) < _QUICK_PROOF:
            return
        if can_rebuild(climb.holds):
            return
        search = Search(climb.room, "value", climb.holds, relaxation, _style(climb.arrays))
        with climb.effort.share(_WARMING_SHARE):
            search.run(climb.effort, _WARMING_ROUNDS, self._watch_search, "value_warming")
        self.look()

    def _strengthen(self) -> None:
        """Whole plans and partner cuts: a bound that a good search can meet, and answers that follow it."""
        climb, relaxation = self.climb, self.now.relaxation
        if self.level.name != "value" or relaxation is None:
            return

        def enough(bound: float, value: float) -> bool:
            self.tighten(bound)
            self.climb.watch(self.now)
            return within(self.level, self.natural(value), self.now.bound, self.goal)

        def settle(found: Relaxation) -> None:
            self.now.relaxation = found
            self._finish()

        days, holds = climb.room.days, climb.holds
        with climb.effort.share(1.0 if can_rebuild(holds) else _PROVING_SHARE):
            strong = strengthen(
                self.formulation,
                relaxation,
                days,
                held=holds,
                effort=climb.effort,
                enough=enough,
                cuts=climb.cuts,
                told=Told(self.offer, settle),
            )
        if strong is None:
            return
        self.tighten(strong.bound)
        self.now.relaxation = strong.relaxation
        for days in strong.answers:
            self._offer_mended(days, strong.relaxation)

    def _finish(self, most: int = _FEW) -> None:
        """Argue over the candidates that survive, where they are few."""
        climb, relaxation = self.climb, self.now.relaxation
        if relaxation is None or self.closed:
            return
        fixed = fixed_value(climb.arrays, self.level.name) if self.level.separable else 0.0
        signed = self.level.signed(self.now.value - fixed)
        left = survivors(climb.arrays, self.level.name, climb.holds, relaxation, signed)
        if len(left) > most:
            return
        days, proven = left.solve(self.limits(EXACT_NODES))
        self.offer(days)
        if proven:
            self.close(None if days is None else self.measured(days))

    def _raise(self) -> Raise:
        return Raise(
            self.level.name, self.now.bound, self.climb.holds, self._guide_relaxation or self.now.relaxation
        )

    def _search(self) -> None:
        climb, name = self.climb, self.level.name
        most = _ROUNDS.get(name, _OTHER_ROUNDS)
        if name in _WORST:
            self._raise_worst(most)
        else:
            search = Search(climb.room, name, climb.holds, self.now.relaxation, _style(climb.arrays))
            search.run(climb.effort, most, self._watch_search)
        self.look()

    def _raise_worst(self, most: int) -> None:
        """Search with rising targets, from days that lack least to the first of them; what was best is kept."""
        climb, raising = self.climb, self._raise()
        before, begin = climb.room.days.copy(), self._begin
        if begin is not None and keeps(climb.arrays, begin, climb.holds):
            target = targets_for(climb.arrays, self.level.name, raising.first_target())
            if missing_days(climb.arrays, begin, target) < missing_days(climb.arrays, before, target):
                climb.adopt(begin)
                self.look()
        raising.run(climb.room, climb.effort, most, self._watch_search)
        self.look()
        self.offer(before)

    def _is_enough(self, signed: float) -> bool:
        """Whether a level that is a sum would be near enough to its bound at this value (without what is fixed)."""
        return within(self.level, self.natural(signed), self.now.bound, self.goal)

    def _watch_search(self, value: float) -> bool:
        self.now.value = value
        self.settle()
        self.climb.watch(self.now)
        return self.closed


def _style(arrays: CandidateArrays) -> Style:
    if len(arrays) < _QUICK_PROOF:
        return Style(free=10, most_free=30, most_candidates=170)
    return Style(free=24, most_free=40, most_candidates=340)
