"""What services raise, and what each means to the person: ``webapp.errors`` turns them into pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``field`` is the form field's name, or ``None`` for the whole form."""

    field: str | None
    message: str


class ServiceError(Exception):
    """Parent of the failures that a person caused or can mend."""


class Rejected(ServiceError):
    """The values break a rule; the route puts each problem on its form.

    ``Rejected("days", "Enter 60 days or fewer")`` for one, ``Rejected.several(problems)`` for more.
    """

    def __init__(self, field: str | None, message: str):
        super().__init__(message)
        self.problems: tuple[Problem, ...] = (Problem(field, message),)

    @classmethod
    def several(cls, problems: Iterable[Problem]) -> Rejected:
        """All problems at once, so that the person mends them in one go."""
        found = tuple(problems)
        failure = cls(found[0].field, found[0].message)
        failure.problems = found
        return failure


def stop_at(problems: Iterable[Problem]) -> None:
    """Raise ``Rejected`` with all of them, if there are any."""
    found = tuple(problems)
    if found:
        raise Rejected.several(found)


class StaleVersion(ServiceError):
    """Somebody else changed the row since the person opened it (409; their words are kept on the page)."""


class NotAllowedNow(ServiceError):
    """The state table has no such step from here (409); the message says what the state is."""


class NotFound(ServiceError):
    """No such thing, or none that this person may see (404)."""


class TooManyTries(ServiceError):
    """A rate limit was reached (429)."""

    def __init__(self, retry_after_seconds: int):
        super().__init__("too many tries")
        self.retry_after_seconds = retry_after_seconds


class HasVersion(Protocol):
    """A row with a version counter."""

    version: int


def check_version(row: HasVersion, expected: int | None) -> None:
    """Raise ``StaleVersion`` unless the row still is what the form was made from."""
    if expected is None or row.version != expected:
        raise StaleVersion(f"expected version {expected}, found {row.version}")
