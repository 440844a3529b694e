"""What people call the partners and requests whose references stand in a stored answer or summary."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.support_requests import SupportRequest


def called(session: Session, *, partners: Iterable[str], requests: Iterable[str]) -> dict[str, str]:
    """Names of partners, and titles of requests with who asks, by reference: one query, none where nobody is named."""
    people, needs = sorted(set(partners)), sorted(set(requests))
    if not people and not needs:
        return {}
    title = SupportRequest.title.concat(", ").concat(Organisation.name)
    query = union_all(
        select(Partner.reference, Partner.name).where(Partner.reference.in_(people)),
        select(SupportRequest.reference, title)
        .join(SupportRequest.requester)
        .where(SupportRequest.reference.in_(needs)),
    )
    return {reference: name for reference, name in session.execute(query)}
