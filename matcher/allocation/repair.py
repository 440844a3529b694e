"""Re-solve around what stands: after declines, withdrawals and changes of capacity, with least change.

First the fewest engagements dropped beyond the events (exactly), then the ladder over what is freed: the
requests that were hit and at most a dozen that could use what came free. Everything else is locked as it is,
months included. Without an event that matters the same engagements come back.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.answers import Draft, allocation_of
from matcher.allocation.arrays import CandidateArrays, capacity_table
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Hold, fixed_value, formulate
from matcher.allocation.freed import Freed, Hit, freed_around, freed_by
from matcher.allocation.instance_arrays import from_instance, keep_candidates
from matcher.allocation.locks import open_instance
from matcher.allocation.months import Block, ScheduleError, schedule
from matcher.allocation.objectives import LEVELS, measure
from matcher.allocation.relaxation import Prices, price, relax
from matcher.allocation.result import Allocation, Status
from matcher.allocation.search import keeps, solve_exactly
from matcher.allocation.solver import versions
from matcher.allocation.standing import Reached
from matcher.problem.events import Event, apply_events
from matcher.problem.instance import Engagement, Instance, IntArray

Digest = Callable[[Instance], str]

_NODES = 400
_GAP = 1e-4
_NEAR = 14


@dataclass(frozen=True)
class Warm:
    """What a warm worker remembers of the run that is repaired: prices of its levels, for bounds at once."""

    prices: Mapping[str, Prices]


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
    answer = _mended(changed, freed, _Answering(opening.arrays, warm, digest(changed), gap))
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


def _mended(changed: Instance, freed: Freed, answering: _Answering) -> Allocation:
    """What stands with the freed requests solved again, as an answer with its levels and bounds."""
    arrays, warm = answering.arrays, answering.warm
    engagements = freed.standing if not freed.requests else _mend(changed, freed)
    draft = Draft(arrays, _days_of(changed, arrays, engagements), _levels(changed, arrays, engagements, warm))
    certificate = {
        "repair": {
            "freed_requests": len(freed.requests),
            "dropped": len(_pairs(freed.standing) - _pairs(engagements)),
            "added": len(_pairs(engagements) - _pairs(freed.standing)),
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
    return {(engagement.partner, engagement.request) for engagement in engagements}


def _mend(changed: Instance, freed: Freed) -> tuple[Engagement, ...]:
    """Solve the freed requests with all else locked; where hard essentials make more fall, let the days of all
    that stands move before anything is given up."""
    mended, dropped = _solve_freed(changed, freed, wide=False)
    if dropped and changed.essential_is_hard:
        wider, fewer = _solve_freed(changed, freed, wide=True)
        if fewer < dropped:
            return wider
    return mended


def _solve_freed(changed: Instance, freed: Freed, *, wide: bool) -> tuple[tuple[Engagement, ...], int]:
    """Engagements with their months, and how many that stood had to go."""
    outside = () if wide else tuple(e for e in freed.standing if e.request not in freed.requests)
    locks = tuple({(e.partner, e.request): e for e in (*changed.locked, *outside)}.values())
    around = replace(changed, locked=locks, previous=())
    whole = from_instance(around)
    arrays = keep_candidates(whole, _in_play(around, whole, freed))
    standing = _days_of(around, arrays, freed.standing)
    arrays = replace(arrays, change=np.where(standing > 0, -1.0, 0.0))
    days = _climb(arrays, standing, changed)
    chosen = _with_months(around, arrays, days, freed)
    engagements = tuple(sorted((*locks, *chosen), key=lambda e: (e.request, e.partner)))
    return engagements, len(_pairs(freed.standing) - _pairs(engagements))


def _in_play(around: Instance, arrays: CandidateArrays, freed: Freed) -> np.ndarray:
    """Candidates of freed requests: those that stand, those of freed partners, and the best few of each."""
    positions = np.array(sorted(around.request_index[request] for request in freed.requests), dtype=np.int64)
    inside = np.isin(arrays.request, positions)
    partners = np.array(sorted(around.partner_index[partner] for partner in freed.partners), dtype=np.int64)
    order = np.lexsort((-arrays.fit, arrays.request))
    rank = np.empty(len(arrays), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(arrays.request[order], arrays.request[order])
    stands = _days_of(around, arrays, freed.standing) > 0
    return stands | (inside & ((rank < _NEAR) | np.isin(arrays.partner, partners)))


def _climb(arrays: CandidateArrays, standing: IntArray, changed: Instance) -> IntArray:
    """Fewest dropped, exactly; then each level of the ladder with the ones before it held."""
    days = standing if keeps(arrays, standing, ()) else None
    if days is None:
        days, _ = solve_exactly(formulate(arrays, "change", ()), Limits(nodes=_NODES * 10))
    if days is None:
        return np.zeros(len(arrays), dtype=np.int64)
    holds = [Hold("change", measure(arrays, days, ["change"])["change"])]
    for name in changed.ladder:
        if name == "change":
            continue
        days = _better(arrays, days, name, holds)
        holds.append(Hold(name, measure(arrays, days, [name])[name]))
    return days


def _better(arrays: CandidateArrays, days: IntArray, name: str, holds: Sequence[Hold]) -> IntArray:
    found, _ = solve_exactly(formulate(arrays, name, holds), Limits(gap=_GAP, nodes=_NODES))
    if found is None or not keeps(arrays, found, holds):
        return days
    signed = LEVELS[name].signed
    now, then = measure(arrays, days, [name])[name], measure(arrays, found, [name])[name]
    return found if signed(then) > signed(now) + 1e-9 else days


def _with_months(around: Instance, arrays: CandidateArrays, days: IntArray, freed: Freed) -> list[Engagement]:
    """Months for the freed engagements: as they were where the days are the same and still fit."""
    capacity = capacity_table(around)
    for lock in around.locked:
        capacity[around.partner_index[lock.partner]] -= np.array(lock.days, dtype=np.int64)
    before = {(e.partner, e.request): e for e in freed.standing}
    by_partner: dict[int, list[int]] = {}
    for candidate in np.flatnonzero(days).tolist():
        by_partner.setdefault(int(arrays.partner[candidate]), []).append(candidate)
    chosen: list[Engagement] = []
    for partner, candidates in sorted(by_partner.items()):
        names = {c: (around.partners[partner].id, around.requests[arrays.request[c]].id) for c in candidates}
        kept = [c for c in candidates if names[c] in before and before[names[c]].total_days == days[c]]
        plan = _plan(arrays, days, candidates, {c: before[names[c]].days for c in kept}, capacity[partner])
        chosen += [Engagement(*names[c], plan[c]) for c in candidates]
    return chosen


def _plan(
    arrays: CandidateArrays,
    days: IntArray,
    candidates: Sequence[int],
    kept: Mapping[int, tuple[int, ...]],
    capacity: IntArray,
) -> dict[int, tuple[int, ...]]:
    taken = np.zeros_like(capacity)
    for plan in kept.values():
        taken += np.array(plan, dtype=np.int64)
    others = [c for c in candidates if c not in kept]
    try:
        if (taken > capacity).any():
            raise ScheduleError("kept months do not fit")
        fresh = schedule(capacity - taken, [_block(arrays, days, c) for c in others])
    except ScheduleError:
        return _whole_days(schedule(capacity, [_block(arrays, days, c) for c in candidates]))
    return {**kept, **_whole_days(fresh)}


def _whole_days(planned: Mapping[int, IntArray]) -> dict[int, tuple[int, ...]]:
    return {candidate: tuple(int(each) for each in row) for candidate, row in planned.items()}


def _block(arrays: CandidateArrays, days: IntArray, candidate: int) -> Block:
    first, last = int(arrays.first[candidate]), int(arrays.last[candidate])
    return Block(candidate, first, last, int(days[candidate]))


def _days_of(instance: Instance, arrays: CandidateArrays, engagements: Sequence[Engagement]) -> IntArray:
    """Days on the free candidates that these engagements hold (locked ones are not free)."""
    place = np.full(len(instance.candidates), -1, dtype=np.int64)
    place[arrays.row] = np.arange(len(arrays))
    days = np.zeros(len(arrays), dtype=np.int64)
    for engagement in engagements:
        row = instance.row_of(engagement.partner, engagement.request)
        if row is not None and place[row] >= 0:
            days[place[row]] = engagement.total_days
    return days


def _levels(
    changed: Instance, arrays: CandidateArrays, engagements: Sequence[Engagement], warm: Warm | None
) -> list[Reached]:
    """Each level as it is now, with a bound over all candidates of the new instance: from the remembered
    prices (any prices of the right sign give one), else from a relaxation of ``value``."""
    days = _days_of(changed, arrays, engagements)
    values = measure(arrays, days, changed.ladder)
    levels = []
    for name in changed.ladder:
        level, bound = LEVELS[name], _signed_bound(arrays, name, warm)
        fixed = fixed_value(arrays, name) if level.separable else 0.0
        if level.whole:
            bound = float(np.floor(bound + 1e-6))
        levels.append(Reached(name, values[name], level.signed(bound) + fixed, values[name]))
    return levels


def _signed_bound(arrays: CandidateArrays, name: str, warm: Warm | None) -> float:
    formulation = formulate(arrays, name, ())
    known = warm.prices.get(name) if warm is not None else None
    if known is None and warm is None and name == "value":
        relaxation = relax(formulation, tolerance=1e-3)
        if relaxation is not None:
            return relaxation.bound
    prices = []
    for family in formulation.families:
        remembered = None if known is None else known.of(family.name)
        usable = remembered is not None and len(remembered) == len(family.upper)
        prices.append(remembered if usable and remembered is not None else np.zeros(len(family.upper)))
    return price(formulation, prices).bound
