"""Communities of similar need in a round, for the national team: where one partner could serve many."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from matcher.evidence import peers as graph
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import snapshot
from webapp.services.peers import need_of
from webapp.store.partners import Partner, PartnerState
from webapp.store.peers import FOUND_STATES
from webapp.store.support_requests import SupportRequest, in_round
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Community:
    """Requests that are near one another, what they share, and the partners who could serve them together."""

    requests: tuple[SupportRequest, ...]
    skills: tuple[str, ...]
    partners: tuple[str, ...]

    @property
    def is_possible_collaborative(self) -> bool:
        """Whether one partner could serve them all, so that they might learn together."""
        return bool(self.partners)


def of_round(unit: UnitOfWork, *, actor: AnyActor, round_id: UUID) -> tuple[Community, ...]:
    """The communities among a round's requests, the largest first."""
    require(actor, Action.COMMUNITIES_READ, hidden=False)
    query = in_round(round_id, FOUND_STATES).limit(graph.MOST_NEEDS)
    options = (selectinload(SupportRequest.skills), joinedload(SupportRequest.requester))
    rows = {str(row.id): row for row in unit.session.scalars(query.options(*options))}
    taxonomy = snapshot.taxonomy_of(unit.session)
    found = graph.communities(taxonomy, [need_of(row) for row in rows.values()])
    served = graph.who_could_serve(taxonomy, found, _partners(unit) if found else {})
    return tuple(
        Community(tuple(rows[key] for key in community.keys), community.skills, names)
        for community, names in zip(found, served, strict=True)
    )


def _partners(unit: UnitOfWork) -> dict[str, list[str]]:
    query = select(Partner).where(Partner.state == PartnerState.ACTIVE).options(selectinload(Partner.skills))
    rows = unit.session.scalars(query.order_by(Partner.reference))
    return {f"{row.name} ({row.reference})": [each.skill_code for each in row.skills] for row in rows}
