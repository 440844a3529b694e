"""Communities of similar need in a round, for the national team: where one partner could serve many."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from matcher.evidence import peers as graph
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import snapshot
from webapp.store import peers as store
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a community: what a list shows of it."""

    reference: str
    requester: str
    days: int


@dataclass(frozen=True, slots=True)
class Community:
    """Requests that are near one another, what they share, and the partners who could serve them together."""

    requests: tuple[Asked, ...]
    skills: tuple[str, ...]
    partners: tuple[str, ...]

    @property
    def is_possible_collaborative(self) -> bool:
        """Whether one partner could serve them all, so that they might learn together."""
        return bool(self.partners)


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> tuple[Community, ...]:
    """The communities among a round's requests, the largest first."""
    require(actor, Action.COMMUNITIES_READ, hidden=False)
    asked, needs = _needs(unit, round_id)
    taxonomy = snapshot.taxonomy_of(unit.session)
    found = graph.communities(taxonomy, needs)
    served = graph.who_could_serve(taxonomy, found, _partners(unit) if found else {})
    return tuple(
        Community(tuple(asked[key] for key in community.keys), community.skills, names)
        for community, names in zip(found, served, strict=True)
    )


def _needs(unit: UnitOfWork, round_id: UUID) -> tuple[dict[str, Asked], list[graph.Need]]:
    """The requests of a round by identifier, and what they need."""
    asked: dict[str, Asked] = {}
    bodies: dict[str, str] = {}
    skills: dict[str, list[str]] = defaultdict(list)
    rows = unit.session.execute(store.needs_in(round_id, most=graph.MOST_NEEDS))
    for request_id, reference, days, requester_id, requester, skill in rows:
        key = str(request_id)
        asked[key], bodies[key] = Asked(reference, requester, days or 0), str(requester_id)
        skills[key].append(skill)
    return asked, [graph.Need(key, bodies[key], tuple(held)) for key, held in skills.items()]


def _partners(unit: UnitOfWork) -> dict[str, list[str]]:
    skills: dict[str, list[str]] = defaultdict(list)
    for name, reference, skill in unit.session.execute(store.skills_on_offer()):
        skills[f"{name} ({reference})"].append(skill)
    return skills
