"""From chosen days to the answer as data: months, levels counted again, unmet with reasons, certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.allocation.arrays import CandidateArrays, capacity_table
from matcher.allocation.months import Block, schedule
from matcher.allocation.objectives import LEVELS
from matcher.allocation.recount import recount
from matcher.allocation.result import Allocation, Stage, Status, Unmet
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
    stages = tuple(_stage(level, values[level.name]) for level in draft.levels)
    closed = all(within(LEVELS[stage.name], stage.value, stage.bound, gap) for stage in stages)
    reasons: tuple[Unmet, ...] = unmet(instance, draft.arrays, draft.days)
    return Allocation(
        instance_sha256=digest,
        status=Status.OPTIMAL if closed else Status.FEASIBLE,
        levels=stages,
        engagements=engagements,
        unmet=reasons,
        certificate=certificate,
    )


def _stage(reached: Reached, value: float) -> Stage:
    level = LEVELS[reached.name]
    bound = value if level.signed(reached.bound) < level.signed(value) else reached.bound
    return Stage(reached.name, value, bound, reached.held, reached.seconds)
