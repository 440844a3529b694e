"""One linear programme as arrays: maximise profit @ x with matrix @ x <= upper and bounds on x.

Columns of a candidate are points of its two-dimensional choice (engaged, days): a *point* column (1, d) for
the relaxation, an *engagement* column (1, low) and an *extra days* column (0, 1) for exact programmes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse

from matcher.allocation.arrays import BoolArray
from matcher.allocation.constraints import Family
from matcher.allocation.formulation import Formulation
from matcher.allocation.ranges import ragged
from matcher.problem.instance import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Programme:
    """Rows are "at most"; ``whole`` marks columns that must be whole numbers."""

    profit: FloatArray
    matrix: sparse.csc_matrix
    row_upper: FloatArray
    lower: FloatArray
    upper: FloatArray
    whole: BoolArray


@dataclass(frozen=True, eq=False)
class Columns:
    """Candidate columns: the candidate, how many days and how many engagements (1 or 0) one unit means."""

    candidate: IntArray
    days: FloatArray
    engaged: FloatArray
    upper: FloatArray
    whole: BoolArray

    def __len__(self) -> int:
        return len(self.candidate)


@dataclass(frozen=True, eq=False)
class Assembled:
    """A programme with the way back: ``rows[f]`` are the rows of family f that were made (their numbers within
    the family), in order; ``side`` the other columns in use; candidate columns come first."""

    programme: Programme
    columns: Columns
    rows: tuple[IntArray, ...]
    side: IntArray

    def prices(self, formulation: Formulation, marginals: FloatArray) -> list[FloatArray]:
        """Row prices spread over all rows of each family, clipped to their sign (0 or more)."""
        spread, at = [], 0
        for family, rows in zip(formulation.families, self.rows, strict=True):
            price = np.zeros(len(family.upper))
            price[rows] = np.maximum(marginals[at : at + len(rows)], 0.0)
            spread.append(price)
            at += len(rows)
        return spread


def point_columns(candidate: IntArray, days: FloatArray) -> Columns:
    """Columns of the relaxation."""
    count = len(candidate)
    return Columns(candidate, days, np.ones(count), np.ones(count), np.zeros(count, dtype=bool))


def exact_columns(low: IntArray, high: IntArray) -> Columns:
    """For each candidate an engagement with its smallest block, then the extra days where there can be any."""
    candidate = np.arange(len(low))
    more = np.flatnonzero(high > low)
    return Columns(
        candidate=np.concatenate((candidate, more)),
        days=np.concatenate((low.astype(float), np.ones(len(more)))),
        engaged=np.concatenate((np.ones(len(low)), np.zeros(len(more)))),
        upper=np.concatenate((np.ones(len(low)), (high - low)[more].astype(float))),
        whole=np.ones(len(low) + len(more), dtype=bool),
    )


def assemble(formulation: Formulation, columns: Columns) -> Assembled:
    """The programme over some columns. Rows that these columns cannot reach are left out; rows that they can
    just reach are kept (rule 5 of MODEL.md needs them for the engagement limit of 1)."""
    side = np.flatnonzero((formulation.side_upper > 0) | (formulation.side_lower > 0))
    place = np.full(formulation.side.count, -1, dtype=np.int64)
    place[side] = len(columns) + np.arange(len(side))
    spread = _Spread.of(columns, place)
    reach = np.concatenate((columns.upper, formulation.side_upper[side]))
    blocks = [_block(family, spread, reach) for family in formulation.families]
    rows = [block.used for block in blocks]
    shape = (sum(len(used) for used in rows), len(columns) + len(side))
    matrix = _stacked(blocks, shape)
    upper = np.concatenate([f.upper[used] for f, used in zip(formulation.families, rows, strict=True)])
    candidate_profit = (
        formulation.objective.per_day[columns.candidate] * columns.days
        + formulation.objective.per_engagement[columns.candidate] * columns.engaged
    )
    programme = Programme(
        profit=np.concatenate((candidate_profit, formulation.side_profit[side])),
        matrix=matrix,
        row_upper=upper,
        lower=np.concatenate((np.zeros(len(columns)), formulation.side_lower[side])),
        upper=np.concatenate((columns.upper, formulation.side_upper[side])),
        whole=np.concatenate((columns.whole, _whole_sides(formulation)[side])),
    )
    return Assembled(programme, columns, tuple(rows), side)


def with_links(assembled: Assembled, low: IntArray, high: IntArray) -> Programme:
    """The exact programme: extra days only where engaged (one row for each candidate that can have any)."""
    programme, count = assembled.programme, len(low)
    more = np.flatnonzero(high > low)
    numbers = np.arange(len(more))
    data = np.concatenate((np.ones(len(more)), -(high - low)[more].astype(float)))
    where = (np.concatenate((numbers, numbers)), np.concatenate((count + numbers, more)))
    links = sparse.csc_matrix((data, where), shape=(len(more), programme.matrix.shape[1]))
    return Programme(
        profit=programme.profit,
        matrix=sparse.vstack((programme.matrix, links), format="csc"),
        row_upper=np.concatenate((programme.row_upper, np.zeros(len(more)))),
        lower=programme.lower,
        upper=programme.upper,
        whole=programme.whole,
    )


@dataclass(frozen=True, eq=False)
class _Spread:
    """Which columns each chosen candidate has (``order[start[i]:start[i + 1]]``), and where side columns went."""

    columns: Columns
    place: IntArray
    chosen: IntArray
    order: IntArray
    start: IntArray

    @classmethod
    def of(cls, columns: Columns, place: IntArray) -> _Spread:
        chosen, inverse = np.unique(columns.candidate, return_inverse=True)
        order = np.argsort(inverse, kind="stable")
        start = np.searchsorted(inverse[order], np.arange(len(chosen) + 1))
        return cls(columns, place, chosen, order, start)


@dataclass(frozen=True, eq=False)
class _Block:
    """Coefficients of one family as (data, row, column), rows counted among ``used``, the family's rows made."""

    data: FloatArray
    row: IntArray
    column: IntArray
    used: IntArray


