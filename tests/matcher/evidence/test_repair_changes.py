"""What a repair changed: each change has its cause, whoever reads it."""

from __future__ import annotations

from matcher.evidence.repair_changes import Change, RepairEvent, repair_changes
from matcher.problem.instance import Engagement


def engaged(*rows: tuple[str, str, int, int]) -> list[Engagement]:
    return [Engagement(partner, request, (first, second)) for partner, request, first, second in rows]


def test_a_gap_is_filled_by_somebody_else_and_the_freed_days_help_another_request():
    stood = engaged(("anna", "flow", 3, 0), ("ben", "waits", 2, 0), ("ben", "wards", 1, 0))
    stands = engaged(
        ("cat", "flow", 3, 0), ("ben", "waits", 2, 0), ("ben", "wards", 1, 0), ("anna", "theatres", 3, 0)
    )
    assert repair_changes(stood, stands, [RepairEvent("declined", "anna", "flow")]) == (
        Change("anna", "flow", 3, 0, "declined"),
        Change("cat", "flow", 0, 3, "fills_gap"),
        Change("anna", "theatres", 0, 3, "uses_freed_days"),
    )


def test_a_withdrawn_request_and_a_partner_with_fewer_days_are_told_by_their_events():
    stood = engaged(("anna", "flow", 3, 0), ("ben", "waits", 2, 2))
    stands = engaged(("ben", "waits", 2, 0))
    causes = [RepairEvent("withdrawn", request="flow"), RepairEvent("cut", "ben")]
    assert [(each.request, each.why) for each in repair_changes(stood, stands, causes)] == [
        ("flow", "withdrawn"),
        ("waits", "cut"),
    ]


def test_what_no_event_hit_gives_way_moves_or_helps_more():
    stood = engaged(
        ("anna", "flow", 3, 0), ("ben", "waits", 2, 0), ("cat", "wards", 1, 0), ("dora", "x", 1, 0)
    )
    stands = engaged(
        ("anna", "flow", 2, 0), ("ben", "waits", 0, 2), ("cat", "wards", 2, 0), ("eve", "flow", 1, 0)
    )
    found = repair_changes(stood, stands, [], aside=[("dora", "x")])
    assert {(each.partner, each.request): each.why for each in found} == {
        ("anna", "flow"): "made_way",
        ("eve", "flow"): "fills_gap",
        ("ben", "waits"): "other_months",
        ("cat", "wards"): "better_now",
        ("dora", "x"): "put_aside",
    }


def test_a_late_request_is_told_as_such():
    stands = engaged(("anna", "flow", 1, 0))
    assert repair_changes([], stands, [RepairEvent("late_request", request="flow")])[0].why == "late_request"


def test_where_nothing_changed_nothing_is_told():
    assert (
        repair_changes(engaged(("a", "b", 1, 0)), engaged(("a", "b", 1, 0)), [RepairEvent("cut", "a")]) == ()
    )
