"""Cuts by candidate: valid for every schedule of the partner, and they see what cuts by span class cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.candidate_cuts import cut_of
from matcher.allocation.cut_pool import DAYS, CutPool
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.partner_cuts import Block, find_cut, workshop_of
from matcher.allocation.room import Room
from matcher.problem.instance import FloatArray, IntArray
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

Found = tuple[CandidateArrays, IntArray, IntArray, IntArray, FloatArray, FloatArray]


def arrays_of(seed: int) -> CandidateArrays:
    return from_instance(as_instance(random_document(seed, partners=4, requests=14, months=4)))


def random_use(rng: np.random.Generator, arrays: CandidateArrays, rows: IntArray) -> tuple[Any, Any, Any]:
    """Up to two lengths of some candidates, each by a random share, at most 1 of a candidate."""
    used = []
    for candidate in np.sort(rng.permutation(rows)[:6]).tolist():
        low, high = int(max(1, arrays.low[candidate])), int(min(30, arrays.high[candidate]))
        lengths = sorted(set(rng.integers(low, max(low, high) + 1, 2).tolist()))
        shares = rng.random(len(lengths))
        used += [
            (candidate, days, share / max(1.0, shares.sum()))
            for days, share in zip(lengths, shares, strict=True)
        ]
    candidate, days, share = zip(*used, strict=True)
    return np.array(candidate), np.array(days), np.array(share)


def random_schedule(rng: np.random.Generator, arrays: CandidateArrays, rows: IntArray) -> IntArray:
    """Days of the partner's candidates, put in one by one at random until nothing goes in."""
    room = Room(arrays)
    for candidate in rng.permutation(rows).tolist():
        low, most = int(arrays.low[candidate]), int(room.most(candidate))
        if most >= low:
            room.commit(candidate, int(rng.integers(low, most + 1)) if rng.random() < 0.5 else low)
    return room.days[rows]


@pytest.fixture(scope="module")
def cuts() -> list[Found]:
    found = []
    for seed in range(40):
        rng, arrays = np.random.default_rng(seed), arrays_of(seed)
        for partner in range(arrays.partners):
            rows = np.flatnonzero(arrays.partner == partner)
            if len(rows):
                candidate, days, share = random_use(rng, arrays, rows)
                table = cut_of(arrays, rows, candidate, days, share)
                if table is not None:
                    found.append((arrays, rows, candidate, days, share, table))
    return found


def worth(table: FloatArray, given: IntArray) -> float:
    short = given < table.shape[1]
    return float(table[np.arange(len(given)), np.where(short, given, 0)][short].sum())


def test_a_cut_is_broken_by_the_shares_that_it_was_made_for(cuts) -> None:
    assert len(cuts) > 25
    for _, rows, candidate, days, share, table in cuts:
        assert share @ table[np.searchsorted(rows, candidate), days] > 1


def test_no_schedule_breaks_a_cut_and_a_wrong_coefficient_is_caught(cuts) -> None:
    caught = 0
    for number, (arrays, rows, _, _, _, table) in enumerate(cuts):
        rng = np.random.default_rng(number)
        schedules = [random_schedule(rng, arrays, rows) for _ in range(80)]
        assert max(worth(table, given) for given in schedules) <= 1 + 1e-9
        used = sorted({(at, int(each[at])) for each in schedules for at in np.flatnonzero(each)})
        wrong = table.copy()
        wrong[min((at for at in used if at[1] < table.shape[1]), key=lambda at: table[at])] += 0.3
        caught += max(worth(wrong, given) for given in schedules) > 1 + 1e-9
    assert caught > 0.8 * len(cuts)


def test_one_candidate_that_would_need_two_blocks_is_seen() -> None:
    """Ten days: a short block surely and half of a long one, of two candidates. By span class that is half of two short
    blocks and half of a long one; but there is one candidate for the short blocks only."""
    document = random_document(0, partners=1, requests=2, months=1)
    document["partners"][0] |= {
        "organisation": None,
        "capacity": [10],
        "max_concurrent": None,
        "conflicts": [],
    }
    own = {"days": 10, "window": [0, 0], "mandated": False, "excluded": [], "skills": []}
    document["requests"] = [request | own for request in document["requests"]]
    pair = {"partner": "p00", "fit": 0.5, "min_days": 5, "max_days": 10, "covers": [], "distance_km": 0}
    document |= {
        "forbidden": [],
        "previous": [],
        "candidates": [pair | {"request": each["id"]} for each in document["requests"]],
    }
    arrays = from_instance(as_instance(document))
    rows = np.array([0, 1])
    pool = CutPool(arrays)
    assert find_cut(workshop_of(arrays, pool, 0, rows), [Block(0, 5, 1.0), Block(0, 10, 0.5)]) is None
    table = cut_of(arrays, rows, rows, np.array([5, 10]), np.array([1.0, 0.5]))
    assert table is not None
    assert table[0, 5] == table[1, 10] == 1.0
    assert table[0, 5] + table[1, 5] <= 1.0


@pytest.mark.parametrize("seed", range(6))
def test_charges_are_the_prices_times_the_coefficients(seed: int) -> None:
    """With cuts of both kinds on the same partners."""
    arrays, rng = arrays_of(seed), np.random.default_rng(seed)
    pool = CutPool(arrays)
    for partner in rng.integers(0, arrays.partners, 12).tolist():
        is_fine = bool(rng.random() < 0.5)
        size = len(pool.candidates(partner)) if is_fine else int(pool.classes.count(np.array(partner)))
        pool.add(partner, rng.random((size, DAYS)), by_candidate=is_fine)
    prices = rng.random(len(pool)) * (rng.random(len(pool)) < 0.7)
    charge_row, table = pool.charges(prices)
    candidate, days = np.arange(len(arrays)), rng.integers(1, DAYS + 4, len(arrays))
    cut, position, value = pool.coefficients(candidate, days)
    expected = np.bincount(position, prices[cut] * value, len(arrays))
    inside = (charge_row >= 0) & (days < DAYS)
    charged = np.where(inside, table[charge_row, np.minimum(days, DAYS - 1)], 0.0)
    assert charged == pytest.approx(expected)
