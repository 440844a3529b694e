"""Mandated support as the first level: only mandated requests matter, and the others may stay at zero."""

from __future__ import annotations

from functools import partial

import numpy as np

from matcher.allocation.exactness import near
from matcher.allocation.formulation import formulate
from matcher.allocation.greedy import guided
from matcher.allocation.level_state import EXACT_NODES, LevelState, placed
from matcher.allocation.neighbourhoods import Neighbourhood, around
from matcher.allocation.relaxation import Relaxation, relax
from matcher.allocation.room import Room
from matcher.allocation.search import Search
from matcher.allocation.sizes import is_large
from matcher.allocation.standing import within

_ROUNDS = 120


def serve_mandated(state: LevelState) -> None:
    """Serve mandated requests over their own candidates, as near to the bound as can be: by one exact programme, or
    by search where they have too many candidates. The bound is proven, for the rest cannot change this level."""
    climb = state.climb
    demand = climb.arrays.demand
    free = np.flatnonzero(demand.mandated | demand.engaged)
    part = around(climb.room, free, np.ones(len(climb.arrays), dtype=bool), ["mandated"])
    formulation = formulate(part.arrays, "mandated", ())
    relaxation = relax(formulation)
    if relaxation is not None:
        state.tighten(relaxation.bound)
        if is_large(part.arrays):
            _search(state, part, relaxation)
            return
        days, _ = near(part.arrays, "mandated", (), relaxation).solve(state.limits(EXACT_NODES))
        state.offer(None if days is None else placed(climb.room.days, part.candidate, days))
    if not state.closed:
        state.solve_exactly(formulation, part.candidate, EXACT_NODES)


def _search(state: LevelState, part: Neighbourhood, relaxation: Relaxation) -> None:
    """Guided by prices, then by search."""
    climb = state.climb
    state.offer(placed(climb.room.days, part.candidate, guided(part.arrays, relaxation)))
    if not state.closed:
        room, now = Room(part.arrays, climb.room.days[part.candidate]), state.now
        search = Search(room, "mandated", (), relaxation)
        enough = partial(within, state.level, bound=now.bound, gap=state.goal)
        search.run(climb.effort, _ROUNDS, enough)
        state.offer(placed(climb.room.days, part.candidate, room.days))
