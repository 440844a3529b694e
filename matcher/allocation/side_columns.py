"""The columns of a level's programme that are no candidates, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SideColumns:
    """Positions of the columns that are no candidates: cover (S), support (R), days short (G), least share (1),
    and what is missing to a target, by group (G) and by request (R)."""

    skills: int
    requests: int
    groups: int

    @property
    def supported(self) -> int:
        """First column of support, one for each request: 1 where a mandated request is supported."""
        return self.skills

    @property
    def short(self) -> int:
        """First column of days short of a floor, one for each group."""
        return self.skills + self.requests

    @property
    def least(self) -> int:
        """The column of the least share."""
        return self.skills + self.requests + self.groups

    @property
    def group_gap(self) -> int:
        """First column of what is missing to a target, one for each group."""
        return self.least + 1

    @property
    def request_gap(self) -> int:
        """First column of what is missing to a target, one for each request."""
        return self.group_gap + self.groups

    @property
    def count(self) -> int:
        """Number of columns."""
        return self.request_gap + self.requests
