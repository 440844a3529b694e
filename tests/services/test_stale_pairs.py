"""What a work list marks as changed is what the rules refuse row by row: the clause and the sentences agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from tests.services.conftest import Country
from tests.services.matched import Matched
from webapp.services import review_rules, stale_pairs
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Interest, InterestKind, Partner, PartnerState, Release, ReleaseState
from webapp.store.support_requests import Exclusion, RequestState, SupportRequest
from webapp.store.unit_of_work import UnitOfWork

TODAY = date(2026, 11, 2)


def interest(partner: Partner, request: SupportRequest, **values: object) -> Interest:
    given = {"kind": InterestKind.FAMILY, "declared_on": TODAY, "confirmed_on": TODAY, **values}
    return Interest(partner_id=partner.id, organisation_id=request.requester_id, **given)


def nothing(partner: Partner, request: SupportRequest) -> None:
    """Leave both as they are."""


def paused(partner: Partner, request: SupportRequest) -> None:
    partner.state = PartnerState.PAUSED


def withdrawn(partner: Partner, request: SupportRequest) -> None:
    request.state = RequestState.WITHDRAWN


def own(partner: Partner, request: SupportRequest) -> None:
    partner.organisation_id = request.beneficiary_id


def declared(partner: Partner, request: SupportRequest) -> None:
    partner.interests.append(interest(partner, request))


def ended(partner: Partner, request: SupportRequest) -> None:
    partner.interests.append(interest(partner, request, ended_on=TODAY))


def worked_there_once(partner: Partner, request: SupportRequest) -> None:
    former = {"kind": InterestKind.FORMER_EMPLOYMENT, "left_on": TODAY}
    partner.interests.append(interest(partner, request, **former))


def excluded(partner: Partner, request: SupportRequest) -> None:
    request.exclusions.append(Exclusion(request_id=request.id, partner_id=partner.id))


def never_confirmed(partner: Partner, request: SupportRequest) -> None:
    partner.interests_confirmed_on = None


def confirmed_a_year_ago(partner: Partner, request: SupportRequest) -> None:
    partner.interests_confirmed_on = TODAY.replace(year=2025)


def confirmed_a_day_too_early(partner: Partner, request: SupportRequest) -> None:
    partner.interests_confirmed_on = TODAY.replace(year=2025) - timedelta(days=1)


def release(partner: Partner, state: ReleaseState) -> None:
    given = {"organisation_id": partner.organisation_id, "state": state}
    partner.releases.append(Release(number=len(partner.releases) + 1, asked_on=TODAY, **given))


def not_released(partner: Partner, request: SupportRequest) -> None:
    release(partner, ReleaseState.WITHDRAWN)


def released_again(partner: Partner, request: SupportRequest) -> None:
    release(partner, ReleaseState.REFUSED)
    release(partner, ReleaseState.GIVEN)


CHANGES = (
    nothing,
    paused,
    withdrawn,
    own,
    declared,
    ended,
    worked_there_once,
    excluded,
    never_confirmed,
    confirmed_a_year_ago,
    confirmed_a_day_too_early,
    not_released,
    released_again,
)


def test_the_clause_says_what_the_rules_say(unit: UnitOfWork, country: Country, matched: Matched) -> None:
    match = unit.session.get_one(ProposedMatch, matched.matches["R-1"])
    told = {}
    for change in CHANGES:
        told[change.__name__] = both(unit, match.id, change)
    assert {name: one for name, (one, _) in told.items()} == {
        name: other for name, (_, other) in told.items()
    }
    assert {name for name, (one, _) in told.items() if not one} == {
        "nothing",
        "ended",
        "worked_there_once",
        "confirmed_a_year_ago",
        "released_again",
    }


def both(
    unit: UnitOfWork, match_id: object, change: Callable[[Partner, SupportRequest], None]
) -> tuple[bool, bool]:
    """Whether the clause and the rules call the pair changed, with one change made and taken back."""
    with unit.session.begin_nested() as savepoint:
        match = unit.session.get_one(ProposedMatch, match_id)
        change(match.partner, match.request)
        unit.flush()
        query = (
            select(ProposedMatch.id)
            .join(ProposedMatch.partner)
            .join(ProposedMatch.request)
            .where(ProposedMatch.id == match_id, stale_pairs.clause(TODAY))
        )
        found = unit.session.scalar(query) is not None
        pair = review_rules.load_pair(unit.session, match.partner_id, match.request_id)
        assert pair is not None
        refused = any(review_rules.breaches(*pair, today=TODAY))
        savepoint.rollback()
    unit.session.expire_all()
    return found, refused
