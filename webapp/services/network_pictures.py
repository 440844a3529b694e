"""The network as a run leaves it: who supports whom, help by board, where one person holds a skill up.

Everything is counted by the database in a handful of queries, whatever the size of the round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import provider_groups
from webapp.services.failures import NotFound
from webapp.services.provider_groups import Help, Need, by_beneficiary
from webapp.store import network as store
from webapp.store.organisations import Organisation, OrganisationKind
from webapp.store.runs import Run, RunState
from webapp.store.unit_of_work import UnitOfWork

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
    known = provider_groups.providers(session)
    needs = provider_groups.needs_of(session, (run_id,)).get(run_id, [])
    return Network(
        run=run,
        flows=tuple(
            Flow(home, region, priority, matches, int(days))
            for home, region, priority, matches, days in session.execute(store.flows(run_id))
        ),
        boards=_boards(known.bodies, needs),
        sizes=by_beneficiary(needs, known.sizes),
        distances=by_beneficiary(needs, known.distances),
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


def _boards(bodies: Mapping[UUID, Organisation], needs: Iterable[Need]) -> tuple[BoardHelp, ...]:
    names = {row.code: row for row in bodies.values() if row.kind is OrganisationKind.ICB}
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in bodies.values():
        if row.icb_code and row.latitude is not None and row.longitude is not None:
            places[row.icb_code].append((row.latitude, row.longitude))
    board_of = {
        key: row.code if row.kind is OrganisationKind.ICB else row.icb_code for key, row in bodies.items()
    }
    found = []
    for each in by_beneficiary(needs, board_of):
        board, at = names.get(each.code), places.get(each.code)
        if board is not None and at:
            latitude, longitude = (sum(axis) / len(at) for axis in zip(*at, strict=True))
            found.append(BoardHelp(board.name, board.region_code, latitude, longitude, each))
    return tuple(sorted(found, key=lambda each: (each.region or "", each.name)))
