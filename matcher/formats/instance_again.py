"""An instance that is nearly one at hand, as that of a repair is: only the candidates that differ, and the lists
of pairs, are written or read; what is the same text before and after them is taken as it is.

The answer is the same as of ``write_instance`` and ``read_instance``, which do the work where more differs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matcher.formats.candidate_reading import read_candidates
from matcher.formats.document import FormatError, Row, parse
from matcher.formats.instance_reading import read_instance
from matcher.formats.instance_writing import candidate_text, dense, pair_lists, write_instance
from matcher.formats.pair_reading import PairReader
from matcher.problem.instance import CandidateTable, Instance, IntArray

_ROW: Final = re.compile(rb'\{"partner":')
_HEAD: Final = b',"candidates":['
_TAIL: Final = b'],"locked":['
"""No text of the file holds these bytes: a quotation mark within one is escaped."""
_PAIRS: Final = ("locked", "forbidden", "previous")
_COLUMNS: Final = ("partner", "request", "fit", "min_days", "max_days", "distance_km")


@dataclass(frozen=True, eq=False)
class Written:
    """An instance and its canonical bytes."""

    instance: Instance
    content: bytes

    @cached_property
    def starts(self) -> IntArray:
        """The byte at which each candidate begins, and one after the comma that would follow the last."""
        first, last = self.content.index(_HEAD) + len(_HEAD), self.content.rindex(_TAIL)
        found = [each.start() for each in _ROW.finditer(self.content, first, last)]
        return np.array([*found, last + 1], dtype=np.int64)

    def rows(self, first: int, last: int) -> bytes:
        """The bytes of some candidates, without the comma after the last of them."""
        return self.content[self.starts[first] : max(self.starts[first], self.starts[last] - 1)]


def written(instance: Instance, before: Written | None = None) -> Written:
    """The canonical bytes of an instance, taken from ``before`` as far as they are the same."""
    if before is None or not _is_alike(instance, before.instance):
        return Written(instance, write_instance(instance))
    mine, theirs = instance.candidates, before.instance.candidates
    same_first, same_last = _same_rows(mine, theirs)
    parts = (
        before.rows(0, same_first),
        candidate_text(instance, same_first, len(mine) - same_last).encode(),
        before.rows(len(theirs) - same_last, len(theirs)),
    )
    head = before.content[: before.starts[0]]
    rest = f"],{dense(pair_lists(instance))[1:]}".encode()
    return Written(instance, head + b",".join(part for part in parts if part) + rest)


def read_again(content: bytes, before: Written | None = None) -> Written:
    """The instance in a file's bytes; raises ``InstanceError`` with every problem found."""
    found = _read_difference(content, before) if before is not None else None
    return Written(found or read_instance(content), content)


def _read_difference(content: bytes, before: Written) -> Instance | None:
    """The instance where no more than some candidates and the pairs differ; None where the whole must be read."""
    known, starts, last = before.instance, before.starts, content.rfind(_TAIL)
    if last < 0 or not len(known.candidates):
        return None
    same = _same_first(_bytes(content, 0, last), _bytes(before.content, 0, int(starts[-1]) - 1))
    if same < starts[0]:
        return None
    first = int(np.searchsorted(starts, same, side="right")) - 1
    begin = int(starts[min(first, len(known.candidates))])
    alike = _same_first(
        _bytes(content, begin, last)[::-1], _bytes(before.content, begin, int(starts[-1]) - 1)[::-1]
    )
    after = int(np.searchsorted(starts, int(starts[-1]) - 1 - alike))
    end = last - (int(starts[-1]) - 1 - int(starts[min(after, len(known.candidates))]))
    problems: list[str] = []
    try:
        rows = content[begin:end].strip(b",")
        document = parse(b'{"candidates":[' + rows + b"]," + content[last + 2 :])
    except FormatError:
        return None
    top = Row(document, "", problems, ("candidates", *_PAIRS))
    middle = read_candidates(top, known.partners, known.requests)
    table = None if problems else _joined(known.candidates, first, middle, after)
    if table is None:
        return None
    pairs = PairReader(top, len(known.months), known.partners, known.requests)
    found = replace(
        known,
        candidates=table,
        locked=pairs.engagements("locked", table),
        forbidden=pairs.forbidden(),
        previous=pairs.engagements("previous"),
    )
    return None if problems else found


def _bytes(content: bytes, first: int, last: int) -> NDArray[np.uint8]:
    return np.frombuffer(content, dtype=np.uint8)[first : max(first, last)]


def _same_first(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> int:
    """How many bytes are the same from the first on."""
    shorter = min(len(one), len(other))
    differs = one[:shorter] != other[:shorter]
    return int(np.argmax(differs)) if differs.any() else shorter


def _joined(before: CandidateTable, first: int, middle: CandidateTable, after: int) -> CandidateTable | None:
    """Rows of the table before, then those in between, then the rest; None where they are not in order."""
    parts = {
        name: np.concatenate(
            (getattr(before, name)[:first], getattr(middle, name), getattr(before, name)[after:])
        )
        for name in _COLUMNS
    }
    keys = parts["request"] * (int(parts["partner"].max(initial=0)) + 1) + parts["partner"]
    if (np.diff(keys) <= 0).any():
        return None
    counts = [
        np.diff(before.cover_start)[:first],
        np.diff(middle.cover_start),
        np.diff(before.cover_start)[after:],
    ]
    covers = (
        before.covers[: before.cover_start[first]],
        middle.covers,
        before.covers[before.cover_start[after] :],
    )
    starts = np.concatenate(([0], np.cumsum(np.concatenate(counts)))).astype(np.int64)
    return CandidateTable(**parts, cover_start=starts, covers=np.concatenate(covers))


def _is_alike(one: Instance, other: Instance) -> bool:
    """Whether nothing but candidates and pairs may differ."""
    names = [name for name in one.__dataclass_fields__ if name not in (*_PAIRS, "candidates")]
    return bool(len(other.candidates)) and all(getattr(one, name) == getattr(other, name) for name in names)


def _same_rows(one: CandidateTable, other: CandidateTable) -> tuple[int, int]:
    """How many rows are the same from the first on, and how many of the others from the last back."""
    shorter = min(len(one), len(other))
    first = _alike(one, other, shorter, backwards=False)
    return first, _alike(one, other, shorter - first, backwards=True)


def _alike(one: CandidateTable, other: CandidateTable, most: int, *, backwards: bool) -> int:
    """How many rows in a row are the same, seen from the first one or from the last; ``most`` at most."""
    step = -1 if backwards else 1
    is_same = np.ones(most, dtype=np.bool_)
    for name in _COLUMNS:
        is_same &= getattr(one, name)[::step][:most] == getattr(other, name)[::step][:most]
    counts = np.diff(one.cover_start)[::step][:most]
    is_same &= counts == np.diff(other.cover_start)[::step][:most]
    found = most if is_same.all() else int(np.argmin(is_same))
    length = int(counts[:found].sum())
    differs = one.covers[::step][:length] != other.covers[::step][:length]
    if differs.any():
        found = int(np.searchsorted(np.cumsum(counts), np.argmax(differs), side="right"))
    return found
