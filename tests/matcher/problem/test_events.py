"""What a decline, a withdrawal and a change of capacity make of an instance."""

from __future__ import annotations

import pytest

from matcher.problem.events import CapacityChange, Decline, Event, EventError, Withdrawal, apply_events
from matcher.problem.instance import Engagement
from matcher.serialisation import read_instance, write_instance
from tests.matcher.instance_documents import as_instance, golden_document

STOOD = (Engagement("dora", "wards", (0, 2, 3)), Engagement("anna", "flow", (3, 3, 0)))


def tiny(**changes: object):
    return as_instance(golden_document() | changes)


def after(*events: Event, **changes: object):
    found = apply_events(tiny(**changes), STOOD, events)
    assert write_instance(read_instance(write_instance(found))) == write_instance(found)
    return found


def test_what_stood_is_previous():
    assert after().previous == STOOD[::-1]


def test_a_declined_pair_is_forbidden_and_no_longer_locked():
    lock = {"partner": "anna", "request": "flow", "days": [3, 3, 0]}
    found = after(Decline("anna", "flow"), locked=[lock])
    assert ("anna", "flow") in found.forbidden
    assert found.locked == ()
    assert found.previous == STOOD[::-1]


def test_a_withdrawn_request_can_hold_nothing_and_wants_the_least():
    found = after(Withdrawal("flow"))
    request = found.requests[found.request_index["flow"]]
    assert (request.days, request.mandated) == (1, False)
    assert {pair for pair in found.forbidden if pair[1] == "flow"} == {
        ("anna", "flow"),
        ("ben", "flow"),
        ("collab", "flow"),
    }


def test_capacity_is_what_was_said_last():
    found = after(CapacityChange("anna", "2027-02", 1), CapacityChange("anna", "2027-02", 2))
    assert found.partners[found.partner_index["anna"]].capacity == (3, 2, 0)


@pytest.mark.parametrize(
    "event",
    [
        Decline("zoe", "flow"),
        Decline("anna", "nothing"),
        Withdrawal("nothing"),
        CapacityChange("zoe", "2027-01", 1),
        CapacityChange("anna", "2026-01", 1),
        CapacityChange("anna", "2027-01", 1001),
    ],
)
def test_an_event_that_the_instance_cannot_have(event: Event):
    with pytest.raises(EventError):
        after(event)
