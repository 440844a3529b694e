"""One level of the ladder: cheap ways first, then the proof, then search, until the asked gap is closed.

The bound is proven for the level given what is held: over all candidates by prices in double precision, or by
an exact programme that ended. A level that cannot do better keeps a trivial bound.
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.assignment import finish_assignment
from matcher.allocation.best_possible import best_possible
from matcher.allocation.by_plans import by_plans
from matcher.allocation.evening import evened
from matcher.allocation.exactness import survivors
from matcher.allocation.formulation import Hold, fixed_value
from matcher.allocation.greedy import guided, in_turns, spreadsheet
from matcher.allocation.level_state import EXACT_NODES, LevelState
from matcher.allocation.mandated_level import serve_mandated
from matcher.allocation.objectives import Level
from matcher.allocation.rebuild import can_rebuild
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.room import Room
from matcher.allocation.search import Search, Style, keeps
from matcher.allocation.standing import Standing, within
from matcher.allocation.strong_bound import Told, strengthen
from matcher.allocation.worst import mend
from matcher.allocation.worst_level import WorstLevel
from matcher.problem.instance import IntArray

#: Candidates up to which the whole level is tried as one exact programme.
SMALL = 150
#: Surviving candidates up to which a level is argued to the end after the search.
_FEW = 400
#: Nodes of the exact programme of a small level.
_SMALL_NODES = 2_000
#: Levels that more days can only help: they begin with days that fill what room is left.
_GROWS = ("mandated", "floors", "worst_group", "worst_request", "value")
_WORST = ("worst_group", "worst_request")
#: Levels that are bounded over whole plans without the strong bound, which is for value.
_BY_PLANS = ("worst_group", "worst_request", "change", "travel")
#: Rounds of search that a level may use: by name, of any other, to mend an answer, and before the proof.
_ROUNDS = {"value": 300, "worst_group": 200, "worst_request": 200}
_OTHER_ROUNDS, _MENDING_ROUNDS, _WARMING_ROUNDS = 120, 120, 40
#: What steps of evening out an assignment are counted as, and how many there may be.
_EVENING, _EVENING_STEPS = "worst_request_evening", 1_000
#: Candidates up to which the proof is there before a first search would pay.
_QUICK_PROOF = 2_000
#: With a time limit: shares of what is left of a level for a first search, and for a proof that does not search.
_WARMING_SHARE, _PROVING_SHARE = 0.25, 0.6
#: Likewise for a bound by whole plans.
_PLANS_SHARE = 0.4


class Step(LevelState):
    """One level of a climb: the ways that lead nearer to its bound, in the order of ``solve``."""

    def __init__(self, climb: Standing, level: Level) -> None:
        super().__init__(climb, level)
        self._worst = WorstLevel(self)
        if level.name == "worst_request":
            self.tighten(best_possible(climb.arrays, "worst_request"))

    def solve(self) -> None:
        """Cheap ways first; each ends as soon as the gap is closed."""
        ways = (
            self._fill,
            self._whole,
            self._serve_mandated,
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

    def _serve_mandated(self) -> None:
        """Mandated support as the first level needs no other requests."""
        if self.level.name == "mandated" and not self.climb.reached:
            serve_mandated(self)

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
        """Days that follow the relaxed choice and its prices."""
        relaxation = self.now.relaxation
        if relaxation is None or self.level.name not in _GROWS or self.climb.is_assignment:
            return
        self._offer_mended(guided(self.climb.arrays, relaxation, self._kept_days()), relaxation)
        if self.level.name in _WORST:
            self._worst.guide(self._kept_days())

    def _finish_assignment(self) -> None:
        """An assignment has ways of its own, which end at the last digit."""
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
            self._worst.aim(plans.rules)
        else:
            self.offer(plans.follow())

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

    def _search(self) -> None:
        """Neighbourhood search, for what is still open."""
        climb, name = self.climb, self.level.name
        most = _ROUNDS.get(name, _OTHER_ROUNDS)
        if name in _WORST:
            self._worst.search(most, self._watch_search)
        else:
            search = Search(climb.room, name, climb.holds, self.now.relaxation, _style(climb.arrays))
            search.run(climb.effort, most, self._watch_search)
        self.look()

    def _is_enough(self, signed: float) -> bool:
        """Whether a level that is a sum would be near enough to its bound at this value (without what is fixed)."""
        return within(self.level, self.natural(signed), self.now.bound, self.goal)

    def _watch_search(self, value: float) -> bool:
        """Take over the value of a search on its way; whether that is near enough."""
        self.now.value = value
        self.settle()
        self.climb.watch(self.now)
        return self.closed


def _style(arrays: CandidateArrays) -> Style:
    if len(arrays) < _QUICK_PROOF:
        return Style(free=10, most_free=30, most_candidates=170)
    return Style(free=24, most_free=40, most_candidates=340)
