"""Reading the candidates of an instance: whole columns at a time, since there may be millions of rows.

Each column is pulled out of the rows and checked in one pass; only rows that fail are looked at one by one,
to say what is wrong with them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matcher.formats.document import DAYS_LIMIT, WHOLE_FILE, FormatError, Row, identifier_problem, shown
from matcher.problem.instance import CandidateTable, FloatArray, IntArray, Partner, Request

CANDIDATE_LIMIT: Final = 5_000_000
_KEYS: Final = ("partner", "request", "fit", "min_days", "max_days", "covers", "distance_km")
_KEY_SET: Final = frozenset(_KEYS)
_MARK: Final = b'"min_days"'

BoolArray = NDArray[np.bool_]


def refuse_too_many(raw: bytes, limit: int = CANDIDATE_LIMIT) -> None:
    """Refuse a file of too many candidates: count a key that each must have, before anything is built."""
    if raw.count(_MARK) > limit and sum(1 for _ in re.finditer(_MARK + rb"\s*:", raw)) > limit:
        raise FormatError([f"{WHOLE_FILE}: holds more than {limit:,} candidates"])


def read_candidates(top: Row, partners: Sequence[Partner], requests: Sequence[Request]) -> CandidateTable:
    """The table of candidates, sorted by (request, partner), for partners and requests sorted by id.

    Problems are noted in ``top``; the table is of use only if none were.
    """
    return _CandidateReader(top, partners, requests).table()


class _CandidateReader:
    def __init__(self, top: Row, partners: Sequence[Partner], requests: Sequence[Request]) -> None:
        self.partners = partners
        self.requests = requests
        self.problems = top.problems
        self.positions: list[int] = []
        self.rows = self._well_formed(top.items("candidates"))

    def _well_formed(self, rows: list[Any]) -> list[dict[str, Any]]:
        """Rows with exactly the known keys; the others are noted."""
        good: list[dict[str, Any]] = []
        for position, row in enumerate(rows):
            if type(row) is dict and row.keys() == _KEY_SET:
                good.append(row)
                self.positions.append(position)
            else:
                Row(row, f"candidates[{position}]", self.problems, _KEYS)
        return good

    def table(self) -> CandidateTable:
        partner = self._references("partner", {partner.id: at for at, partner in enumerate(self.partners)})
        request = self._references("request", {request.id: at for at, request in enumerate(self.requests)})
        fit = self._numbers("fit", 1)
        min_days = self._whole_numbers("min_days", 1)
        max_days = self._whole_numbers("max_days", DAYS_LIMIT)
        distance_km = self._numbers("distance_km", 20_000)
        self._refuse(min_days > max_days, "min_days", "is more than max_days")
        self._refuse_barred(partner, request)
        order = np.lexsort((partner, request))
        self._refuse_repeats(partner, request, order)
        cover_start, covers = self._covers(request, order)
        return CandidateTable(
            partner=partner[order],
            request=request[order],
            fit=fit[order],
            min_days=min_days[order],
            max_days=max_days[order],
            distance_km=distance_km[order],
            cover_start=cover_start,
            covers=covers,
        )

    def _say(self, row: int, key: str, what: str) -> None:
        place = f"candidates[{self.positions[row]}]"
        self.problems.append(f"{place}.{key}: {what}" if key else f"{place}: {what}")

    def _refuse(self, bad: BoolArray, key: str, what: str) -> None:
        for row in np.flatnonzero(bad).tolist():
            self._say(row, key, what)

    def _column(self, key: str) -> list[Any]:
        return list(map(itemgetter(key), self.rows))

    def _references(self, key: str, known: dict[str, int]) -> IntArray:
        """Positions of the ids in a column; -1 where there is none."""
        values = self._column(key)
        if set(map(type, values)) <= {str}:
            found = np.fromiter((known.get(value, -1) for value in values), np.int64, len(values))
        else:
            found = np.array(
                [known.get(value, -1) if type(value) is str else -1 for value in values], np.int64
            )
        for row in np.flatnonzero(found < 0).tolist():
            self._say(row, key, identifier_problem(values[row]) or f"{shown(values[row])} is no {key}")
        return found

    def _numbers(self, key: str, high: float) -> FloatArray:
        values = self._bounded(key, (int, float), (0, high), 0)
        return np.array(values, np.float64) + 0.0

    def _whole_numbers(self, key: str, stand_in: int) -> IntArray:
        return np.array(self._bounded(key, (int,), (1, DAYS_LIMIT), stand_in), np.int64)

    def _bounded(
        self, key: str, kinds: tuple[type, ...], bounds: tuple[float, float], stand_in: float
    ) -> list[Any]:
        """A column of numbers; those of another kind or out of bounds are noted and replaced."""
        low, high = bounds
        values = self._column(key)
        if all(type(value) in kinds and low <= value <= high for value in values):
            return values
        what = "a number" if float in kinds else "a whole number"
        for row, value in enumerate(values):
            if not (type(value) in kinds and low <= value <= high):
                self._say(row, key, f"must be {what} from {low:g} to {high:g}, not {shown(value)}")
                values[row] = stand_in
        return values

    def _refuse_barred(self, partner: IntArray, request: IntArray) -> None:
        """A partner is no candidate for its own organisation, for a declared conflict, or where excluded."""
        known = (partner >= 0) & (request >= 0)
        if not known.any():
            return
        codes: dict[str | None, int] = {None: -1}
        helped = np.array([codes.setdefault(item.organisation, len(codes)) for item in self.requests])[
            request
        ]
        own = np.array([codes.setdefault(item.organisation, len(codes)) for item in self.partners])[partner]
        self._refuse(known & (own == helped) & (helped >= 0), "", "is the partner's own organisation")
        conflicts = [
            at * len(codes) + codes[organisation]
            for at, item in enumerate(self.partners)
            for organisation in item.conflicts
            if organisation in codes
        ]
        conflicted = np.isin(partner * len(codes) + helped, np.array(conflicts, np.int64)) & (helped >= 0)
        self._refuse(known & conflicted, "", "is a conflict that the partner has declared")
        place = {item.id: at for at, item in enumerate(self.partners)}
        excluded = [
            at * len(self.partners) + place[partner_id]
            for at, item in enumerate(self.requests)
            for partner_id in item.excluded
            if partner_id in place
        ]
        barred = np.isin(request * len(self.partners) + partner, np.array(excluded, np.int64))
        self._refuse(known & barred, "", "is a partner that the request excludes")

    def _refuse_repeats(self, partner: IntArray, request: IntArray, order: IntArray) -> None:
        same = (np.diff(partner[order]) == 0) & (np.diff(request[order]) == 0) & (partner[order][1:] >= 0)
        repeated: BoolArray = np.zeros(len(order), dtype=np.bool_)
        repeated[order[1:][same & (request[order][1:] >= 0)]] = True
        self._refuse(repeated, "", "is the same pair as an earlier candidate")

    def _covers(self, request: IntArray, order: IntArray) -> tuple[IntArray, IntArray]:
        """Start of each row's slice and the positions of the skills covered, rows in the order given."""
        lists = self._column("covers")
        for row, value in enumerate(lists):
            if type(value) is not list:
                self._say(row, "covers", f"must be a list, not {shown(value)}")
        lists = [value if type(value) is list else [] for value in lists]
        counts = np.array(list(map(len, lists)), np.int64)
        flat = list(chain.from_iterable(lists))
        owner = np.repeat(np.arange(len(lists)), counts)
        covers = self._skill_positions(request, owner, flat)
        rank = np.empty(len(order), np.int64)
        rank[order] = np.arange(len(order))
        sequence = np.lexsort((covers, rank[owner]))
        twice = (
            (np.diff(covers[sequence]) == 0) & (np.diff(owner[sequence]) == 0) & (covers[sequence][1:] >= 0)
        )
        for row in np.unique(owner[sequence][1:][twice]).tolist():
            self._say(row, "covers", "names a skill twice")
        start = np.concatenate(([0], np.cumsum(counts[order]))).astype(np.int64)
        return start, covers[sequence]

    def _skill_positions(self, request: IntArray, owner: IntArray, flat: list[Any]) -> IntArray:
        """Place of each skill in the list of all required skills; -1 where not asked for."""
        position: dict[tuple[int, str], int] = {}
        for at, item in enumerate(self.requests):
            for skill in item.skills:
                position[at, skill.skill] = len(position)
        pairs = zip(request[owner].tolist(), flat, strict=True)
        found = [position.get(pair, -1) if type(pair[1]) is str else -1 for pair in pairs]
        covers = np.array(found, np.int64)
        for at in np.flatnonzero((covers < 0) & (request[owner] >= 0)).tolist():
            self._say(int(owner[at]), "covers", f"{shown(flat[at])} is no skill that the request asks for")
        return covers
