"""Plan pricing is exact: against counting out every team, and against a plain NumPy dynamic programme."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from matcher.allocation.plan_pricing import PricedPlans, forced_values, price_plans
from matcher.allocation.plan_rules import PlanProfits, PlanRules, covered_masks, supported

CHARGED_DAYS = 6


def random_rules(rng: np.random.Generator, requests: int, hard: bool) -> PlanRules:
    counts = rng.integers(0, 6, requests)
    candidates = int(counts.sum())
    masks = 1 << rng.integers(0, 4, requests)
    request = np.repeat(np.arange(requests), counts)
    low = rng.integers(1, 5, candidates)
    worth = rng.random((requests, 3)) * 5
    numbers = np.arange(8)
    values = sum(worth[:, [bit]] * ((numbers >> bit) & 1) for bit in range(3))
    essential = rng.integers(0, masks)
    return PlanRules(
        low=low,
        high=low + rng.integers(0, 5, candidates),
        covers=(rng.integers(0, masks[request]) if candidates else np.zeros(0)).astype(np.int32),
        start=np.concatenate(([0], np.cumsum(counts))),
        days=rng.integers(0, 12, requests),
        team=np.minimum(rng.integers(0, 4, requests), counts),
        masks=masks,
        needed=essential if hard else np.zeros(requests, dtype=np.int64),
        support_days=np.where(rng.random(requests) < 0.5, rng.integers(0, 6, requests), -1),
        essential=essential,
        cover_value=np.asarray(values),
    )


def random_profits(rng: np.random.Generator, rules: PlanRules) -> PlanProfits:
    candidates, requests = len(rules.low), len(rules.days)
    return PlanProfits(
        per_day=np.round(rng.normal(0.3, 1.0, candidates), 2),
        per_engagement=-np.round(rng.random(candidates) * 3, 2),
        support_bonus=rng.random(requests) * 4,
        charge_row=rng.integers(-1, 2, candidates).astype(np.int32),
        charges=np.round(rng.random((2, CHARGED_DAYS)) * 2, 2),
    )


def profit_of(rules: PlanRules, profits: PlanProfits, request: int, team: dict[int, int]) -> float | None:
    """What a team (row: days) is worth, counted from the definition; None where it is not allowed."""
    mask, value = 0, 0.0
    for row, days in team.items():
        mask |= int(rules.covers[row])
        value += profits.per_engagement[row] + profits.per_day[row] * days
        if profits.charge_row[row] >= 0 and days < CHARGED_DAYS:
            value -= profits.charges[profits.charge_row[row], days]
    needed = int(rules.needed[request])
    if sum(team.values()) > rules.days[request] or mask & needed != needed:
        return None
    value += rules.cover_value[request, mask]
    essential, needs = int(rules.essential[request]), rules.support_days[request]
    if needs >= 0 and sum(team.values()) >= needs and mask & essential == essential:
        value += profits.support_bonus[request]
    return float(value)


def all_plans(rules: PlanRules, profits: PlanProfits, request: int) -> list[tuple[float, dict[int, int]]]:
    rows = range(int(rules.start[request]), int(rules.start[request + 1]))
    found = []
    for size in range(1, int(rules.team[request]) + 1):
        for team in itertools.combinations(rows, size):
            choices = [range(int(rules.low[row]), int(rules.high[row]) + 1) for row in team]
            for days in itertools.product(*choices):
                plan = dict(zip(team, days, strict=True))
                value = profit_of(rules, profits, request, plan)
                if value is not None:
                    found.append((value, plan))
    return found


def team_of(plans: PricedPlans, plan: int) -> dict[int, int]:
    inside = plans.row[plan] >= 0
    return dict(zip(plans.row[plan][inside].tolist(), plans.days[plan][inside].tolist(), strict=True))


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_plan_is_the_best_of_all_plans(seed: int, hard: bool) -> None:
    rng = np.random.default_rng(seed)
    rules = random_rules(rng, 15, hard)
    profits = random_profits(rng, rules)
    plans = price_plans(rules, profits, np.zeros(15))
    for request in range(15):
        counted = max((value for value, _ in all_plans(rules, profits, request)), default=0.0)
        assert plans.best[request] == pytest.approx(max(0.0, counted), abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_plans_found_are_allowed_and_worth_what_they_say(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    rules = random_rules(rng, 20, hard=False)
    profits = random_profits(rng, rules)
    threshold = np.full(20, 0.25)
    plans = price_plans(rules, profits, threshold)
    assert len(plans.request) > 0
    for plan, request in enumerate(plans.request):
        team = team_of(plans, plan)
        assert all(rules.start[request] <= row < rules.start[request + 1] for row in team)
        assert all(rules.low[row] <= days <= rules.high[row] for row, days in team.items())
        assert 1 <= len(team) <= rules.team[request]
        value = profit_of(rules, profits, int(request), team)
        assert value == pytest.approx(plans.profit[plan], abs=1e-9)
        assert plans.profit[plan] > threshold[request]
        assert covered_masks(rules, plans.row)[plan] == np.bitwise_or.reduce(rules.covers[list(team)])
    flags = supported(rules, plans.request, plans.row, plans.days)
    assert set(flags.tolist()) <= {0, 1}


@pytest.mark.parametrize("seed", range(6))
def test_a_forced_value_is_that_of_the_best_plan_with_the_candidate(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    rules = random_rules(rng, 12, hard=False)
    profits = random_profits(rng, rules)
    forced = forced_values(rules, profits)
    for request in range(12):
        plans = all_plans(rules, profits, request)
        for row in range(int(rules.start[request]), int(rules.start[request + 1])):
            best = max((value for value, team in plans if row in team), default=-1e17)
            if best > -1e17:
                assert forced[row] == pytest.approx(best, abs=1e-9)
            else:
                assert forced[row] < -1e17


def numpy_best(rules: PlanRules, profits: PlanProfits, request: int) -> float:
    """The same dynamic programme in NumPy, all candidates, no dominance: slower, and written apart."""
    width, sizes, masks = (
        int(rules.days[request]) + 1,
        int(rules.team[request]) + 1,
        int(rules.masks[request]),
    )
    best = np.full((masks, sizes, width), -np.inf)
    best[0, 0, 0] = 0.0
    for row in range(int(rules.start[request]), int(rules.start[request + 1])):
        after = best.copy()
        into = np.arange(masks) | rules.covers[row]
        for days in range(int(rules.low[row]), min(int(rules.high[row]), width - 1) + 1):
            profit = profits.per_engagement[row] + profits.per_day[row] * days
            if profits.charge_row[row] >= 0 and days < profits.charges.shape[1]:
                profit -= profits.charges[profits.charge_row[row], days]
            moved = best[:, :-1, : width - days] + profit
            np.maximum.at(after[:, 1:, days:], into, moved)
        best = after
    mask, _, total = np.indices(best.shape)
    essential, needs = rules.essential[request], rules.support_days[request]
    reached = (needs >= 0) & (total >= needs) & (mask & essential == essential)
    best = best + rules.cover_value[request, mask] + profits.support_bonus[request] * reached
    best[mask & rules.needed[request] != rules.needed[request]] = -np.inf
    return max(0.0, float(best[:, 1:].max(initial=-np.inf)))


def large_rules(rng: np.random.Generator, requests: int) -> PlanRules:
    """Requests of the size of the country's: four skills, teams of four, forty days, thirty candidates."""
    candidates = 30 * requests
    low = np.full(candidates, 3)
    bits = (np.arange(16)[None, :, None] >> np.arange(4)) & 1
    return PlanRules(
        low=low,
        high=rng.integers(3, 25, candidates),
        covers=rng.integers(0, 16, candidates).astype(np.int32),
        start=np.arange(requests + 1) * 30,
        days=np.full(requests, 40),
        team=np.full(requests, 4),
        masks=np.full(requests, 16),
        needed=np.zeros(requests, dtype=np.int64),
        support_days=np.full(requests, 20),
        essential=np.full(requests, 1),
        cover_value=(bits * rng.random((requests, 1, 4)) * 10).sum(axis=2),
    )


def test_agrees_with_the_plain_numpy_programme_at_full_size() -> None:
    rng = np.random.default_rng(7)
    rules = large_rules(rng, 8)
    profits = PlanProfits(
        per_day=rng.normal(0.5, 1.0, 240),
        per_engagement=-rng.random(240) * 3,
        support_bonus=np.full(8, 5.0),
        charge_row=rng.integers(-1, 3, 240).astype(np.int32),
        charges=rng.random((3, 20)),
    )
    plans = price_plans(rules, profits, np.zeros(8))
    expected = [numpy_best(rules, profits, request) for request in range(8)]
    assert plans.best == pytest.approx(expected, abs=1e-9)


def test_the_same_prices_give_the_same_plans() -> None:
    rng = np.random.default_rng(3)
    rules = random_rules(rng, 25, hard=False)
    profits = random_profits(rng, rules)
    first, second = (price_plans(rules, profits, np.zeros(25)) for _ in range(2))
    assert (first.row == second.row).all()
    assert (first.days == second.days).all()
    assert (first.profit == second.profit).all()
