"""Covers of a held least share never forbid a team that reaches it, and are as tight as they claim."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from matcher.allocation.arrays import CandidateArrays
from matcher.allocation.constraints import KeyedRows
from matcher.allocation.instance_arrays import from_instance
from matcher.allocation.share_covers import share_covers
from matcher.allocation.share_targets import share_step
from matcher.problem.instance import FloatArray
from tests.matcher.allocation.reviewers import reviewer_document
from tests.matcher.instance_documents import as_instance


def arrays_of(seed: int) -> CandidateArrays:
    return from_instance(as_instance(reviewer_document(6, 9, seed)))


def needs(arrays: CandidateArrays, share_of_best: float) -> FloatArray:
    """A share of what the best team of each request would give."""
    best = [np.sort(arrays.fit[arrays.request == r])[-3:].sum() for r in range(arrays.requests)]
    return share_of_best * np.array(best)


def broken(rows: list[KeyedRows], arrays: CandidateArrays, needed: FloatArray) -> int:
    """Teams that reach what their request needs and yet break a row."""
    count = 0
    for request in range(arrays.requests):
        own = np.flatnonzero(arrays.request == request)
        for team in combinations(own.tolist(), 3):
            if arrays.fit[list(team)].sum() >= needed[request]:
                inside = [int((row.key[list(team)] == request).sum()) for row in rows]
                count += any(n > row.upper[request] for n, row in zip(inside, rows, strict=True))
    return count


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_no_team_that_reaches_the_share_is_forbidden(seed: int, share: float) -> None:
    arrays = arrays_of(seed)
    needed = needs(arrays, share)
    assert broken(share_covers(arrays, needed), arrays, needed) == 0


def test_a_cover_that_claims_one_less_is_found_out() -> None:
    arrays = arrays_of(1)
    needed = needs(arrays, 0.8)
    rows = share_covers(arrays, needed)
    wrong = [KeyedRows(r.name, r.key, r.per_day, r.per_engagement, r.upper - 1) for r in rows[1:]]
    assert any((row.key >= 0).any() for row in rows)
    assert broken(wrong, arrays, needed) > 0


def test_shares_are_whole_multiples_of_the_step() -> None:
    arrays = arrays_of(2)
    step = share_step(arrays)
    shares = [arrays.fit[list(team)].sum() / 3 for team in combinations(range(5), 3)]
    assert step == pytest.approx(1e-4 / 3)
    assert np.abs(np.array(shares) / step - np.rint(np.array(shares) / step)).max() < 1e-6
