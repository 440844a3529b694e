"""What an ODS file would change: compares its rows with what is known. No database, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from webapp.services.csv_text import FileRefusedError, Problem
from webapp.services.ods_file import BOARD, CODE, OdsRow
from webapp.services.ods_names import differ_only_in_case, ordinary_case


class ChangeKind(StrEnum):
    """What one change does; its value heads the list of such changes in the preview."""

    OPENS = "Opens"
    CLOSED_BEFORE = "Added as already closed"
    CLOSES = "Closes"
    REOPENS = "Opens again"
    MOVES = "Moves"
    RENAMES = "Is renamed"
    REDATES = "Has another opening date"


@dataclass(frozen=True, slots=True)
class Change:
    """One change to one organisation, with a phrase that says from what to what."""

    kind: ChangeKind
    code: str
    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class Known:
    """A trust as this service holds it."""

    name: str
    region: str | None
    board: str | None
    opened: date | None
    closed: date | None


@dataclass(frozen=True, slots=True)
class Board:
    """An integrated care board, open or ended; ``successors`` are empty while it is open."""

    region: str | None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """All that the comparison needs to know: trusts, boards and regions by code, and who took over whom.

    ``others`` are codes that are taken by something that is no trust, with what it is.
    """

    trusts: Mapping[str, Known]
    boards: Mapping[str, Board]
    regions: frozenset[str]
    successors: Mapping[str, tuple[str, ...]]
    others: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """What a trust is to be after the import; ``successor`` only where exactly one is known."""

    code: str
    state: Known
    successor: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, or has done. ``skipped`` and ``warnings`` are sentences for people."""

    changes: tuple[Change, ...]
    targets: tuple[Target, ...]
    skipped: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many changes there are."""
        return len(self.changes)

    def lines(self) -> Iterator[str]:
        """The preview line by line; the last one is always ``N changes`` (``1 change``)."""
        for kind in ChangeKind:
            of_kind = [change for change in self.changes if change.kind is kind]
            if of_kind:
                yield f"{kind.value}: {len(of_kind)}"
                yield from (f"  {change.code}  {change.name}{change.detail}" for change in of_kind)
        for heading, sentences in (("Skipped", self.skipped), ("Warnings", self.warnings)):
            if sentences:
                yield f"{heading}: {len(sentences)}"
                yield from (f"  {sentence}" for sentence in sentences)
        yield "1 change" if self.count == 1 else f"{self.count} changes"


def compare(rows: Sequence[OdsRow], known: Surroundings) -> Preview:
    """The preview of a file; a code that is taken by something else than a trust refuses it whole."""
    taken = [row for row in rows if row.code in known.others]
    if taken:
        raise FileRefusedError(
            [
                Problem(row.line, CODE, f"{row.code} is {known.others[row.code]} here, not a trust")
                for row in taken
            ]
        )
    changes: list[Change] = []
    targets: list[Target] = []
    skipped: list[str] = []
    warnings: list[str] = []
    for row in rows:
        if row.region not in known.regions:
            where = row.region or "no region"
            skipped.append(f"{row.code}  {ordinary_case(row.name)} ({where}: outside the seven regions)")
            continue
        target = _target(row, known, warnings)
        found = list(_changes(target, known.trusts.get(row.code)))
        if found:
            changes += found
            targets.append(target)
    return Preview(tuple(changes), tuple(targets), tuple(skipped), tuple(warnings))


def _target(row: OdsRow, known: Surroundings, warnings: list[str]) -> Target:
    before = known.trusts.get(row.code)
    name = ordinary_case(row.name)
    if before is not None and differ_only_in_case(before.name, name):
        name = before.name
    board, notes = _board(row, before, known)
    warnings += [f"line {row.line}, column {BOARD}: {note}" for note in notes]
    successors = known.successors.get(row.code, ())
    return Target(
        code=row.code,
        state=Known(name, row.region, board, row.opened, row.closed),
        successor=successors[0] if row.closed and len(successors) == 1 else None,
    )


def _board(row: OdsRow, before: Known | None, known: Surroundings) -> tuple[str | None, list[str]]:
    """The board to put the trust under, and what a person should look at."""
    now = before.board if before is not None else None
    if row.board is None:
        return now, [f"{row.code} has no ICB in the file; it stays as it is"]
    board = known.boards.get(row.board)
    if board is None:
        return now, [f"{row.code}: ICB {row.board} is not known; it stays as it is"]
    if len(board.successors) == 1:
        return board.successors[0], [
            f"{row.code}: ICB {row.board} has ended; {board.successors[0]} follows it"
        ]
    if board.successors:
        return _part_of_split(row, now, board)
    notes = []
    if board.region != row.region:
        notes.append(f"{row.code}: ICB {row.board} lies in {board.region}, the file says region {row.region}")
    return row.board, notes


def _part_of_split(row: OdsRow, now: str | None, board: Board) -> tuple[str | None, list[str]]:
    parts = " and ".join(board.successors)
    if now in board.successors:
        return now, [f"{row.code}: ICB {row.board} was split between {parts}; it stays under {now}"]
    return row.board, [f"{row.code}: ICB {row.board} was split between {parts}; a person must choose"]


def _changes(target: Target, before: Known | None) -> Iterator[Change]:
    found = _arrival(target) if before is None else _differences(target, before)
    return (Change(kind, target.code, target.state.name, detail) for kind, detail in found)


def _arrival(target: Target) -> Iterator[tuple[ChangeKind, str]]:
    state = target.state
    if state.closed is None:
        yield ChangeKind.OPENS, f" on {state.opened} under {state.board or 'no ICB'}"
    else:
        yield ChangeKind.CLOSED_BEFORE, f", closed on {state.closed}{_followed_by(target)}"


def _differences(target: Target, before: Known) -> Iterator[tuple[ChangeKind, str]]:
    state = target.state
    if state.closed != before.closed and state.closed is None:
        yield ChangeKind.REOPENS, f"; it was closed on {before.closed}"
    elif state.closed != before.closed:
        yield ChangeKind.CLOSES, f" on {state.closed}{_followed_by(target)}"
    if (state.region, state.board) != (before.region, before.board):
        yield ChangeKind.MOVES, f" from {_place(before)} to {_place(state)}"
    if state.name != before.name:
        yield ChangeKind.RENAMES, f"; it was {before.name}"
    if state.opened != before.opened:
        yield ChangeKind.REDATES, f": {state.opened}; it was {before.opened or 'not known'}"


def _followed_by(target: Target) -> str:
    return f"; {target.successor} took it over" if target.successor else ""


def _place(state: Known) -> str:
    return f"{state.board or 'no ICB'} ({state.region or 'no region'})"
