"""The two sides of an offer and of its engagement: who acts for which, and who hears of what."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import AccessDenied, require
from webapp.authority.roles import REQUESTERS, Role
from webapp.services import messages, partners
from webapp.store.offers import Side
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


class HasSides(Protocol):
    """An offer or an engagement."""

    id: UUID
    partner: Partner
    request: SupportRequest


def side_of(actor: AnyActor, pair: HasSides) -> Side | None:
    """For whom this person acts here, if for anybody.

    The organisation that asked and the one that is helped are one side; an expert acts for the own profile, a
    manager for the organisation's team.
    """
    if not isinstance(actor, Actor):
        return None
    bodies = {pair.request.requester_id, pair.request.beneficiary_id}
    if actor.role in REQUESTERS:
        return Side.REQUESTER if actor.organisation_id in bodies else None
    body = partners.team_body(pair.partner)
    if actor.role is Role.PARTNER_MANAGER:
        return Side.PARTNER if body is not None and body == actor.organisation_id else None
    if actor.role is Role.PARTNER_EXPERT and actor.partner_id == pair.partner.id:
        return Side.PARTNER
    return None


def require_reader(actor: AnyActor, action: Action, pair: HasSides) -> Side | None:
    """Raise ``AccessDenied`` unless the actor may; gives the side, None for the national team."""
    side = side_of(actor, pair)
    own = actor.organisation_id if side is not None and isinstance(actor, Actor) else None
    is_partner = side is Side.PARTNER
    require(
        actor,
        action,
        organisation_id=own,
        partner_id=pair.partner.id if is_partner else None,
        allocated=is_partner,
    )
    return side


def require_side(actor: Actor, action: Action, pair: HasSides) -> Side:
    """The same for an act that only a side may do."""
    side = require_reader(actor, action, pair)
    if side is None:
        raise AccessDenied(action, hidden=True)
    return side


def tell(
    unit: UnitOfWork,
    side: Side,
    pair: HasSides,
    *,
    kind: str,
    key: str,
    due_at: datetime | None = None,
    **about: str,
) -> None:
    """Write to one side; ``key`` makes the message single."""
    recipient = (
        messages.to_partner(pair.partner)
        if side is Side.PARTNER
        else messages.Recipient(to_organisation_id=pair.request.requester_id)
    )
    other = pair.request.beneficiary.name if side is Side.PARTNER else pair.partner.name
    names = {"reference": pair.request.reference, "other": other, "title": pair.request.title}
    messages.post(
        unit,
        kind=kind,
        **recipient,
        about={**names, **about},
        dedupe_key=f"{kind}:{side.value}:{key}",
        due_at=due_at,
    )
