"""Days to months: totals kept, no month above its capacity, inside the span, and even where there is room."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.arrays import interval_days
from matcher.allocation.months import Block, ScheduleError, schedule


@st.composite
def partners(draw):
    """A partner's capacity and blocks that its interval slacks allow (with empty months now and then)."""
    capacity = np.array(draw(st.lists(st.integers(0, 6), min_size=1, max_size=6)), dtype=np.int64)
    slack = interval_days(capacity[None, :])[0]
    blocks = []
    for row in range(draw(st.integers(0, 6))):
        first = draw(st.integers(0, len(capacity) - 1))
        last = draw(st.integers(first, len(capacity) - 1))
        most = int(slack[: first + 1, last:].min())
        days = draw(st.integers(0, most))
        if days:
            slack[: first + 1, last:] -= days
            blocks.append(Block(row, first, last, days))
    return capacity, blocks


@settings(max_examples=300, deadline=None)
@given(partners())
def test_whatever_slacks_allow_fits_into_months(partner):
    capacity, blocks = partner
    plan = schedule(capacity, blocks)
    used = np.zeros(len(capacity), dtype=np.int64)
    for block in blocks:
        days = plan[block.row]
        assert days.sum() == block.days
        assert (days >= 0).all()
        assert not days[: block.first].any()
        assert not days[block.last + 1 :].any()
        used += days
    assert (used <= capacity).all()


def test_coaching_means_two_days_a_month_not_twelve_in_the_first():
    plan = schedule(np.full(6, 12), [Block(0, 0, 5, 12)])
    assert plan[0].tolist() == [2, 2, 2, 2, 2, 2]


def test_two_engagements_share_the_months_evenly():
    plan = schedule(np.full(3, 2), [Block(0, 0, 2, 3), Block(1, 0, 2, 3)])
    assert plan[0].tolist() == [1, 1, 1]
    assert plan[1].tolist() == [1, 1, 1]


def test_days_that_cannot_fit_are_a_defect_and_said_so():
    with pytest.raises(ScheduleError, match="row 7"):
        schedule(np.array([1, 0]), [Block(7, 0, 1, 2)])
