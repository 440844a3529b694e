"""One level of the ladder over the arrays: its objective, the hard rules, and the levels before it as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.arrays import CandidateArrays, same
from matcher.allocation.constraints import Family, GroupRows, KeyedRows, SideEntries, SingleRow
from matcher.allocation.hard_rules import hard_rules, mandated_rules
from matcher.allocation.objectives import LEVELS, LinearForm, linear_form
from matcher.allocation.share_covers import share_covers
from matcher.allocation.side_columns import SideColumns
from matcher.problem.instance import FloatArray, IntArray

#: Room left to a held level for the solvers' own tolerances; every answer is measured again without it.
HOLD_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Hold:
    """A level that must stay at least (or at most, by its sense) at ``value``."""

    name: str
    value: float


@dataclass(frozen=True, eq=False)
class Targets:
    """Where a search should bring the worst of many, so that it sees progress before the worst itself moves:
    days for each group (G), or a fit-weighted share for every request. What is missing is charged ``price`` a
    day beside the level that is optimised."""

    price: float
    days_of_group: FloatArray | None = None
    share_of_request: float | None = None


@dataclass(frozen=True, eq=False)
class Formulation:
    """Everything a programme of a level is made from; ``side_*`` belong to the columns of ``SideColumns``."""

    level: str
    arrays: CandidateArrays
    objective: LinearForm
    families: tuple[Family, ...]
    side: SideColumns
    side_profit: FloatArray
    side_lower: FloatArray
    side_upper: FloatArray


def formulate(
    arrays: CandidateArrays, level: str, held: Sequence[Hold], targets: Targets | None = None
) -> Formulation:
    """The level with all hard rules and the held levels; only families that matter are made.

    With ``targets`` (search only) what is missing to them is charged beside the level: no bound of the level
    follows from such a formulation.
    """
    side = SideColumns(len(arrays.skills.worth), arrays.requests, len(arrays.groups.wanted))
    objective = linear_form(arrays, level)
    names = {level, *(hold.name for hold in held)}
    families = [*hard_rules(arrays, side)]
    if "mandated" in names:
        families += mandated_rules(arrays, side)
    if "floors" in names:
        families.append(_group_rule(arrays, side, "floors", _floor_needs(arrays), side.short))
    if level == "worst_group":
        given = -arrays.groups.given.astype(float)
        families.append(_group_rule(arrays, side, "worst_group", given, side.least))
    if level == "worst_request":
        families.append(_share_rule(arrays, side, None))
    for hold in held:
        families += _held_rules(arrays, side, hold)
    if targets is not None:
        families += _target_rules(arrays, side, targets)
    lower, upper = _side_bounds(arrays, side, held, targets)
    upper[side.least] = _most_share(arrays, level)
    return Formulation(
        level=level,
        arrays=arrays,
        objective=objective,
        families=tuple(families),
        side=side,
        side_profit=_side_profit(arrays, objective, targets),
        side_lower=lower,
        side_upper=upper,
    )


def _floor_needs(arrays: CandidateArrays) -> FloatArray:
    return (arrays.groups.floor - arrays.groups.given).astype(float)


def _group_rule(
    arrays: CandidateArrays, side: SideColumns, name: str, needs: FloatArray, column: int | None
) -> Family:
    """Days of each group at least its need, less its shortfall column (``side.short``, ``side.group_gap``) or
    plus its wanted days times the least share (``side.least``). Groups that want nothing have no need."""
    asked = np.flatnonzero(arrays.groups.wanted > 0)
    entries = SideEntries()
    if column == side.least:
        wanted = arrays.groups.wanted[asked].astype(float)
        entries = SideEntries(asked, np.full(len(asked), side.least), wanted)
    elif column is not None:
        entries = SideEntries(asked, column + asked, -np.ones(len(asked)))
    upper = np.where(arrays.groups.wanted > 0, -needs, 0.0)
    return GroupRows(arrays, name, upper, entries)


def _share_rule(arrays: CandidateArrays, side: SideColumns, least: float | None) -> Family:
    """Fit-weighted days of each request: at least its days times the least share (a column, or a number)."""
    demand = arrays.demand
    numbers = np.arange(arrays.requests)
    if least is None:
        entries = SideEntries(numbers, np.full(len(numbers), side.least), demand.wanted.astype(float))
        upper = demand.fit_days
    else:
        entries = SideEntries()
        upper = demand.fit_days - least * demand.wanted + HOLD_TOLERANCE * demand.wanted
    return KeyedRows("shares", arrays.request, -arrays.fit, same(0.0, len(arrays)), upper, entries)


def _target_rules(arrays: CandidateArrays, side: SideColumns, targets: Targets) -> list[Family]:
    rules: list[Family] = []
    if targets.days_of_group is not None:
        needs = targets.days_of_group - arrays.groups.given
        rules.append(_group_rule(arrays, side, "group_targets", needs, side.group_gap))
    if targets.share_of_request is not None:
        demand, numbers = arrays.demand, np.arange(arrays.requests)
        entries = SideEntries(numbers, side.request_gap + numbers, -demand.wanted.astype(float))
        upper = demand.fit_days - targets.share_of_request * demand.wanted
        name, zeros = "request_targets", same(0.0, len(arrays))
        rules.append(KeyedRows(name, arrays.request, -arrays.fit, zeros, upper, entries))
    return rules


def _side_profit(arrays: CandidateArrays, objective: LinearForm, targets: Targets | None) -> FloatArray:
    group_gap: FloatArray = np.zeros(len(arrays.groups.wanted))
    request_gap: FloatArray = np.zeros(arrays.requests)
    if targets is not None and targets.days_of_group is not None:
        group_gap = np.full(len(arrays.groups.wanted), -targets.price)
    if targets is not None and targets.share_of_request is not None:
        request_gap = -targets.price * arrays.demand.wanted.astype(float)
    least = [objective.least]
    parts = (objective.covered, objective.supported, objective.short, least, group_gap, request_gap)
    return np.concatenate(parts).astype(float)


def _held_rules(arrays: CandidateArrays, side: SideColumns, hold: Hold) -> list[Family]:
    if hold.name == "worst_group":
        wanted = arrays.groups.wanted
        needs = np.ceil(hold.value * wanted - 1e-6) - arrays.groups.given
        return [_group_rule(arrays, side, "held_worst_group", needs, None)]
    if hold.name == "worst_request":
        share = _share_rule(arrays, side, hold.value)
        return [share, *share_covers(arrays, -share.upper)]
    form = linear_form(arrays, hold.name)
    weights = np.concatenate((form.covered, form.supported, form.short))
    used: IntArray = np.flatnonzero(weights)
    level = LEVELS[hold.name]
    needed = level.signed(hold.value) - level.signed(fixed_value(arrays, hold.name))
    row = SingleRow(
        name=f"held_{hold.name}",
        per_day=form.per_day,
        per_engagement=form.per_engagement,
        coefficient=-1.0,
        upper=np.array([HOLD_TOLERANCE * max(1.0, abs(hold.value)) - needed]),
        side=SideEntries(np.zeros(len(used), dtype=np.int64), used, -weights[used]),
    )
    return [row]


def fixed_value(arrays: CandidateArrays, name: str) -> float:
    """What fixed engagements score on a separable level (days short of floors are counted by their rows)."""
    return 0.0 if name == "floors" else float(getattr(arrays.fixed, name))


def _side_bounds(
    arrays: CandidateArrays, side: SideColumns, held: Sequence[Hold], targets: Targets | None
) -> tuple[FloatArray, FloatArray]:
    skills, demand = arrays.skills, arrays.demand
    forced = skills.essential & ~skills.covered & demand.engaged[skills.request] & arrays.essential_is_hard
    no_shortfall = any(hold.name == "floors" and hold.value == 0 for hold in held)
    short = np.zeros(side.groups) if no_shortfall else np.maximum(_floor_needs(arrays), 0)
    lower = np.zeros(side.count)
    lower[: side.skills] = forced
    parts = ((~skills.covered).astype(float), demand.mandated.astype(float), short, [1.0])
    upper = np.concatenate((*parts, *_gap_limits(arrays, targets)))
    return lower, upper


def _most_share(arrays: CandidateArrays, level: str) -> float:
    """What the least share cannot exceed: no request has more than all of its days, and of what is fixed the least
    served request says nothing about groups."""
    return min(1.0, arrays.fixed.least_share) if level == "worst_request" else 1.0


def _gap_limits(arrays: CandidateArrays, targets: Targets | None) -> tuple[FloatArray, FloatArray]:
    group_gap, request_gap = np.zeros(len(arrays.groups.wanted)), np.zeros(arrays.requests)
    if targets is not None and targets.days_of_group is not None:
        group_gap = np.maximum(targets.days_of_group, 0.0)
    if targets is not None and targets.share_of_request is not None:
        request_gap = np.full(arrays.requests, max(targets.share_of_request, 0.0))
    return group_gap, request_gap
