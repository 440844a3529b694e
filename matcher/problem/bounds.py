"""Bounds that a field's annotation carries: ranges, lengths and patterns."""

from __future__ import annotations

import dataclasses
import re
from typing import Annotated, Any


@dataclasses.dataclass(frozen=True, slots=True)
class Between:
    """A number, or the length of a text or list, from ``low`` to ``high``, both allowed."""

    low: float
    high: float

    def problem(self, value: Any) -> str | None:
        size = len(value) if isinstance(value, str | tuple) else value
        if self.low <= size <= self.high:
            return None
        what = "has length" if isinstance(value, str | tuple) else "is"
        return f"{what} {size}, allowed is {self.low:g} to {self.high:g}"


@dataclasses.dataclass(frozen=True, slots=True)
class Matching:
    """A text that matches ``pattern`` from end to end."""

    pattern: str

    def problem(self, value: Any) -> str | None:
        return None if re.fullmatch(self.pattern, value) else f"{value!r} does not match {self.pattern}"


Identifier = Annotated[str, Matching(r"[A-Za-z0-9._-]{1,64}")]
MonthName = Annotated[str, Matching(r"[0-9]{4}-(0[1-9]|1[0-2])")]
Share = Annotated[float, Between(0, 1)]
