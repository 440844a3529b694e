"""Providers by size and by distance from one another, and help counted by such groups.

Size and remoteness come from published facts: patients on the waiting list, and the places of trusts. Both are
reported; neither changes the matching.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from matcher.candidates.distance import position
from matcher.problem.partners import Location
from webapp.store import network as store
from webapp.store.organisations import Organisation, OrganisationKind

SIZE_MEASURE = "rtt_waiting"
LARGE, MEDIUM = 60_000, 25_000
"""Patients on the waiting list: from 60,000 a provider is large, from 25,000 medium."""
REMOTE_KM, APART_KM = 40.0, 15.0
NEAREST = 3
"""Remoteness is the distance to the third nearest trust: from 40 km remote, from 15 km apart."""
BENEFICIARIES = (
    OrganisationKind.TRUST,
    OrganisationKind.ICB,
    OrganisationKind.PLACE,
    OrganisationKind.NATIONAL_TEAM,
)


@dataclass(frozen=True, slots=True)
class Need:
    """What one request asks for and what it gets."""

    beneficiary_id: UUID
    priority: str | None
    days_wanted: int
    days_met: int


@dataclass(frozen=True, slots=True)
class Help:
    """Help to one group of beneficiaries: days asked for and met."""

    code: str
    requests: int
    days_wanted: int
    days_met: int

    @property
    def share(self) -> float:
        """The share of wanted days that is met; 1 where nothing is wanted."""
        return self.days_met / self.days_wanted if self.days_wanted else 1.0


@dataclass(frozen=True, slots=True)
class Providers:
    """All bodies that can be helped, with their size and their distance from others as codes."""

    bodies: Mapping[UUID, Organisation]
    sizes: Mapping[UUID, str]
    distances: Mapping[UUID, str]


def providers(session: Session) -> Providers:
    """Every body that can be helped, in two queries."""
    known = bodies(session)
    waiting = {key: value for key, value in session.execute(store.figures(SIZE_MEASURE))}
    trusts = (row for row in known.values() if row.kind is OrganisationKind.TRUST)
    return Providers(known, {key: _size(waiting.get(key)) for key in known}, _remoteness(trusts))


def bodies(session: Session) -> dict[UUID, Organisation]:
    """Every body that can be helped."""
    return {row.id: row for row in session.scalars(store.placed(BENEFICIARIES))}


def needs_of(session: Session, run_ids: Iterable[UUID]) -> dict[UUID, list[Need]]:
    """What each request of the runs asks for and gets, by run; one query."""
    found: dict[UUID, list[Need]] = {}
    for run_id, beneficiary_id, priority, wanted, met in session.execute(store.needs(run_ids)):
        found.setdefault(run_id, []).append(Need(beneficiary_id, priority, wanted or 0, int(met)))
    return found


def by_beneficiary(needs: Iterable[Need], code_of: Mapping[UUID, str | None]) -> tuple[Help, ...]:
    """Help by the group of the beneficiary, by code; bodies without a group are left out."""
    return grouped((code_of.get(need.beneficiary_id), need) for need in needs)


def grouped(needs: Iterable[tuple[str | None, Need]]) -> tuple[Help, ...]:
    """Help by group, by code; needs without a group are left out."""
    totals: dict[str, list[int]] = {}
    for code, need in needs:
        if code is None:
            continue
        total = totals.setdefault(code, [0, 0, 0])
        for place, value in enumerate((1, need.days_wanted, need.days_met)):
            total[place] += value
    return tuple(Help(code, *totals[code]) for code in sorted(totals))


def _size(waiting: float | None) -> str:
    if waiting is None:
        return "unstated"
    if waiting >= LARGE:
        return "large"
    return "medium" if waiting >= MEDIUM else "small"


def _remoteness(trusts: Iterable[Organisation]) -> dict[UUID, str]:
    """How far each placed trust is from its third nearest neighbour."""
    at = {
        row.id: position(Location(row.latitude, row.longitude))
        for row in trusts
        if row.latitude is not None and row.longitude is not None
    }
    found = {}
    for key, place in at.items():
        distances = sorted(math.dist(place, other) for name, other in at.items() if name != key)
        if len(distances) >= NEAREST:
            found[key] = _apart(distances[NEAREST - 1])
    return found


def _apart(kilometres: float) -> str:
    if kilometres >= REMOTE_KM:
        return "remote"
    return "apart" if kilometres >= APART_KM else "close"
