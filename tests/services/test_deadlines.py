"""Reminders after three working days, lapses after the last day: once each, also when a day was missed."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import select

from tests.engines import Clock
from tests.factories.engagements import offered, started
from tests.services.conftest import Country
from webapp.services import deadlines, engagement_reviews, offers, working_days
from webapp.services.engagement_reviews import CheckInSaid, Progress
from webapp.store.capacity import CapacityMonth
from webapp.store.engagement_reviews import CheckIn
from webapp.store.offers import Offer, OfferState
from webapp.store.outbox import OutboxMessage
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import Database, UnitOfWork


def at(clock: Clock, *when: int) -> None:
    clock.now = datetime(*when, tzinfo=UTC)


def posted(database: Database) -> list[str]:
    with database.unit(writing=False) as unit:
        return sorted(unit.session.scalars(select(OutboxMessage.kind)))


class TestOffers:
    def test_reminder_and_lapse_come_once_and_survive_a_missed_day(
        self, database: Database, unit: UnitOfWork, country: Country, clock: Clock
    ) -> None:
        pair = offered(unit, country.organisations["T3"], country.lead)
        pair.offer.lapses_on = working_days.after(pair.offer.offered_on, 5)
        offers.accept(unit, actor=country.lead, offer_id=pair.offer.id, expected_version=pair.offer.version)
        offer_id, partner_id, request_id = pair.offer.id, pair.partner.id, pair.offer.request_id
        unit.commit()
        unit.close()
        before = posted(database)
        at(clock, 2026, 11, 4, 23, 59)
        assert deadlines.keep(database) == 0
        at(clock, 2026, 11, 6, 6, 0)  # nobody looked on the fifth
        assert (deadlines.keep(database), deadlines.keep(database)) == (1, 0)
        assert posted(database) == sorted([*before, "offer.reminder.partner"])
        at(clock, 2026, 11, 9, 23, 59)
        assert deadlines.keep(database) == 0
        at(clock, 2026, 11, 12, 9, 0)  # three days late
        assert (deadlines.keep(database), deadlines.keep(database)) == (1, 0)
        with database.unit(writing=False) as reading:
            row = reading.session.get_one(Offer, offer_id)
            assert (row.state, row.declined_by) == (OfferState.LAPSED, None)
            assert (row.request.id, row.request.state) == (request_id, RequestState.UNMATCHED)
            held = select(CapacityMonth).where(CapacityMonth.partner_id == partner_id)
            assert {each.committed_days for each in reading.session.scalars(held)} == {0}
            reminder = reading.session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == "offer.reminder.partner")
            ).one()
            assert reminder.due_at == datetime(2026, 11, 6, 8, 0, tzinfo=UTC)
        lapses = ["offer.lapsed.partner", "offer.lapsed.requester"]
        assert [each for each in posted(database) if each.startswith("offer.lapsed")] == lapses


class TestCheckIns:
    def test_each_side_that_has_not_answered_is_reminded_on_the_day(
        self, database: Database, unit: UnitOfWork, country: Country, clock: Clock
    ) -> None:
        pair = offered(unit, country.organisations["T3"], country.lead)
        row = started(unit, pair)
        six_weeks, six_months = unit.session.scalars(
            select(CheckIn).where(CheckIn.engagement_id == row.id).order_by(CheckIn.due_on)
        )
        assert (six_weeks.due_on, six_months.due_on) == (date(2026, 12, 14), date(2027, 5, 2))
        unit.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
        engagement_reviews.answer_check_in(
            unit, actor=pair.expert, check_in_id=six_weeks.id, said=CheckInSaid(Progress.WELL)
        )
        unit.commit()
        unit.close()
        for when, done in (((2026, 12, 13, 12, 0), 0), ((2026, 12, 15, 12, 0), 1), ((2027, 5, 2, 0, 0), 1)):
            at(clock, *when)
            assert (deadlines.keep(database), deadlines.keep(database)) == (done, 0)
        with database.unit(writing=False) as reading:
            rows = reading.session.scalars(
                select(OutboxMessage).where(OutboxMessage.kind == "engagement.check_in")
            ).all()
            assert sorted(each.dedupe_key.split(":")[1] for each in rows) == [
                "partner",
                "requester",
                "requester",
            ]


def test_the_same_day_six_months_on_exists_in_every_month() -> None:
    for day, then in (
        ((2026, 8, 31), (2027, 2, 28)),
        ((2023, 8, 29), (2024, 2, 29)),
        ((2026, 6, 30), (2026, 12, 30)),
    ):
        assert engagement_reviews.months_on(date(*day), 6) == date(*then)


def test_the_day_in_london_is_the_day_of_the_deadline() -> None:
    for when, day in (
        (datetime(2026, 3, 28, 23, 59, tzinfo=UTC), date(2026, 3, 28)),
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
    ):
        assert working_days.london_day(when) == day
