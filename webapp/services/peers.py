"""Organisations with similar needs: found by the graph of skills, shown and introduced only where both agreed.

Nobody is listed who has not said on their request that they may be, and contact details go out only once both
sides have said yes to each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import selectinload

from matcher.evidence import peers as graph
from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import audit, messages, snapshot
from webapp.services.constraints import answering_for
from webapp.services.contents import content_of
from webapp.services.failures import NotAllowedNow, NotFound, check_version
from webapp.services.states import advance
from webapp.store import peers as store
from webapp.store.peers import FOUND_STATES, INTRODUCTION_TRANSITIONS, Introduction, IntroductionState
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

MOST_SHOWN = 20
ASKED_ALREADY = NotAllowedNow("An introduction to this organisation was asked for already.")


@dataclass(frozen=True, slots=True)
class Similar:
    """Another organisation's request that is near: what of it is shown, and how near it is from 0 to 1."""

    request: SupportRequest
    shared: tuple[str, ...]
    nearness: float


@dataclass(frozen=True, slots=True)
class Peers:
    """One request, who is near it, and the introductions it has had."""

    request: SupportRequest
    similar: tuple[Similar, ...]
    introductions: tuple[Introduction, ...]


def similar(unit: UnitOfWork, *, actor: Actor, request_id: UUID) -> Peers:
    """The near needs of others that agreed to be found, if this request did; the nearest first."""
    row = _own(unit, actor, request_id, Action.PEERS_READ)
    introductions = tuple(unit.session.scalars(store.of_request(row.id)))
    met = {other for each in introductions for other in (each.asking_id, each.asked_id)}
    found = [each for each in _near(unit, row) if each.request.id not in met]
    return Peers(row, tuple(found[:MOST_SHOWN]), introductions)


def agree_to_be_found(
    unit: UnitOfWork, *, actor: Actor, request_id: UUID, agrees: bool, expected_version: int
) -> SupportRequest:
    """Say, at any time, whether others with similar needs may find this request."""
    row = _own(unit, actor, request_id, Action.PEERS_INTRODUCE)
    check_version(row, expected_version)
    before = content_of(row)
    with answering_for(unit):
        row.open_to_peers = agrees
    subject = audit.Subject("support_request", row.id)
    audit.record(unit, actor, "peers.agree_to_be_found", subject, before=before, after=content_of(row))
    return row


def ask(unit: UnitOfWork, *, actor: Actor, request_id: UUID, other_id: UUID) -> Introduction:
    """Ask for an introduction to a near organisation; its leads are told, and nothing more happens yet."""
    row = _own(unit, actor, request_id, Action.PEERS_INTRODUCE)
    other = next((each.request for each in _near(unit, row) if each.request.id == other_id), None)
    if other is None:
        raise NotFound("no such organisation with a similar need")
    made = Introduction(
        pair=store.pair_of(row.id, other.id),
        asking_id=row.id,
        asked_id=other.id,
        state=IntroductionState.ASKED,
    )
    with answering_for(unit, {"uq_introductions_pair": ASKED_ALREADY}):
        unit.session.add(made)
    subject = audit.Subject("introduction", made.id)
    audit.record(unit, actor, Action.PEERS_INTRODUCE, subject, after=content_of(made))
    about = {"organisation": row.requester.name, "reference": other.reference, "request_id": str(other.id)}
    key = f"peer.asked:{made.id}"
    messages.post(unit, kind="peer.asked", to_organisation_id=other.requester_id, about=about, dedupe_key=key)
    return made


def answer(
    unit: UnitOfWork, *, actor: Actor, introduction_id: UUID, agrees: bool, expected_version: int
) -> Introduction:
    """Say yes or no to an introduction; after a yes both sides get the other's local lead."""
    made = unit.session.get(Introduction, introduction_id)
    if made is None:
        raise NotFound("no such introduction")
    require(actor, Action.PEERS_INTRODUCE, organisation_id=made.asked.requester_id)
    check_version(made, expected_version)
    before = content_of(made)
    with answering_for(unit):
        to = IntroductionState.AGREED if agrees else IntroductionState.DECLINED
        advance(made, to, INTRODUCTION_TRANSITIONS, "introduction")
        made.answered_at = unit.now
    subject = audit.Subject("introduction", made.id)
    audit.record(unit, actor, "peers.answer", subject, before=before, after=content_of(made))
    if agrees:
        for mine, theirs in ((made.asking, made.asked), (made.asked, made.asking)):
            _introduce(unit, made, mine, theirs)
    return made


def lead_of(row: SupportRequest) -> str:
    """The local lead as the other side reads it once both have agreed."""
    return f"{row.lead_name} ({row.lead_email})" if row.lead_email else row.lead_name


def need_of(row: SupportRequest) -> graph.Need:
    """A request as the graph reads it."""
    return graph.Need(str(row.id), str(row.requester_id), tuple(each.skill_code for each in row.skills))


def _introduce(unit: UnitOfWork, made: Introduction, mine: SupportRequest, theirs: SupportRequest) -> None:
    about = {
        "organisation": theirs.requester.name,
        "reference": mine.reference,
        "lead": lead_of(theirs),
        "request_id": str(mine.id),
    }
    key = f"peer.introduced:{made.id}:{mine.id}"
    messages.post(
        unit, kind="peer.introduced", to_organisation_id=mine.requester_id, about=about, dedupe_key=key
    )


def _near(unit: UnitOfWork, row: SupportRequest) -> list[Similar]:
    if not row.open_to_peers or row.state not in FOUND_STATES:
        return []
    query = store.open_to_peers(besides=row.requester_id).limit(graph.MOST_NEEDS)
    others = {str(other.id): other for other in unit.session.scalars(query)}
    taxonomy = snapshot.taxonomy_of(unit.session)
    mine = need_of(row)
    found = graph.peers_of(taxonomy, mine, [need_of(other) for other in others.values()])
    return [
        Similar(
            others[peer.key],
            tuple(code for code in mine.skills if code in need_of(others[peer.key]).skills),
            peer.nearness,
        )
        for peer in found
    ]


def _own(unit: UnitOfWork, actor: Actor, request_id: UUID, action: Action) -> SupportRequest:
    options = (selectinload(SupportRequest.skills), selectinload(SupportRequest.requester))
    row = unit.session.get(SupportRequest, request_id, options=options)
    if row is None:
        raise NotFound("no such request")
    require(actor, action, organisation_id=row.requester_id)
    return row
