"""An instance that is nearly one at hand is written and read as if nothing had been at hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from matcher.formats.instance_again import read_again, written
from matcher.formats.instance_reading import InstanceError
from matcher.problem.instance import CandidateTable, Engagement, Instance
from matcher.serialisation import read_instance, write_instance
from tests.matcher.random_instances import random_instance


def without_rows(instance: Instance, gone: set[int]) -> Instance:
    """The instance without some candidates."""
    table = instance.candidates
    kept = [row for row in range(len(table)) if row not in gone]
    covers = [table.covers[table.cover_start[row] : table.cover_start[row + 1]] for row in kept]
    counts = [len(each) for each in covers]
    whole = {
        name: getattr(table, name)[kept]
        for name in ("partner", "request", "fit", "min_days", "max_days", "distance_km")
    }
    start = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
    flat = np.concatenate([np.zeros(0, np.int64), *covers])
    return replace(instance, candidates=CandidateTable(**whole, cover_start=start, covers=flat))


def neighbours(instance: Instance) -> Iterator[Instance]:
    """Instances that differ in rows, values and pairs, here and there."""
    rows = len(instance.candidates)
    pairs = [(instance.candidate(row).partner, instance.candidate(row).request) for row in (0, rows - 1)]
    locked = tuple(Engagement(*pair, (1,) + (0,) * (len(instance.months) - 1)) for pair in pairs)
    yield instance
    yield replace(instance, locked=(locked[1],), forbidden=(pairs[0],), previous=locked)
    for gone in ({0}, {rows - 1}, {rows // 2}, {1, rows - 2}, set(range(rows)), set(range(1, rows))):
        yield without_rows(instance, gone)
    fit = instance.candidates.fit.copy()
    fit[rows // 3] = 0.123
    yield replace(instance, candidates=replace(instance.candidates, fit=fit))
    yield replace(instance, skill_bonus=0.75)


def assert_same(one: Instance, other: Instance) -> None:
    assert write_instance(one) == write_instance(other)
    for name in one.candidates.__dataclass_fields__:
        mine, theirs = getattr(one.candidates, name), getattr(other.candidates, name)
        assert np.array_equal(mine, theirs), name
        assert mine.dtype == theirs.dtype, name


@pytest.mark.parametrize("seed", range(6))
def test_bytes_and_rows_are_those_of_a_whole_writing_and_reading(seed: int) -> None:
    at_hand = written(random_instance(seed))
    for instance in neighbours(at_hand.instance):
        content = write_instance(instance)
        for before in (at_hand, written(without_rows(at_hand.instance, {0, 3}))):
            assert written(instance, before).content == content
            assert_same(read_again(content, before).instance, read_instance(content))


def test_a_file_that_breaks_a_rule_is_refused_as_a_whole_one_is() -> None:
    at_hand = written(random_instance(1))
    rows = at_hand.starts.tolist()
    content = at_hand.content
    middle = content[rows[3] : rows[4]].replace(b'"fit":', b'"fit":-')
    swapped = content[rows[3] : rows[4]] + content[rows[2] : rows[3]]
    unknown = content.replace(b'"forbidden":[', b'"forbidden":[["nobody","nothing"],', 1)
    for broken in (
        content[: rows[3]] + middle + content[rows[4] :],
        content[: rows[3]] + content[rows[2] :],
        content[:-1],
        unknown,
    ):
        with pytest.raises(InstanceError) as whole:
            read_instance(broken)
        with pytest.raises(InstanceError) as again:
            read_again(broken, at_hand)
        assert again.value.problems == whole.value.problems
    in_another_order = content[: rows[2]] + swapped + content[rows[4] :]
    assert_same(read_again(in_another_order, at_hand).instance, read_instance(in_another_order))
