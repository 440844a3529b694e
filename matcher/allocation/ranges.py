"""Ranges in arrays: numbers of many ranges one after another, and places within stretches of equal keys."""

from __future__ import annotations

import numpy as np

from matcher.problem.instance import IntArray, SmallIntArray


def ragged(start: IntArray | SmallIntArray, stop: IntArray | SmallIntArray) -> tuple[IntArray, IntArray]:
    """All numbers of the ranges ``start[i]`` to ``stop[i]`` (not included), one range after another: the i that each
    came from, and the numbers. A range that ends before it starts is empty."""
    length = np.maximum(stop - start, 0)
    position = np.repeat(np.arange(len(start)), length)
    offset = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    return position, offset + start[position]


def rank_within(keys: IntArray) -> IntArray:
    """0, 1, 2, ... within each stretch of equal keys; the keys must be sorted."""
    return np.arange(len(keys), dtype=np.int64) - np.searchsorted(keys, keys)
