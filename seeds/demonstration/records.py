"""What the demonstration network is made of, before it becomes rows or a snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from seeds.identities import identity


@dataclass(frozen=True, slots=True)
class SkillHeld:
    """A skill or method with level 1 to 4, what stands behind it and the year of last use."""

    code: str
    level: int
    evidence: str
    year: int


@dataclass(frozen=True, slots=True)
class DeclaredInterest:
    """An interest in an organisation, or former employment there until ``left_on``."""

    organisation: str
    kind: str
    left_on: date | None = None


@dataclass(frozen=True)
class PartnerRecord:
    """An invented expert or team.

    ``days`` are whole days for each month of the horizon, ``later_days`` for those after it. Interests were
    declared and confirmed on ``interests_confirmed_on``.

    ``organisation`` is the code of an expert's employer or of the team itself; ``release`` is ``given``,
    ``asked``, ``withdrawn`` or, for a team, None.
    """

    key: str
    kind: str
    name: str
    summary: str
    organisation: str
    region: str
    board: str | None
    place: tuple[float, float]
    skills: tuple[SkillHeld, ...]
    days: tuple[int, ...]
    later_days: tuple[int, ...]
    max_concurrent: int
    smallest_block: int
    reach: str
    delivery: str
    cost_basis: str
    interests: tuple[DeclaredInterest, ...]
    interests_confirmed_on: date
    release: str | None

    @cached_property
    def id(self) -> UUID:
        """The identifier of its row."""
        return identity("partner", self.reference)

    @property
    def reference(self) -> str:
        """What people read out: ``P-E001`` or ``P-T01``."""
        return f"P-{self.key[0].upper()}{self.key.partition('-')[2]}"

    @property
    def is_expert(self) -> bool:
        return self.kind == "expert"


@dataclass(frozen=True, slots=True)
class SkillWanted:
    """A skill asked for, with the level wanted and a weight of 1 to 5 against the request's other skills."""

    code: str
    level: int
    weight: int
    is_essential: bool


@dataclass(frozen=True)
class RequestRecord:
    """An invented request of a real trust or board; ``window`` is first and last month by position."""

    key: str
    requester: str
    priority: str
    topic: str
    title: str
    aim: str
    measure: str
    skills: tuple[SkillWanted, ...]
    days: int
    window: tuple[int, int]
    max_team: int
    shape: str
    delivery: str
    severity: int
    severity_reason: str
    rank: int
    sponsor: str
    sponsor_role: str
    local_lead: str
    existing_method: str | None
    other_help: str
    is_mandated: bool
    collaborative: str | None

    @cached_property
    def id(self) -> UUID:
        """The identifier of its row."""
        return identity("support_request", self.reference)

    @property
    def reference(self) -> str:
        """What people read out: ``R-RYR-1``."""
        return f"R-{self.key}"


@dataclass(frozen=True)
class Network:
    """The whole demonstration: months of the horizon, partners and requests."""

    months: tuple[str, ...]
    as_of: date
    partners: tuple[PartnerRecord, ...]
    requests: tuple[RequestRecord, ...]

    @property
    def days_offered(self) -> int:
        """Capacity of all partners over the horizon."""
        return sum(sum(partner.days) for partner in self.partners)

    @property
    def days_wanted(self) -> int:
        """Demand of all requests."""
        return sum(request.days for request in self.requests)
