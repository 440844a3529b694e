"""Partner cuts never forbid a schedule that the partner could keep, and a wrong coefficient is found out."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation.arrays import UNLIMITED, interval_days
from matcher.allocation.cut_pool import DAYS
from matcher.allocation.partner_cuts import Block, Workshop, find_cut
from matcher.problem.instance import FloatArray

MONTHS = 4


def random_workshop(rng: np.random.Generator) -> Workshop:
    capacity = rng.integers(0, 7, (1, MONTHS))
    spans = sorted({tuple(sorted(rng.integers(0, MONTHS, 2).tolist())) for _ in range(3)})
    highs = tuple(np.sort(rng.integers(3, 14, int(rng.integers(1, 4)))) for _ in spans)
    places = np.full(MONTHS, UNLIMITED if rng.random() < 0.2 else int(rng.integers(1, 4)))
    return Workshop(
        interval_days=interval_days(capacity)[0],
        places=places,
        first=np.array([first for first, _ in spans]),
        last=np.array([last for _, last in spans]),
        lows=tuple(int(rng.integers(2, 4)) for _ in spans),
        highs=highs,
    )


def random_blocks(rng: np.random.Generator, workshop: Workshop) -> list[Block]:
    kinds = {
        (span, int(rng.integers(workshop.lows[span], workshop.highs[span][-1] + 1)))
        for span in range(len(workshop.first))
        for _ in range(2)
    }
    return [Block(span, days, float(rng.random() * 1.2)) for span, days in sorted(kinds)]


def random_schedule(rng: np.random.Generator, workshop: Workshop) -> list[tuple[int, int]]:
    """Whole blocks (span, days) that fit, put in one by one at random until nothing goes in."""
    slack, places = workshop.interval_days.copy(), workshop.places.copy()
    candidates = [(span, high) for span, highs in enumerate(workshop.highs) for high in highs.tolist()]
    rng.shuffle(candidates)
    schedule = []
    for span, high in candidates:
        first, last = int(workshop.first[span]), int(workshop.last[span])
        most = min(high, int(slack[: first + 1, last:].min()))
        if most < workshop.lows[span] or places[first : last + 1].min() < 1:
            continue
        days = int(rng.integers(workshop.lows[span], most + 1)) if rng.random() < 0.5 else workshop.lows[span]
        slack[: first + 1, last:] -= days
        places[first : last + 1] -= 1
        schedule.append((span, days))
    return schedule


def breaks(table: FloatArray, schedules: list[list[tuple[int, int]]]) -> bool:
    worth = [sum(table[span, days] for span, days in schedule) for schedule in schedules]
    return max(worth, default=0.0) > 1 + 1e-9


def found_cuts(seeds: range) -> list[tuple[Workshop, list[Block], FloatArray]]:
    cuts = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        workshop = random_workshop(rng)
        blocks = random_blocks(rng, workshop)
        table = find_cut(workshop, blocks)
        if table is not None and any(random_schedule(rng, workshop) for _ in range(5)):
            cuts.append((workshop, blocks, table))
    return cuts


@pytest.fixture(scope="module")
def cuts() -> list[tuple[Workshop, list[Block], FloatArray]]:
    return found_cuts(range(150))


def test_cuts_are_found_and_broken_by_the_shares_they_were_made_for(cuts) -> None:
    assert len(cuts) > 60
    for _, blocks, table in cuts:
        assert sum(block.share * table[block.span, block.days] for block in blocks) > 1


def test_no_schedule_of_the_partner_breaks_a_cut(cuts) -> None:
    for number, (workshop, _, table) in enumerate(cuts):
        rng = np.random.default_rng(1000 + number)
        schedules = [random_schedule(rng, workshop) for _ in range(120)]
        assert not breaks(table, schedules)


def test_a_wrong_coefficient_is_caught_by_the_same_schedules(cuts) -> None:
    """Each table with its smallest used coefficient raised: most are no longer valid, and it is seen."""
    caught = 0
    for number, (workshop, _, table) in enumerate(cuts):
        rng = np.random.default_rng(1000 + number)
        schedules = [random_schedule(rng, workshop) for _ in range(120)]
        used = sorted({block for schedule in schedules for block in schedule})
        wrong = table.copy()
        span, days = min(used, key=lambda block: table[block])
        wrong[span, days] += 0.2
        caught += breaks(wrong, schedules)
    assert caught > 0.9 * len(cuts)


def test_lifting_is_as_far_as_it_goes(cuts) -> None:
    """Most of the tables touch 1 on some schedule with a block that was not in use: lifted, not just kept."""
    touched = 0
    for number, (workshop, blocks, table) in enumerate(cuts):
        in_use = {(block.span, block.days) for block in blocks}
        rng = np.random.default_rng(2000 + number)
        schedules = [random_schedule(rng, workshop) for _ in range(200)]
        others = [schedule for schedule in schedules if any(block not in in_use for block in schedule)]
        worth = [sum(table[block] for block in schedule) for schedule in others]
        touched += max(worth, default=0.0) > 1 - 1e-3
    assert touched > 0.6 * len(cuts)


def test_several_blocks_of_one_kind_count_together() -> None:
    """Five days, blocks of three: sold as 5/3 engagements by the relaxation, one in truth."""
    workshop = Workshop(
        interval_days=interval_days(np.array([[5]]))[0],
        places=np.array([3]),
        first=np.array([0]),
        last=np.array([0]),
        lows=(3,),
        highs=(np.array([5, 5, 5]),),
    )
    table = find_cut(workshop, [Block(0, 3, 5 / 3)])
    assert table is not None
    assert table[0, 3:6].tolist() == [1.0, 1.0, 1.0]
    assert table.shape == (1, DAYS)


def test_a_mix_of_schedules_gives_no_cut() -> None:
    workshop = Workshop(
        interval_days=interval_days(np.array([[6]]))[0],
        places=np.array([3]),
        first=np.array([0]),
        last=np.array([0]),
        lows=(3,),
        highs=(np.array([6, 6]),),
    )
    assert find_cut(workshop, [Block(0, 3, 1.0), Block(0, 6, 0.5)]) is None
