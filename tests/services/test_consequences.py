"""What a cut, a pause or leaving would undo: counted before it is saved, on both engines."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from webapp.authority.actor import Actor
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import consequences
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Partner


@pytest.fixture
def taken(unit, matched):
    """A partner with a match under review, and whoever keeps the profile."""
    match = unit.session.scalars(
        select(ProposedMatch)
        .where(ProposedMatch.run_id == matched.run_id)
        .order_by(ProposedMatch.id)
        .limit(1)
    ).one()
    row = unit.session.get_one(Partner, match.partner_id)
    return match, row, Actor(uuid4(), Role.PARTNER_EXPERT, partner_id=row.id)


class TestDays:
    def test_a_cut_below_what_reviewers_weigh_is_counted(self, unit, taken):
        match, row, actor = taken
        month = min(match.days_by_month)
        found = consequences.of_days(unit, actor=actor, partner_id=row.id, days={month: 0})
        assert (found.count, found.offered) == (1, ())

    def test_more_days_or_months_without_a_match_undo_nothing(self, unit, taken):
        match, row, actor = taken
        month = min(match.days_by_month)
        for days in ({month: 900}, {"2027-12": 0}, {}):
            assert consequences.of_days(unit, actor=actor, partner_id=row.id, days=days).count == 0


class TestStopping:
    def test_matches_under_review_are_counted_and_never_named(self, unit, taken):
        _, row, actor = taken
        found = consequences.of_stopping(unit, actor=actor, partner_id=row.id)
        assert (found.offered, found.under_review) == ((), 1)

    def test_nobody_asks_for_somebody_else(self, unit, taken, country):
        _, row, _ = taken
        for other in (country.lead, country.reviewer, country.admin):
            with pytest.raises(AccessDenied):
                consequences.of_stopping(unit, actor=other, partner_id=row.id)
