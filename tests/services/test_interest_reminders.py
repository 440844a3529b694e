"""The yearly question about interests: asked in time, once, and not for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import person
from tests.factories.partners import active_partner
from webapp.authority.roles import Role
from webapp.services import interest_reminders
from webapp.services.deadlines import WORKER
from webapp.store.outbox import OutboxMessage
from webapp.store.partners import PartnerState


@pytest.fixture
def expert(unit, country):
    """An expert with an account, whose declaration is confirmed today."""
    row = active_partner(unit, country.organisations["T1"], "P-1")
    row.user_id = person(unit.session, Role.PARTNER_EXPERT, partner_id=row.id).user_id
    unit.flush()
    return row


def remind(unit, row):
    return interest_reminders.remind(unit, actor=WORKER, partner_id=row.id)


class TestReminders:
    def test_a_month_ahead_once_and_again_a_month_later(self, unit, expert):
        unit.now += timedelta(days=334)
        assert list(interest_reminders.due(unit)) == []
        unit.now += timedelta(days=1)
        assert list(interest_reminders.due(unit)) == [expert.id]
        assert (remind(unit, expert), remind(unit, expert)) == (True, False)
        (message,) = unit.session.scalars(select(OutboxMessage))
        assert (message.kind, message.user_id) == ("partner.interests_due", expert.user_id)
        assert message.content["until"] == "2027-11-02"
        unit.now += timedelta(days=30)
        assert remind(unit, expert)

    @pytest.mark.parametrize("state", [PartnerState.LEFT, PartnerState.REGISTERING])
    def test_nobody_who_takes_no_part(self, unit, expert, state):
        expert.state = state
        unit.now += timedelta(days=340)
        assert not remind(unit, expert)

    def test_confirmed_again_is_left_in_peace_and_so_is_a_lost_cause(self, unit, expert):
        unit.now += timedelta(days=340)
        remind(unit, expert)
        expert.interests_confirmed_on = unit.now.date()
        unit.now += timedelta(days=330)
        assert not remind(unit, expert)
        unit.now += timedelta(days=200)
        assert not remind(unit, expert)

    def test_who_has_no_account_is_not_written_to(self, unit, country):
        row = active_partner(unit, country.organisations["T2"], "P-2")
        unit.now += timedelta(days=340)
        assert not remind(unit, row)
