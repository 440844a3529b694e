"""Reading and writing ``support-matching-result/1``.

A result may be of the right shape and yet untrue; that is for the verifier to find. Two kinds of trouble are
told apart here: a file that cannot be read at all, and a value that no result may hold (a reason nobody
knows, half a day). Both refuse the file; ``ResultError.is_breach`` says that all problems are of that second
kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final, TypeVar

from matcher.allocation.result import Allocation, Clash, Stage, Status, Unmet, UnmetReason
from matcher.formats.document import MISSING, FormatError, Row, is_number, parse, shown
from matcher.formats.instance_writing import dense, engagement_entries
from matcher.problem.instance import Engagement

FORMAT: Final = "support-matching-result/1"

_KEYS = ("format", "instance_sha256", "status", "levels", "engagements", "unmet")
_OPTIONAL = ("clash", "certificate", "versions", "seconds")
_LARGEST: Final = 1e300

Choice = TypeVar("Choice", bound=StrEnum)


class ResultError(FormatError):
    """A result file is refused; ``problems`` says why, a line each."""

    def __init__(self, problems: list[str], breaches: list[str]) -> None:
        super().__init__(problems + breaches)
        self.is_breach = not problems


def write_result(allocation: Allocation) -> bytes:
    """The canonical bytes of a result."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "instance_sha256": allocation.instance_sha256,
        "status": str(allocation.status),
        "levels": [
            {
                "name": level.name,
                "value": float(level.value),
                "bound": float(level.bound),
                "held": float(level.held),
                "seconds": round(float(level.seconds), 3),
            }
            for level in allocation.levels
        ],
        "engagements": engagement_entries(allocation.engagements),
        "unmet": [
            {"request": item.request, "days_short": item.days_short, "reason": str(item.reason)}
            for item in sorted(allocation.unmet, key=lambda item: item.request)
        ],
    }
    if allocation.clash:
        document["clash"] = [
            {"rule": item.rule, "partner": item.partner, "request": item.request, "month": item.month}
            for item in allocation.clash
        ]
    document["certificate"] = dict(allocation.certificate)
    document["versions"] = dict(allocation.versions)
    document["seconds"] = round(float(allocation.seconds), 3)
    return dense(document).encode()


def read_result(raw: bytes) -> Allocation:
    """The allocation in a file's bytes, its lists in the order of the file.

    Raises ``ResultError`` with every problem found.
    """
    try:
        document = parse(raw)
    except FormatError as error:
        raise ResultError(error.problems, []) from error
    named = document.get("format", FORMAT) if isinstance(document, dict) else FORMAT
    if isinstance(named, str) and named != FORMAT:  # another document altogether: its keys are no news
        raise ResultError([f"format: must be {shown(FORMAT)}, not {shown(named)}"], [])
    return _ResultReader(document).allocation()


class _ResultReader:
    def __init__(self, document: Any) -> None:
        self.problems: list[str] = []
        self.breaches: list[str] = []
        infeasible = isinstance(document, dict) and document.get("status") == Status.INFEASIBLE
        keys = _KEYS[:3] if infeasible else _KEYS
        self.top = Row(document, "", self.problems, keys, (*_OPTIONAL, *(_KEYS[3:] if infeasible else ())))
        if self.top.get("format") not in (MISSING, FORMAT):
            self.top.say("format", f"must be {shown(FORMAT)}, not {shown(self.top.get('format'))}")

    def allocation(self) -> Allocation:
        allocation = Allocation(
            instance_sha256=self.top.text("instance_sha256"),
            status=self._choice(self.top, "status", Status.FEASIBLE),
            levels=tuple(self._levels()),
            engagements=tuple(self._engagements()),
            unmet=tuple(self._unmet()),
            clash=tuple(self._clash()),
            certificate=self._free_object("certificate"),
            versions={key: str(value) for key, value in self._free_object("versions").items()},
            seconds=self.top.number("seconds", 0, _LARGEST, default=0.0),
        )
        if self.problems or self.breaches:
            raise ResultError(self.problems, self.breaches)
        return allocation

    def _rows(self, name: str, *keys: str) -> Iterator[Row]:
        for position, value in enumerate(self.top.items(name)):
            yield Row(value, f"{name}[{position}]", self.problems, keys)

    def _choice(self, row: Row, key: str, default: Choice) -> Choice:
        """One of the names that an enumeration knows."""
        value = row.text(key)
        try:
            return type(default)(value)
        except ValueError:
            if type(row.get(key)) is str:
                self.breaches.append(f"{row.path}.{key}: {shown(value)} is not known".lstrip("."))
            return default

    def _free_object(self, key: str) -> dict[str, Any]:
        value = self.top.get(key)
        if isinstance(value, dict):
            return value
        if value is not MISSING:
            self.top.say(key, f"must be an object, not {shown(value)}")
        return {}

    def _levels(self) -> Iterator[Stage]:
        for row in self._rows("levels", "name", "value", "bound", "held", "seconds"):
            numbers = {key: row.number(key, -_LARGEST, _LARGEST) for key in ("value", "held", "seconds")}
            bound = row.get("bound")
            if bound is not MISSING and not is_number(bound):
                self.breaches.append(f"{row.path}.bound: must be a number, not {shown(bound)}")
            yield Stage(row.text("name"), bound=float(bound) if is_number(bound) else 0.0, **numbers)

    def _engagements(self) -> Iterator[Engagement]:
        for row in self._rows("engagements", "partner", "request", "days"):
            days = row.items("days")
            for position, value in enumerate(days):
                if type(value) is not int or not 0 <= value < 2**31:
                    self.breaches.append(
                        f"{row.path}.days[{position}]: {shown(value)} is no number of whole days"
                    )
            yield Engagement(row.text("partner"), row.text("request"), tuple(days))

    def _unmet(self) -> Iterator[Unmet]:
        for row in self._rows("unmet", "request", "days_short", "reason"):
            short = row.get("days_short")
            if short is not MISSING and type(short) is not int:
                self.breaches.append(f"{row.path}.days_short: {shown(short)} is no number of whole days")
            reason = self._choice(row, "reason", UnmetReason.OUTRANKED)
            yield Unmet(row.text("request"), short if type(short) is int else 0, reason)

    def _clash(self) -> Iterator[Clash]:
        for row in self._rows("clash", "rule", "partner", "request", "month"):
            month = row.get("month")
            yield Clash(
                rule=row.text("rule"),
                partner=row.optional_text("partner"),
                request=row.optional_text("request"),
                month=None if month is None else row.whole("month", 0, 59),
            )
