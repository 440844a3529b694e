"""The network as a run leaves it: who supports whom, help by board, where one person holds a skill up.

Everything is counted by the database in a handful of queries, whatever the size of the round. Size and
remoteness of a provider come from published facts: patients on the waiting list, and the places of trusts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from matcher.candidates.distance import position
from matcher.problem.partners import Location
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services.failures import NotFound
from webapp.store import network as store
from webapp.store.organisations import Organisation, OrganisationKind
from webapp.store.runs import Run, RunState
from webapp.store.unit_of_work import UnitOfWork

SIZE_MEASURE = "rtt_waiting"
LARGE, MEDIUM = 60_000, 25_000
"""Patients on the waiting list: from 60,000 a provider is large, from 25,000 medium."""
REMOTE_KM, APART_KM = 40.0, 15.0
NEAREST = 3
"""Remoteness is the distance to the third nearest trust: from 40 km remote, from 15 km apart."""
HELD_AT_LEVEL = 2
"""A skill counts as held from level 2, has done it."""
MOST_LEANING = 20


@dataclass(frozen=True, slots=True)
class Flow:
    """Days from partners of one region to beneficiaries of another, for one priority."""

    home: str
    region: str | None
    priority: str | None
    matches: int
    days: int


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
class BoardHelp:
    """Help to the beneficiaries of one integrated care board, and where they are."""

    name: str
    region: str | None
    latitude: float
    longitude: float
    help: Help


@dataclass(frozen=True, slots=True)
class ThinSkill:
    """A skill that requests ask for and that at most one active partner holds."""

    code: str
    requests: int
    partners: int


@dataclass(frozen=True, slots=True)
class Leaning:
    """How much of a run rests on one partner; ``only`` counts requests with no other candidate."""

    partner_id: UUID
    name: str
    matches: int
    days: int
    only: int


@dataclass(frozen=True, slots=True)
class Network:
    """All of it."""

    run: Run
    flows: tuple[Flow, ...]
    boards: tuple[BoardHelp, ...]
    sizes: tuple[Help, ...]
    distances: tuple[Help, ...]
    thin: tuple[ThinSkill, ...]
    leaning: tuple[Leaning, ...]


def network_of(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID) -> Network:
    """The network of a finished run; raises ``NotFound``."""
    require(actor, Action.RUN_READ, hidden=False)
    session = unit.session
    run = session.get(Run, run_id)
    if run is None or run.state is not RunState.FINISHED:
        raise NotFound("no such finished run")
    bodies = {
        row.id: row
        for row in session.scalars(
            store.placed((OrganisationKind.TRUST, OrganisationKind.ICB, OrganisationKind.PLACE))
        )
    }
    needs = [(key, wanted, int(met)) for key, wanted, met in session.execute(store.needs(run_id))]
    waiting = {key: value for key, value in session.execute(store.figures(SIZE_MEASURE))}
    remoteness = _remoteness(row for row in bodies.values() if row.kind is OrganisationKind.TRUST)
    return Network(
        run=run,
        flows=tuple(
            Flow(home, region, priority, matches, int(days))
            for home, region, priority, matches, days in session.execute(store.flows(run_id))
        ),
        boards=_boards(bodies, needs),
        sizes=_grouped(needs, {key: _size(waiting.get(key)) for key in bodies}),
        distances=_grouped(needs, remoteness),
        thin=tuple(
            ThinSkill(code, requests, partners)
            for code, requests, partners in session.execute(
                store.holders(run_id, level=HELD_AT_LEVEL).limit(100)
            )
            if partners <= 1
        ),
        leaning=tuple(
            Leaning(key, name, matches, int(days), int(only))
            for key, name, matches, days, only in session.execute(store.leaning(run_id).limit(MOST_LEANING))
        ),
    )


def _boards(
    bodies: Mapping[UUID, Organisation], needs: Iterable[tuple[UUID, int, int]]
) -> tuple[BoardHelp, ...]:
    names = {row.code: row for row in bodies.values() if row.kind is OrganisationKind.ICB}
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in bodies.values():
        if row.icb_code and row.latitude is not None and row.longitude is not None:
            places[row.icb_code].append((row.latitude, row.longitude))
    board_of = {
        key: row.code if row.kind is OrganisationKind.ICB else row.icb_code for key, row in bodies.items()
    }
    found = []
    for each in _grouped(needs, board_of):
        board, at = names.get(each.code), places.get(each.code)
        if board is not None and at:
            latitude, longitude = (sum(axis) / len(at) for axis in zip(*at, strict=True))
            found.append(BoardHelp(board.name, board.region_code, latitude, longitude, each))
    return tuple(sorted(found, key=lambda each: (each.region or "", each.name)))


def _grouped(needs: Iterable[tuple[UUID, int, int]], code_of: Mapping[UUID, str | None]) -> tuple[Help, ...]:
    totals: dict[str, list[int]] = {}
    for key, wanted, met in needs:
        code = code_of.get(key)
        if code is None:
            continue
        total = totals.setdefault(code, [0, 0, 0])
        for place, value in enumerate((1, wanted, met)):
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
