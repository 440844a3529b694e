"""Who got how much, round after round: shares of wanted days by region, priority, kind, size and remoteness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import provider_groups
from webapp.services.provider_groups import Help, Need, Providers, by_beneficiary, grouped
from webapp.store.rounds import Round
from webapp.store.runs import Run
from webapp.store.unit_of_work import UnitOfWork

MOST_ROUNDS = 6
GROUPINGS = ("region", "priority", "provider_type", "size", "distance")


@dataclass(frozen=True, slots=True)
class RoundFairness:
    """One round by its current run: help in all, and by group for each grouping."""

    number: int
    name: str
    run: Run
    total: Help
    groups: dict[str, tuple[Help, ...]]


def over_rounds(unit: UnitOfWork, *, actor: AnyActor) -> tuple[RoundFairness, ...]:
    """The newest rounds that have a current run, the oldest of them first."""
    require(actor, Action.RUN_READ, hidden=False)
    query = (
        select(Run)
        .join(Run.round)
        .where(Run.is_current)
        .options(joinedload(Run.round))
        .order_by(Round.number.desc())
        .limit(MOST_ROUNDS)
    )
    runs = list(unit.session.scalars(query))[::-1]
    known = provider_groups.providers(unit.session)
    needs = provider_groups.needs_of(unit.session, [run.id for run in runs])
    return tuple(_round(run, needs.get(run.id, []), known) for run in runs)


def _round(run: Run, needs: list[Need], known: Providers) -> RoundFairness:
    return RoundFairness(
        number=run.round.number,
        name=run.round.name,
        run=run,
        total=next(iter(grouped(("all", need) for need in needs)), Help("all", 0, 0, 0)),
        groups=dict(zip(GROUPINGS, _groups(needs, known), strict=True)),
    )


def _groups(needs: list[Need], known: Providers) -> Iterable[tuple[Help, ...]]:
    bodies = known.bodies
    yield by_beneficiary(needs, {key: row.region_code for key, row in bodies.items()})
    yield grouped((need.priority, need) for need in needs)
    yield by_beneficiary(needs, {key: row.provider_type or row.kind.value for key, row in bodies.items()})
    yield by_beneficiary(needs, known.sizes)
    yield by_beneficiary(needs, known.distances)
