"""Asking the people who can mend what a round lacks: a message to each, at most one a day about one thing."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select

from webapp.authority.actions import Action
from webapp.authority.actor import Actor
from webapp.authority.matrix import require
from webapp.services import audit, messages, round_checks
from webapp.services.failures import NotFound, Rejected
from webapp.store import taxonomy
from webapp.store.partners import Partner, PartnerSkill, PartnerState
from webapp.store.taxonomy import TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

MOST_AT_ONCE = 100
MOST_ASKED_FOR_A_SKILL = 20


class Concern(StrEnum):
    """What somebody can mend."""

    THIN = "thin"
    UNOFFERED = "unoffered"
    STALE = "stale"
    UNRELEASED = "unreleased"


def ask(unit: UnitOfWork, *, actor: Actor, round_id: UUID, concern: Concern, names: Iterable[str]) -> int:
    """Write to those who can mend it; ``names`` are references of requests or partners, or codes of skills.

    Only what the round's own count names is written about; gives how many people or bodies were written to.
    """
    require(actor, Action.ROUND_ASK, hidden=False)
    check = round_checks.of_round(unit, actor=actor, round_id=round_id)
    if check.supply is None:
        raise NotFound("the round was not counted yet")
    known = set(names_of(check.supply, concern))
    wanted = [name for name in dict.fromkeys(names) if name in known][:MOST_AT_ONCE]
    if not wanted:
        raise Rejected(None, "Choose at least one to write to")
    writers: dict[Concern, Any] = {
        Concern.THIN: _to_requesters,
        Concern.STALE: _to_partners,
        Concern.UNRELEASED: _to_employers,
        Concern.UNOFFERED: _to_holders_of_close_skills,
    }
    written: int = writers[concern](unit, actor, check.round.name, wanted)
    audit.record(
        unit,
        actor,
        Action.ROUND_ASK,
        audit.Subject("round", round_id),
        after={"about": concern, "names": wanted},
    )
    return written


def names_of(found: round_checks.Supply, concern: Concern) -> list[str]:
    """What a count says under a concern."""
    return {
        Concern.THIN: [each.request for each in found.thin],
        Concern.UNOFFERED: [each.skill for each in found.unoffered],
        Concern.STALE: list(found.stale),
        Concern.UNRELEASED: list(found.unreleased),
    }[concern]


def _to_requesters(unit: UnitOfWork, actor: Actor, round_name: str, names: list[str]) -> int:
    rows = round_checks.requests_of(unit, actor=actor, references=names)
    for row in rows.values():
        _post(
            unit,
            "request.few_candidates",
            row.id,
            {"to_organisation_id": row.requester_id},
            {
                "reference": row.reference,
                "round": round_name,
                "request_id": str(row.id),
            },
        )
    return len(rows)


def _to_partners(unit: UnitOfWork, actor: Actor, round_name: str, names: list[str]) -> int:
    rows = round_checks.partners_of(unit, actor=actor, references=names)
    for row in rows.values():
        about = {"partner": row.name, "round": round_name}
        _post(unit, "partner.interests_stale", row.id, messages.to_partner(row), about)
    return len(rows)


def _to_employers(unit: UnitOfWork, actor: Actor, round_name: str, names: list[str]) -> int:
    rows = round_checks.partners_of(unit, actor=actor, references=names)
    for row in rows.values():
        about = {"partner": row.name, "round": round_name, "partner_id": str(row.id)}
        _post(unit, "partner.release_missing", row.id, {"to_organisation_id": row.organisation_id}, about)
    return len(rows)


def _to_holders_of_close_skills(unit: UnitOfWork, _actor: Actor, round_name: str, names: list[str]) -> int:
    written = 0
    labels = taxonomy.labels(unit.session, names)
    for skill in names:
        for row in _close_holders(unit, skill):
            about = {"skill": labels.get(skill, skill), "round": round_name}
            _post(unit, "partner.skill_wanted", f"{row.id}:{skill}", messages.to_partner(row), about)
            written += 1
    return written


def _close_holders(unit: UnitOfWork, skill: str) -> list[Partner]:
    """Partners with another skill of the same topic: the likeliest to have this one as well."""
    topic = select(TaxonomyNode.parent_code).where(TaxonomyNode.code == skill).scalar_subquery()
    siblings = select(TaxonomyNode.code).where(TaxonomyNode.parent_code == topic)
    holding = select(PartnerSkill.partner_id).where(PartnerSkill.skill_code.in_(siblings))
    query = select(Partner).where(Partner.id.in_(holding), Partner.state == PartnerState.ACTIVE)
    return list(unit.session.scalars(query.order_by(Partner.reference).limit(MOST_ASKED_FOR_A_SKILL)))


def _post(unit: UnitOfWork, kind: str, key: UUID | str, recipient: Any, about: dict[str, str]) -> None:
    today = unit.now.date().isoformat()
    messages.post(unit, kind=kind, **recipient, about=about, dedupe_key=f"{kind}:{key}:{today}")
