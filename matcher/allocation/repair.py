"""Re-solve around what stands: after declines, withdrawals and changes of capacity, with least change.

First the fewest engagements dropped beyond the events (exactly), then the ladder over what is freed: the
requests that were hit and at most a dozen that could use what came free. Everything else is locked as it is,
months included. Without an event that matters the same engagements come back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.carried_bounds import Solved
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.freed import Freed, Hit, freed_around, freed_by
from matcher.allocation.freed_part import Part, part_of
from matcher.allocation.locks import open_instance
from matcher.allocation.objectives import measure
from matcher.allocation.repair_bounds import Bounds, Warm
from matcher.allocation.result import Allocation, Status
from matcher.allocation.search import keeps, solve_exactly
from matcher.allocation.settled import Settled
from matcher.allocation.solved_again import ExactClimb
from matcher.allocation.solver import versions
from matcher.problem.events import Event, apply_events
from matcher.problem.instance import Engagement, Instance, IntArray

Digest = Callable[[Instance], str]

_NODES = 4_000


def repair(
    instance: Instance,
    allocation: Allocation,
    events: Sequence[Event],
    *,
    digest: Digest = lambda _: "",
    gap: float = 0.001,
    warm: Warm | None = None,
) -> tuple[Instance, Allocation]:
    """The instance with the events in it (``previous`` is what stood), and an allocation for it.

    ``digest`` names the new instance's bytes in the answer. Raises ``EventError`` for events that the instance
    cannot have.
    """
    started = time.perf_counter()
    changed = apply_events(instance, allocation.engagements, events)
    opening = open_instance(changed)
    if opening.arrays is None:
        clash = Allocation(digest(changed), Status.INFEASIBLE, (), (), (), opening.clash)
        return changed, replace(clash, versions=versions(), seconds=time.perf_counter() - started)
    freed = freed_by(instance, changed, allocation.engagements)
    before = Solved(instance, allocation)
    answer = _mended(changed, freed, _Answering(opening.arrays, warm, digest(changed), gap, before))
    return changed, replace(answer, seconds=time.perf_counter() - started)


def mend(
    instance: Instance, hit: Hit, *, instance_sha256: str, gap: float = 0.001, warm: Warm | None = None
) -> Allocation:
    """As ``repair``, for an instance that has the events in it already: ``previous`` is what stood before them,
    ``locked`` what may not be touched, and whatever of ``previous`` is no candidate any more is gone.

    ``hit`` says whom the events touched beside what can be seen from that. With nobody hit and nothing gone the
    engagements of ``previous`` come back. Without ``warm`` the bounds are those that cost no solve.
    """
    started = time.perf_counter()
    opening = open_instance(instance)
    if opening.arrays is None:
        clash = Allocation(instance_sha256, Status.INFEASIBLE, (), (), (), opening.clash)
        return replace(clash, versions=versions(), seconds=time.perf_counter() - started)
    freed = freed_around(instance, hit)
    answering = _Answering(opening.arrays, warm or Warm({}), instance_sha256, gap)
    answer = _mended(instance, freed, answering)
    return replace(answer, seconds=time.perf_counter() - started)


@dataclass(frozen=True, eq=False)
class _Answering:
    """What an answer is made with beside its engagements."""

    arrays: CandidateArrays
    warm: Warm | None
    digest: str
    gap: float
    before: Solved | None = None


def _mended(changed: Instance, freed: Freed, answering: _Answering) -> Allocation:
    """What stands with the freed requests solved again, as an answer with its levels and bounds."""
    arrays = answering.arrays
    settled = Settled(changed, arrays, freed.standing)
    engagements, days = (freed.standing, settled.days) if not freed.requests else _mend(settled, freed)
    bounds = Bounds(changed, arrays, days, answering.warm, answering.before)
    draft = Draft(arrays, days, bounds.levels())
    before, now = _pairs(freed.standing), _pairs(engagements)
    certificate = {
        "repair": {
            "freed_requests": len(freed.requests),
            "dropped": len(before - now),
            "added": len(now - before),
            "bounds_from_before": sorted(bounds.carried),
        }
    }
    answer = allocation_of(
        changed,
        draft,
        digest=answering.digest,
        gap=answering.gap,
        certificate=certificate,
        engagements=engagements,
    )
    return replace(answer, versions=versions())


def _pairs(engagements: Sequence[Engagement]) -> set[tuple[str, str]]:
    return {engagement.pair for engagement in engagements}


_Mended = tuple[tuple[Engagement, ...], IntArray]
"""All engagements with their months, and the days of every free candidate."""


def _mend(settled: Settled, freed: Freed) -> _Mended:
    """Solve the freed requests with all else kept; where hard essentials make more fall, let the days of all
    that stands move before anything is given up."""
    mended = _solve_freed(part_of(settled, freed))
    if not settled.instance.essential_is_hard:
        return mended
    before = _pairs(freed.standing)
    dropped = len(before - _pairs(mended[0]))
    wider = _solve_freed(part_of(settled, freed, wide=True)) if dropped else mended
    return wider if len(before - _pairs(wider[0])) < dropped else mended


def _solve_freed(part: Part) -> _Mended:
    """Fewest dropped, exactly; then each level of the ladder with the ones before it held."""
    arrays = replace(part.arrays, change=np.where(part.stood > 0, -1.0, 0.0))
    days: IntArray | None = part.stood
    if not keeps(arrays, part.stood, ()):
        days, _ = solve_exactly(formulate(arrays, "change", ()), Limits(nodes=_NODES))
    if days is None:
        days = np.zeros(len(arrays), dtype=np.int64)
    else:
        held = Hold("change", measure(arrays, days, ["change"])["change"])
        best = ExactClimb(arrays, part.settled.instance.ladder, (held,)).best(days)
        days = days if best is None else best
    return part.engagements(days), part.everywhere(days)
