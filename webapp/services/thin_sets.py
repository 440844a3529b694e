"""One set of requests short of days, member by member, so that anybody can add it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matcher.problem.strict_json import parse_json
from webapp.authority.actor import AnyActor
from webapp.services import runs
from webapp.services.failures import NotFound
from webapp.store.partners import Partner
from webapp.store.runs import DocumentKind, Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ThinSet:
    """The requests of a set, the largest first, and every candidate with days, each with its days in the months that
    count; ``place`` is the set's place in the run's list, from 1."""

    run: Run
    place: int
    wanted: int
    available: int
    requests: tuple[SupportRequest, ...]
    partners: tuple[tuple[str, int], ...]


def thin_set(unit: UnitOfWork, *, actor: AnyActor, run_id: UUID, place: int) -> ThinSet:
    """One set of a finished run; raises ``NotFound`` where there is no such place."""
    plain: dict[str, Any] = parse_json(
        runs.document(unit, actor=actor, run_id=run_id, kind=DocumentKind.EVIDENCE)
    )
    found = plain["bottlenecks"]["starved"]
    if not 1 <= place <= len(found):
        raise NotFound("no such set")
    chosen = found[place - 1]
    needs = (
        select(SupportRequest)
        .where(SupportRequest.reference.in_(chosen["requests"]))
        .options(joinedload(SupportRequest.requester))
        .order_by(SupportRequest.days.desc(), SupportRequest.reference)
    )
    days = {each["partner"]: each["days"] for each in chosen["partners"]}
    people = select(Partner.reference, Partner.name).where(Partner.reference.in_(sorted(days)))
    names = {reference: name for reference, name in unit.session.execute(people)}
    return ThinSet(
        run=runs.with_round(unit, run_id),
        place=place,
        wanted=chosen["days_wanted"],
        available=chosen["days_available"],
        requests=tuple(unit.session.scalars(needs)),
        partners=tuple(
            (names.get(partner, partner), number)
            for partner, number in sorted(days.items(), key=lambda pair: (-pair[1], pair[0]))
        ),
    )
