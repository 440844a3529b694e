"""What a request plan may be: the rules of plans and the profits that they are priced at, as arrays.

Only what free candidates can still add counts: skills that a fixed engagement covers are nobody's to cover.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matcher.allocation.arrays import BoolArray, CandidateArrays
from matcher.allocation.ranges import rank_within
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray

#: Most cells that the tables of one request may take; larger requests are not for this method (160 MB).
MOST_CELLS = 20_000_000
#: Most skills that a request may still need: a mask of them indexes its tables.
MOST_SKILLS = 10


class PlanRules(NamedTuple):
    """What a plan may be, request by request; skills are bits 0, 1, ... of a mask within their request.

    Candidates (length E): ``low`` and ``high`` days, ``covers`` mask. Requests (length R): ``start`` (R + 1)
    of its candidates, ``days`` and ``team`` at most, ``masks`` number of masks, ``needed`` mask without which
    a team is not allowed, ``support_days`` and ``essential`` mask that make a mandated request supported
    (-1: not mandated, or supported already). ``cover_value[r, mask]`` is the worth of covering a mask.
    """

    low: IntArray
    high: IntArray
    covers: SmallIntArray
    start: IntArray
    days: IntArray
    team: IntArray
    masks: IntArray
    needed: IntArray
    support_days: IntArray
    essential: IntArray
    cover_value: FloatArray


class PlanProfits(NamedTuple):
    """What a plan earns at the prices asked: for each day and each engagement of a candidate, and for
    supporting a mandated request. ``charges[charge_row[e], d]`` is taken off where candidate e gives d days
    (-1: never charged; days beyond the table are not charged)."""

    per_day: FloatArray
    per_engagement: FloatArray
    support_bonus: FloatArray
    charge_row: SmallIntArray
    charges: FloatArray


def plan_rules(arrays: CandidateArrays) -> PlanRules | None:
    """The rules of plans, or None where a request is too large for exact pricing (see the limits above)."""
    demand, skills = arrays.demand, arrays.skills
    open_skills = np.flatnonzero(~skills.covered)
    bits = np.zeros(len(skills.request), dtype=np.int64)
    bits[open_skills] = rank_within(skills.request[open_skills])
    counts = np.bincount(skills.request[open_skills], minlength=arrays.requests)
    if counts.max(initial=0) > MOST_SKILLS:
        return None
    start = np.searchsorted(arrays.request, np.arange(arrays.requests + 1)).astype(np.int64)
    team = np.clip(demand.team, 0, np.diff(start)).astype(np.int64)
    days = np.maximum(demand.days, 0).astype(np.int64)
    masks = np.left_shift(1, counts).astype(np.int64)
    if (np.diff(start) * masks * (team + 1) * (days + 1)).max(initial=0) > MOST_CELLS:
        return None
    essential = _mask_by_request(arrays, bits, skills.essential & ~skills.covered)
    still_to_support = demand.mandated & ((demand.support_days > 0) | (essential > 0))
    return PlanRules(
        low=arrays.low if (arrays.low >= 1).all() else np.maximum(arrays.low, 1),
        high=arrays.high,
        covers=_candidate_masks(arrays, bits),
        start=start,
        days=days,
        team=team,
        masks=masks,
        needed=essential if arrays.essential_is_hard else np.zeros(arrays.requests, dtype=np.int64),
        support_days=np.where(still_to_support, np.maximum(demand.support_days, 0), -1).astype(np.int64),
        essential=essential,
        cover_value=_cover_values(arrays, bits, int(masks.max(initial=1))),
    )


def covered_masks(rules: PlanRules, row: IntArray) -> IntArray:
    """Mask of the skills that each team covers (teams as rows of candidates, -1 for nobody)."""
    masks = np.where(row >= 0, rules.covers[row], 0)
    return np.asarray(np.bitwise_or.reduce(masks, axis=1), dtype=np.int64)


def supported(rules: PlanRules, request: IntArray, row: IntArray, days: IntArray) -> IntArray:
    """1 for each plan that newly supports its mandated request, else 0."""
    needs = rules.support_days[request]
    lacking = rules.essential[request] & ~covered_masks(rules, row)
    reached = (needs >= 0) & (days.sum(axis=1) >= needs) & (lacking == 0)
    return np.asarray(reached, dtype=np.int64)


def _mask_by_request(arrays: CandidateArrays, bits: IntArray, chosen: BoolArray) -> IntArray:
    masks = np.zeros(arrays.requests, dtype=np.int64)
    np.bitwise_or.at(masks, arrays.skills.request[chosen], np.left_shift(1, bits[chosen]))
    return masks


def _candidate_masks(arrays: CandidateArrays, bits: IntArray) -> SmallIntArray:
    masks = np.zeros(len(arrays), dtype=np.int32)
    is_open = ~arrays.skills.covered[arrays.cover_skill]
    skill = arrays.cover_skill[is_open]
    np.bitwise_or.at(masks, arrays.cover_candidate[is_open], np.left_shift(1, bits[skill]).astype(np.int32))
    return masks


def _cover_values(arrays: CandidateArrays, bits: IntArray, masks: int) -> FloatArray:
    """Worth of each mask of open skills: R x masks."""
    skills = arrays.skills
    table = np.zeros((arrays.requests, masks))
    numbers = np.arange(masks)
    for skill in np.flatnonzero(~skills.covered):
        table[skills.request[skill], (numbers >> bits[skill]) & 1 == 1] += skills.worth[skill]
    return table
