"""Everybody at once for a partner's last days: answers, changes of days, cuts; on both engines.

A bounded sample; the full figures come from ``make drill``.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select, update

from tests.factories.accounts import person
from tests.factories.offers import published_offer
from tests.factories.partners import active_partner
from tests.factories.support_requests import submitted
from tests.promised_days import breaches
from tests.services.conftest import Country
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.services import capacity, engagement_days, offers
from webapp.services.capacity import DaysDeclared
from webapp.services.failures import NotAllowedNow, Rejected, StaleVersion
from webapp.services.offers import Refusal
from webapp.store.capacity import CapacityMonth
from webapp.store.engagement_days import DaysChange
from webapp.store.engagements import Engagement
from webapp.store.offers import Offer
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import Database, UnitOfWork

MONTH = "2027-01"
Act = Callable[[UnitOfWork], object]


@dataclass
class Crowd:
    """One expert with six offers of two January days each, and two January days left."""

    expert: Actor
    partner_id: UUID
    leads: dict[UUID, Actor]


@pytest.fixture
def crowd(unit: UnitOfWork, country: Country) -> Crowd:
    partner = active_partner(unit, country.organisations["T3"], "P-1", days=14)
    expert = person(unit.session, Role.PARTNER_EXPERT, partner_id=partner.id)
    partner.user_id = expert.user_id
    admins = (country.admin.user_id, country.second_admin.user_id)
    leads = {}
    for lead in (country.lead, country.other_lead):
        for rank in (1, 2, 3):
            asked = submitted(unit, lead, days=3, max_team=1, rank=rank, severity=1)
            asked.state = RequestState.MATCHED
            leads[published_offer(unit, partner, asked, admins).id] = lead
    return Crowd(expert, partner.id, leads)


def at_once(database: Database, acts: list[Act]) -> Counter[str]:
    """What became of acts that were let go together."""
    barrier, said = threading.Barrier(len(acts)), Counter[str]()

    def go(act: Act) -> None:
        barrier.wait()
        try:
            with database.unit(writing=True) as unit:
                act(unit)
        except (NotAllowedNow, Rejected, StaleVersion) as refused:
            said[type(refused).__name__] += 1
        else:
            said["done"] += 1

    threads = [threading.Thread(target=go, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def keep(unit: UnitOfWork) -> None:
    unit.commit()
    unit.close()


def changes_waiting(unit: UnitOfWork, crowd: Crowd) -> list[UUID]:
    """All six offers accepted, and each lead asks for one January day more."""
    for offer_id, lead in crowd.leads.items():
        row = unit.session.get_one(Offer, offer_id)
        for actor in (crowd.expert, lead):
            offers.accept(unit, actor=actor, offer_id=offer_id, expected_version=row.version)
        made = unit.session.scalars(select(Engagement).where(Engagement.offer_id == offer_id)).one()
        engagement_days.propose_change(
            unit,
            actor=lead,
            engagement_id=made.id,
            days_by_month={MONTH: 3},
            reason="More",
            expected_version=made.version,
        )
    made_now = list(unit.session.scalars(select(DaysChange.id)))
    keep(unit)
    return made_now


def agree(crowd: Crowd, change_id: UUID) -> Act:
    def act(unit: UnitOfWork) -> None:
        engagement_days.answer_change(
            unit, actor=crowd.expert, change_id=change_id, agree=True, expected_version=1
        )

    return act


def cut(crowd: Crowd, days: int) -> Act:
    def act(unit: UnitOfWork) -> None:
        (cell,) = capacity.grid(unit, actor=crowd.expert, partner_id=crowd.partner_id, months=[MONTH])
        wanted = {MONTH: DaysDeclared(days, cell.version)}
        capacity.declare(unit, actor=crowd.expert, partner_id=crowd.partner_id, days=wanted)

    return act


def test_the_last_two_days_are_had_twice(database: Database, unit: UnitOfWork, crowd: Crowd) -> None:
    said = at_once(database, [agree(crowd, change) for change in changes_waiting(unit, crowd)])
    assert (said["done"], said["NotAllowedNow"]) == (2, 4)
    with database.unit(writing=False) as reading:
        assert breaches(reading.session) == []


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_reading_first_and_writing_then_would_not_do(
    database: Database, unit: UnitOfWork, crowd: Crowd, monkeypatch
) -> None:
    """The check can fail: the naive way promises the last days to all (SQLite has one writer at a time)."""
    changes, barrier = changes_waiting(unit, crowd), threading.Barrier(6)

    def naive(session, partner_id, by_month):
        row = session.scalars(
            select(CapacityMonth).where(CapacityMonth.partner_id == partner_id, CapacityMonth.month == MONTH)
        ).one()
        barrier.wait()
        if row.committed_days + by_month[MONTH] > row.days:
            return MONTH
        session.execute(
            update(CapacityMonth)
            .where(CapacityMonth.id == row.id)
            .values(committed_days=row.committed_days + by_month[MONTH])
            .execution_options(synchronize_session=False)
        )
        return None

    monkeypatch.setattr(engagement_days, "move_days", naive)
    assert at_once(database, [agree(crowd, change) for change in changes])["done"] == 6
    with database.unit(writing=False) as reading:
        assert breaches(reading.session) == [f"{MONTH}: 18 promised, 13 counted, 14 declared"]


def test_a_cut_beside_answers_never_goes_below_what_is_promised(
    database: Database, unit: UnitOfWork, crowd: Crowd
) -> None:
    """RELIABILITY.md, C06: six answers of the expert, each from one page only, and two cuts in flight."""
    keep(unit)

    def accept(offer_id: UUID) -> Act:
        return lambda own: offers.accept(own, actor=crowd.expert, offer_id=offer_id, expected_version=1)

    def decline(offer_id: UUID) -> Act:
        answer = Refusal("no_time")
        return lambda own: offers.decline(
            own, actor=crowd.expert, offer_id=offer_id, answer=answer, expected_version=1
        )

    ids = list(crowd.leads)
    acts = [accept(ids[0]), accept(ids[0]), decline(ids[0]), accept(ids[1]), decline(ids[2]), decline(ids[3])]
    said = at_once(database, [*acts, cut(crowd, 8), cut(crowd, 11)])
    assert said["done"] >= 4
    with database.unit(writing=False) as reading:
        assert breaches(reading.session) == []
        row = reading.session.get_one(Offer, ids[0])
        assert row.state.value in ("partner_accepted", "declined")
