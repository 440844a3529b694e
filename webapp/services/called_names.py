"""What people call the partners and requests whose references stand in a stored answer or summary."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest


def called(session: Session, *, partners: Iterable[str], requests: Iterable[str]) -> dict[str, str]:
    """Names of partners, and titles of requests with who asks, by reference."""
    people = select(Partner.reference, Partner.name).where(Partner.reference.in_(sorted(set(partners))))
    needs = (
        select(SupportRequest)
        .where(SupportRequest.reference.in_(sorted(set(requests))))
        .options(joinedload(SupportRequest.requester))
    )
    names = {reference: name for reference, name in session.execute(people)}
    return names | {each.reference: f"{each.title}, {each.requester.name}" for each in session.scalars(needs)}
