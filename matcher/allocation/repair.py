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
from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.backends import Limits
from matcher.allocation.formulation import Hold, fixed_value, formulate
from matcher.allocation.freed import Freed, Hit, freed_around, freed_by
from matcher.allocation.freed_part import days_of, in_play, thinned, with_months
from matcher.allocation.instance_arrays import from_instance, keep_candidates
from matcher.allocation.locks import open_instance
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
    draft = Draft(arrays, days_of(changed, arrays, engagements), _levels(changed, arrays, engagements, warm))
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
    around = thinned(replace(changed, locked=locks, previous=()), freed.requests)
    whole = from_instance(around)
    arrays = keep_candidates(whole, in_play(around, whole, freed))
    standing = days_of(around, arrays, freed.standing)
    arrays = replace(arrays, change=np.where(standing > 0, -1.0, 0.0))
    days = _climb(arrays, standing, changed)
    chosen = with_months(around, arrays, days, freed)
    engagements = tuple(sorted((*locks, *chosen), key=lambda e: (e.request, e.partner)))
    return engagements, len(_pairs(freed.standing) - _pairs(engagements))


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


def _levels(
    changed: Instance, arrays: CandidateArrays, engagements: Sequence[Engagement], warm: Warm | None
) -> list[Reached]:
    """Each level as it is now, with a bound over all candidates of the new instance: from the remembered
    prices (any prices of the right sign give one), else from a relaxation of ``value``."""
    days = days_of(changed, arrays, engagements)
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
