"""Pairs that may no longer be put together, as one clause over rows: what a work list marks and puts first.

It says the same as ``review_rules.breaches`` does row by row (a test holds the two together), except how long a
declaration of interests lasts under a policy of one's own: both take the usual twelve months.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from webapp.services.review_rules import ALIVE
from webapp.store.partners import (
    Interest,
    InterestKind,
    Partner,
    PartnerKind,
    PartnerState,
    Release,
    ReleaseState,
)
from webapp.store.support_requests import Exclusion, SupportRequest

_RELEASE, _NEWER = aliased(Release), aliased(Release)


def clause(today: date) -> Any:
    """True for a partner and a request, both joined in the query, that must not be offered as things stand."""
    sides = (SupportRequest.beneficiary_id, SupportRequest.requester_id)
    return or_(
        Partner.state != PartnerState.ACTIVE,
        SupportRequest.state.not_in(ALIVE),
        and_(Partner.organisation_id.is_not(None), Partner.organisation_id.in_(sides)),
        Partner.interests_confirmed_on.is_(None),
        Partner.interests_confirmed_on < _oldest(today),
        _declared(sides),
        _excluded(),
        _held_back(),
    )


def _oldest(today: date) -> date:
    """The earliest day of confirmation that is not too old today: twelve months ago."""
    try:
        return today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        return date(today.year - 1, 3, 1)


def _declared(sides: tuple[Any, ...]) -> Any:
    return (
        select(Interest.id)
        .where(
            Interest.partner_id == Partner.id,
            Interest.kind != InterestKind.FORMER_EMPLOYMENT,
            Interest.ended_on.is_(None),
            Interest.organisation_id.in_(sides),
        )
        .correlate(Partner, SupportRequest)
        .exists()
    )


def _excluded() -> Any:
    return (
        select(Exclusion.partner_id)
        .where(Exclusion.request_id == SupportRequest.id, Exclusion.partner_id == Partner.id)
        .correlate(Partner, SupportRequest)
        .exists()
    )


def _held_back() -> Any:
    """The newest release of an expert is a no."""
    release, newer = _RELEASE, _NEWER
    later = (
        select(newer.id).where(newer.partner_id == release.partner_id, newer.number > release.number).exists()
    )
    refused = (ReleaseState.REFUSED, ReleaseState.WITHDRAWN)
    found = select(release.id).where(release.partner_id == Partner.id, release.state.in_(refused), ~later)
    return and_(Partner.kind == PartnerKind.EXPERT, found.correlate(Partner).exists())