def _block(family: Family, spread: _Spread, reach: FloatArray) -> _Block:
    """One family over the columns, its rows that can bind only."""
    columns, place = spread.columns, spread.place
    entries = family.entries(spread.chosen)
    index, at = ragged(spread.start[entries.position], spread.start[entries.position + 1])
    column = spread.order[at]
    data = (
        entries.per_day[index] * columns.days[column]
        + entries.per_engagement[index] * columns.engaged[column]
    )
    in_use = place[family.side.column] >= 0
    row = np.concatenate((entries.row[index], family.side.row[in_use]))
    column = np.concatenate((column, place[family.side.column[in_use]]))
    data = np.concatenate((data, family.side.coefficient[in_use]))
    negative = np.flatnonzero(family.upper < 0) if len(family.upper) < len(columns) + 1000 else _EMPTY
    used, compact = np.unique(np.concatenate((row, negative)), return_inverse=True)
    return _binding(_Block(data, compact[: len(row)], column, used), reach, family.upper[used])


_EMPTY = np.zeros(0, dtype=np.int64)


def _binding(block: _Block, reach: FloatArray, upper: FloatArray) -> _Block:
    """Only rows whose largest possible activity reaches their limit."""
    activity = np.bincount(block.row, np.maximum(block.data, 0.0) * reach[block.column], len(block.used))
    can_bind = activity >= upper - 1e-9
    number = np.cumsum(can_bind) - 1
    kept = can_bind[block.row]
    return _Block(block.data[kept], number[block.row[kept]], block.column[kept], block.used[can_bind])


def _stacked(blocks: Sequence[_Block], shape: tuple[int, int]) -> sparse.csc_matrix:
    first = np.concatenate(([0], np.cumsum([len(block.used) for block in blocks])))
    row = np.concatenate([block.row + at for block, at in zip(blocks, first[:-1], strict=True)])
    column = np.concatenate([block.column for block in blocks])
    data = np.concatenate([block.data for block in blocks])
    return sparse.csc_matrix((data, (row, column)), shape=shape)


def _whole_sides(formulation: Formulation) -> BoolArray:
    """Only support is a decision of its own; cover, shortfall and the least share follow from the rest."""
    side = formulation.side
    whole = np.zeros(side.count, dtype=bool)
    whole[side.supported : side.supported + side.requests] = True
    return whole


def families_upper(families: Sequence[Family], prices: Sequence[FloatArray]) -> float:
    """Prices times limits, over all rows."""
    pairs = zip(families, prices, strict=True)
    return float(sum(float(price @ family.upper) for family, price in pairs if price.any()))
