"""From chosen days to the answer as data: months, levels counted again, unmet with reasons, certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.allocation.arrays import CandidateArrays, capacity_table
from matcher.allocation.false_bounds import beyond, counted_bound, tell
from matcher.allocation.months import Block, schedule
from matcher.allocation.objectives import LEVELS
from matcher.allocation.recount import recount
from matcher.allocation.result import FALSE_BOUNDS, Allocation, Stage, Status, Unmet
from matcher.allocation.standing import Reached, within
from matcher.allocation.unmet import unmet
from matcher.problem.instance import Engagement, Instance, IntArray


@dataclass(frozen=True)
class Draft:
    """Chosen days with what was reached on each level of the ladder, in order."""

    arrays: CandidateArrays
    days: IntArray
    levels: Sequence[Reached]


def engagements_of(instance: Instance, arrays: CandidateArrays, days: IntArray) -> tuple[Engagement, ...]:
    """Locked engagements as they are, chosen ones spread over months; by request, then partner."""
    capacity = capacity_table(instance)
    for lock in instance.locked:
        capacity[instance.partner_index[lock.partner]] -= np.array(lock.days, dtype=np.int64)
    blocks: dict[int, list[Block]] = defaultdict(list)
    for candidate in np.flatnonzero(days).tolist():
        block = Block(
            row=int(arrays.row[candidate]),
            first=int(arrays.first[candidate]),
            last=int(arrays.last[candidate]),
            days=int(days[candidate]),
        )
        blocks[int(arrays.partner[candidate])].append(block)
    chosen = list(instance.locked)
    table = instance.candidates
    for partner, mine in sorted(blocks.items()):
        for row, plan in schedule(capacity[partner], mine).items():
            request = instance.requests[table.request[row]].id
            chosen.append(Engagement(instance.partners[partner].id, request, tuple(plan.tolist())))
    return tuple(sorted(chosen, key=lambda engagement: (engagement.request, engagement.partner)))


def allocation_of(
    instance: Instance,
    draft: Draft,
    *,
    digest: str,
    gap: float,
    certificate: Mapping[str, Any],
    engagements: tuple[Engagement, ...] | None = None,
) -> Allocation:
    """The finished answer of a draft; ``versions`` and ``seconds`` are the caller's.

    ``engagements`` are given where their months are already settled (they must hold the draft's days).
    """
    if engagements is None:
        engagements = engagements_of(instance, draft.arrays, draft.days)
    values = recount(instance, engagements)
    stages = tuple(_stage(draft.arrays, level, values[level.name]) for level in draft.levels)
    closed = all(within(LEVELS[stage.name], stage.value, stage.bound, gap) for stage in stages)
    reasons: tuple[Unmet, ...] = unmet(instance, draft.arrays, draft.days)
    return Allocation(
        instance_sha256=digest,
        status=Status.OPTIMAL if closed else Status.FEASIBLE,
        levels=stages,
        engagements=engagements,
        unmet=reasons,
        certificate=_noted(certificate, draft.levels, values),
    )


def _stage(arrays: CandidateArrays, reached: Reached, value: float) -> Stage:
    """A level as it is counted again, whose value is no better than its bound."""
    signed, bound = LEVELS[reached.name].signed, reached.bound
    if beyond(reached.name, value, bound):
        tell(reached.name, value, bound)
        bound = counted_bound(arrays, reached.name, value)
    return Stage(reached.name, value, max(bound, value, key=signed), reached.held, reached.seconds)


def _noted(
    certificate: Mapping[str, Any], levels: Sequence[Reached], values: Mapping[str, float]
) -> Mapping[str, Any]:
    """The certificate with the levels whose bound the finished answer contradicts."""
    found = {level.name for level in levels if beyond(level.name, values[level.name], level.bound)}
    noted = sorted(found.union(certificate.get(FALSE_BOUNDS, ())))
    return {**certificate, FALSE_BOUNDS: noted} if noted else certificate
