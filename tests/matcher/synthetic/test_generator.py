"""Synthetic instances: valid, the same every time, and of the size that figures are quoted for."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.serialisation import read_instance, sha256, write_instance
from matcher.synthetic.generator import generate
from matcher.synthetic.scales import SCALES


@pytest.mark.parametrize(
    ("scale", "candidates", "digest"),
    [
        ("S", 765, "295f507ea743"),
        ("N", 5731, "4bf0c6cd1e60"),
    ],
)
def test_seed_nought_is_the_instance_that_figures_are_quoted_for(scale: str, candidates: int, digest: str):
    instance = generate(scale, 0)
    assert len(instance.candidates) == candidates
    assert sha256(write_instance(instance)).startswith(digest)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_generated_can_be_read(seed: int):
    raw = write_instance(generate("S", seed))
    assert write_instance(read_instance(raw)) == raw


def test_seeds_differ():
    assert write_instance(generate("S", 1)) != write_instance(generate("S", 2))


def test_demand_at_todays_size_is_more_than_capacity():
    instance = generate("N", 1)
    wanted = sum(request.days for request in instance.requests)
    offered = sum(sum(partner.capacity) for partner in instance.partners)
    assert 1.0 < wanted / offered < 2.0


def test_the_cut_keeps_the_best_of_each_request():
    whole, cut = generate("N", 0), generate("N", 0, best=5)
    sizes = np.diff(whole.candidate_start)
    assert np.array_equal(np.diff(cut.candidate_start), np.minimum(sizes, 5))
    busiest = int(sizes.argmax())
    rows = slice(whole.candidate_start[busiest], whole.candidate_start[busiest + 1])
    kept = slice(cut.candidate_start[busiest], cut.candidate_start[busiest + 1])
    assert sorted(whole.candidates.fit[rows])[-5:] == sorted(cut.candidates.fit[kept])


def test_a_scale_sought_by_icb_gives_valid_candidates(monkeypatch: pytest.MonkeyPatch):
    small = type(SCALES["XL"])(300, 400, 40, (0.8, 0.17, 0.02, 0.01), best=6, by_icb=True)
    monkeypatch.setitem(SCALES, "XL", small)
    instance = generate("XL", 1)
    assert np.diff(instance.candidate_start).max() == 6
    raw = write_instance(instance)
    assert write_instance(read_instance(raw)) == raw
