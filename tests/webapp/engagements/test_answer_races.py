"""Two tabs, two people, one offer: answers that arrive together count once. ``make drill`` has the full figures."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from sqlalchemy import func, select

from webapp.store.audit import AuditEntry, Outcome
from webapp.store.offers import OfferState

FREE = {OfferState.PARTNER_ACCEPTED, OfferState.DECLINED, OfferState.REQUESTER_ACCEPTED}


def let_go(sends):
    """Send forms at the same time; how often each status was answered."""
    barrier, statuses = threading.Barrier(len(sends)), Counter()

    def go(person, path, values):
        barrier.wait()
        statuses[person.client.post(path, data=values).status_code] += 1

    threads = [threading.Thread(target=go, args=each) for each in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


@pytest.mark.parametrize("side", ["requester", "partner"])
def test_yes_and_no_of_one_side_at_once_count_once(sides, signed_in, database, side):
    one = sides.lead if side == "requester" else sides.expert
    held = {"organisation_id": one.actor.organisation_id, "partner_id": one.actor.partner_id}
    mine = {"user_id": one.actor.user_id, **{key: value for key, value in held.items() if value}}
    reason = {"requester": "timing", "partner": "no_time"}[side]
    sends = []
    for number in range(6):
        tab = signed_in(one.actor.role, **mine)
        path = f"/offers/{sides.offer_id}/{'decline' if number % 2 else 'accept'}"
        sends.append((tab, path, {**tab.get(path).values(), "reason": reason}))
    statuses = let_go(sends)
    assert statuses == {303: 1, 409: 5}
    assert sides.offer().state in FREE
    with database.unit(writing=False) as unit:
        answers = select(func.count()).where(AuditEntry.action == "offer.answer")
        assert unit.session.scalar(answers.where(AuditEntry.outcome == Outcome.DONE)) == 1


def test_both_sides_saying_yes_at_once_make_one_engagement_or_one_of_them_is_asked_to_look_again(sides):
    path = f"/offers/{sides.offer_id}/accept"
    statuses = let_go([(who, path, who.get(path).values()) for who in (sides.lead, sides.expert)])
    assert statuses[303] >= 1
    assert statuses[303] + statuses[409] == 2
    for who in (sides.lead, sides.expert):
        if who.get(path).status == 200:
            assert who.submit(path).status == 303
    assert sides.offer().state is OfferState.ACCEPTED
    assert sides.engagement() is not None
