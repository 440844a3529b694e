"""Assignments (every block one size, no skill counts), level by level to the last digit.

The worst request by targets that are reached or ruled out, then the total over the candidates that could matter.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.allocation.exactness import Remainder, reach, settle
from matcher.allocation.formulation import Hold
from matcher.allocation.level_state import EXACT_NODES, LevelState
from matcher.allocation.relaxation import Relaxation
from matcher.allocation.share_targets import Halving, share_step
from matcher.allocation.team_ways import TeamWays, team_ways
from matcher.problem.instance import IntArray

#: The gap at which any answer that reaches a target for the worst request will do.
_ANY = 1e-2
#: Where shares have no common step, what is left open in the end: by teams, and by candidates.
_BY_TEAMS, _BY_CANDIDATES = 1e-11, 1e-6
#: Candidates up to which what teams leave open is argued over once more, as exact programmes over candidates.
_FEW = 5_000
#: Rounds of pricing teams that one level may use.
_ROUNDS = 4_000
#: With a time limit: the share of what is left of a level for the bound before whole answers are sought.
_RELAXING_SHARE = 0.5


def finish_assignment(state: LevelState) -> None:
    """To the last digit: by whole teams, and what they leave open over the candidates that could matter."""
    name, share = state.level.name, _held_share(state)
    ways = _ways(state) if name == "worst_request" or share is not None else None
    if name == "worst_request":
        if ways is not None:
            _aim(state, _targets_by_teams(state, ways))
        if not state.closed and (ways is None or len(state.climb.arrays) <= _FEW):
            _aim(state, _targets_by_candidates(state))
    elif name == "value" and ways is not None and share is not None:

        def told(bound: float) -> None:
            state.tighten(bound)
            state.climb.watch(state.now)

        days, bound = ways.total(share, state.climb.room.days, told)
        state.offer(days)
        if bound is not None:
            state.tighten(bound)
    if state.level.separable and not state.closed:
        _settle(state)


def _held_share(state: LevelState) -> float | None:
    return next((hold.value for hold in state.climb.holds if hold.name == "worst_request"), None)


def _ways(state: LevelState) -> TeamWays | None:
    """Those of the level before where the same is held beside the least share: its teams are priced already."""
    climb, name = state.climb, f"{state.level.name}_teams"
    others = tuple(hold for hold in climb.holds if hold.name != "worst_request")
    if others not in climb.ways:
        climb.ways[others] = team_ways(climb.arrays, state.formulation)
    ways = climb.ways[others]
    if ways is not None:
        ways.attend(lambda: climb.effort.take(name, _ROUNDS), state.limits)
    return ways


def _aim(state: LevelState, targets: Halving) -> None:
    """Targets for the worst request, each reached or ruled out."""
    with state.climb.effort.share(_RELAXING_SHARE):
        target = targets.lower()
    targets.run(target)
    finest = 0.0 if targets.step else 2 * targets.finest
    state.goal = finest / max(targets.finest, abs(state.now.bound))
    state.tighten(targets.bound)


def _targets_by_teams(state: LevelState, ways: TeamWays) -> Halving:
    return _halving(state, _BY_TEAMS, ways.relaxed, ways.seek, ways.ask)


def _targets_by_candidates(state: LevelState) -> Halving:
    climb = state.climb
    guides: dict[float, Relaxation] = {}

    def aim(target: float) -> tuple[Hold, ...]:
        return (*climb.holds, Hold("worst_request", target))

    def relaxed(target: float) -> tuple[float | None, bool]:
        guide = climb.relaxation("value", aim(target))
        if guide is None:
            return None, True
        guides[target] = guide
        return target, True

    def ask(target: float) -> tuple[IntArray | None, bool]:
        if target not in guides and relaxed(target)[0] is None:
            return None, True
        return reach(climb.arrays, aim(target), guides[target], state.limits(EXACT_NODES, _ANY))

    return _halving(state, _BY_CANDIDATES, relaxed, lambda _: None, ask)


def _halving(
    state: LevelState,
    finest: float,
    relaxed: Callable[[float], tuple[float | None, bool]],
    seek: Callable[[float], IntArray | None],
    ask: Callable[[float], tuple[IntArray | None, bool]],
) -> Halving:
    def found(days: IntArray) -> float:
        state.offer(days)
        return state.now.value

    return Halving(
        value=state.now.value,
        bound=state.now.bound,
        step=share_step(state.climb.arrays),
        finest=finest,
        relaxed=relaxed,
        seek=seek,
        ask=ask,
        found=found,
        go_on=lambda: not state.climb.effort.out_of_time(),
    )


def _settle(state: LevelState) -> None:
    """A level that adds up, over the candidates that its relaxation leaves."""
    climb, name = state.climb, state.level.name
    relaxation = None if climb.effort.out_of_time() else climb.relaxation(name, climb.holds)
    if relaxation is None:
        return
    state.now.relaxation = relaxation
    state.tighten(relaxation.bound)
    if state.closed:
        return
    everything = np.ones(len(climb.arrays), dtype=bool)
    problem = Remainder(climb.arrays, name, climb.holds, everything)
    days, proven, found = settle(problem, relaxation, state.limits(EXACT_NODES), climb.room.days)
    state.offer(days)
    if proven:
        state.close(None if found is None else state.measured(found))
