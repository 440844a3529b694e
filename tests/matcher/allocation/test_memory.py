"""Millions of candidates fit: columns are held once, what is the same for all in the memory of one."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from matcher.allocation.arrays import same
from matcher.allocation.formulation import Hold, formulate
from matcher.allocation.instance_arrays import from_instance, keep_candidates
from matcher.allocation.neighbourhoods import cut_out, rows_of
from matcher.allocation.relaxation import price, relax
from matcher.synthetic.generator import generate
from tests.matcher.random_instances import random_instance

HOLDS = (Hold("mandated", 4.0), Hold("floors", 12.0))


@pytest.fixture(scope="module")
def instance():
    return generate("N", 1)


@pytest.fixture(scope="module")
def arrays(instance):
    return from_instance(instance)


def highest(work):
    """Bytes in use at most while some work is done, beyond those before it."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_columns_of_the_table_are_not_copied_where_no_candidate_is_left_out(instance, arrays):
    assert len(arrays) == len(instance.candidates)
    for name in ("partner", "request", "fit", "distance_km"):
        assert np.shares_memory(getattr(arrays, name), getattr(instance.candidates, name))


def test_the_formulation_of_a_level_takes_less_than_a_column_of_its_own(arrays):
    assert len(arrays.cover_start) == len(arrays) + 1
    assert highest(lambda: formulate(arrays, "value", HOLDS)) < 8 * len(arrays) + 600_000


def test_pricing_every_candidate_takes_some_ten_columns(arrays):
    formulation = formulate(arrays, "value", HOLDS)
    prices = [np.ones(len(family.upper)) for family in formulation.families]
    assert highest(lambda: price(formulation, prices)) < 12 * 8 * len(arrays)


def test_what_stays_of_a_relaxation_is_little_more_than_one_column(arrays):
    relaxation = relax(formulate(arrays, "value", HOLDS), tolerance=1e-2)
    choice = relaxation.choice
    kept = [relaxation.reduced, *(part for part in vars(choice).values() if isinstance(part, np.ndarray))]
    assert sum(part.nbytes for part in kept) < 1.5 * 8 * len(arrays)
    assert (np.flatnonzero(relaxation.engaged) == choice.candidate).all()
    assert relaxation.days[choice.candidate].sum() == pytest.approx(relaxation.days.sum())


def test_what_is_cut_out_covers_the_same_skills(arrays):
    requests = np.arange(0, arrays.requests, 7)
    rows = rows_of(arrays, requests)
    part = cut_out(arrays, requests, rows, arrays.supply)
    assert (np.diff(part.cover_start) == np.diff(arrays.cover_start)[rows]).all()
    worth = [
        np.bincount(each.cover_candidate, each.skills.worth[each.cover_skill], len(each))
        for each in (part, arrays)
    ]
    assert (worth[0] == worth[1][rows]).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_held_level_charges_what_its_row_says(seed):
    arrays = from_instance(random_instance(seed))
    formulation = formulate(arrays, "travel", (Hold("value", 3.0), Hold("change", 1.0)))
    count = len(arrays)
    for family in formulation.families:
        if family.name.startswith("held_"):
            entries = family.entries(np.arange(count))
            per_day, per_engagement = family.charge(np.array([0.7]))
            wanted = [entries.per_day, entries.per_engagement]
            for charged, coefficient in zip((per_day, per_engagement), wanted, strict=True):
                assert charged == pytest.approx(np.bincount(entries.position, 0.7 * coefficient, count))


def test_leaving_candidates_out_keeps_what_is_the_same_for_all(arrays):
    some = keep_candidates(arrays, np.arange(len(arrays)) % 3 == 0)
    assert some.change.strides == (0,)
    assert (some.change == 0).all()
    assert (some.row == arrays.row[::3]).all()


def test_what_is_the_same_for_all_cannot_be_changed_for_one():
    with pytest.raises(ValueError, match="read-only"):
        same(1.0, 3)[0] = 2.0
