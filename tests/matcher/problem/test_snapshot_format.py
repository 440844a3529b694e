"""Snapshots as bytes: one spelling, read back equal, and every breach reported with its path."""

import json

import pytest

from matcher.problem.partners import Delivery, HeldSkill
from matcher.problem.policy import ScoreWeights
from matcher.problem.requests import WantedSkill
from matcher.problem.snapshot import PlannedDays
from matcher.problem.snapshot_format import SnapshotError, read_snapshot, write_snapshot
from tests.matcher.snapshot_factory import partner, policy, request, snapshot


def plain_snapshot() -> dict:
    return json.loads(write_snapshot(snapshot(partner(), request())))


def problems_of(plain: dict) -> list[str]:
    with pytest.raises(SnapshotError) as refused:
        read_snapshot(json.dumps(plain).encode())
    return refused.value.problems


class TestRoundTrip:
    def test_what_is_written_is_read_back_equal(self):
        lock = PlannedDays("p1", "r1", (1, 0, 2, 0, 0, 0))
        asked = snapshot(
            partner(), partner("p2"), request(), locked=(lock,), forbidden=(("p2", "r1"),), previous=(lock,)
        ).canonical()
        assert read_snapshot(write_snapshot(asked)) == asked

    def test_the_order_of_the_records_leaves_no_trace(self):
        one = snapshot(partner("a"), partner("b"), request("r1"), request("r2"))
        other = snapshot(partner("b"), partner("a"), request("r2"), request("r1"))
        assert write_snapshot(one) == write_snapshot(other)

    def test_whole_numbers_are_written_without_a_point(self):
        assert plain_snapshot()["policy"]["priorities"][0]["weight"] == 2
        assert b"2.0" not in write_snapshot(snapshot(partner(), request()))


class TestRefusal:
    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (lambda p: p.update(colour="red"), "colour: unknown key"),
            (lambda p: p.pop("months"), "months: is missing"),
            (lambda p: p.update(format="other/1"), "format: must be support-matching-snapshot/1"),
            (
                lambda p: p["partners"][0].update(capacity=[1, 2]),
                "partners[0].capacity: 2 months, the horizon has 6",
            ),
            (
                lambda p: p["partners"][0]["capacity"].__setitem__(0, 1001),
                "partners[0].capacity[0]: is 1001, allowed is 0 to 1000",
            ),
            (
                lambda p: p["partners"][0]["capacity"].__setitem__(0, True),
                "partners[0].capacity[0]: must be a whole number",
            ),
            (
                lambda p: p["partners"][0].update(smallest_block=3.0),
                "partners[0].smallest_block: must be a whole number",
            ),
            (
                lambda p: p["partners"][0].update(id="a b"),
                "partners[0].id: 'a b' does not match [A-Za-z0-9._-]{1,64}",
            ),
            (
                lambda p: p["partners"][0].update(region="MOON"),
                "partners[0].region: MOON is not in the policy",
            ),
            (
                lambda p: p["partners"][0].update(interests_confirmed_on="2026-02-30"),
                "partners[0].interests_confirmed_on: '2026-02-30' is not a date (YYYY-MM-DD)",
            ),
            (
                lambda p: p["partners"][0].update(reach="moon"),
                "partners[0].reach: 'moon' is not one of icb, region, neighbouring, national",
            ),
            (lambda p: p["requests"][0].update(window=[2, 1]), "requests[0].window: 2 is after 1"),
            (
                lambda p: p["requests"][0].update(window=[0, 6]),
                "requests[0].window: [0, 6] is outside the horizon 0..5",
            ),
            (lambda p: p["requests"][0].update(priority="X"), "requests[0].priority: X is not in the policy"),
            (lambda p: p["requests"][0].update(excluded=["p9"]), "requests[0].excluded: p9 is no partner"),
            (
                lambda p: p["requests"][0].update(waiting_credit=0.2),
                "requests[0].waiting_credit: is 0.2, allowed is 0 to 0.1",
            ),
            (
                lambda p: p["requests"][0]["skills"][0].update(weight=0.5),
                "requests[0].skills: weights add to 0.5, not to 1",
            ),
            (lambda p: p["policy"].update(ladder=["value", "luck"]), "policy.ladder: luck is not a level"),
            (
                lambda p: p["months"].__setitem__(3, "2027-05"),
                "months: must follow one another without a gap",
            ),
            (lambda p: p.update(forbidden=[["p1", "r9"]]), "forbidden[0]: request r9 is not known"),
            (
                lambda p: p.update(locked=[{"partner": "p1", "request": "r1", "days": [1]}]),
                "locked[0].days: 1 months, the horizon has 6",
            ),
        ],
    )
    def test_a_breach_is_named_with_its_path(self, change, expected):
        plain = plain_snapshot()
        change(plain)
        assert problems_of(plain) == [expected]

    def test_all_breaches_are_reported_at_once(self):
        plain = plain_snapshot()
        plain["requests"][0]["severity"] = 5
        plain["partners"][0]["skills"][0]["level"] = 0
        plain["extra"] = 1
        assert len(problems_of(plain)) == 3

    @pytest.mark.parametrize(
        "content",
        [
            b"{",
            b"\xff",
            b'{"format": NaN}',
            b'{"format": 1, "format": 2}',
            b"[" * 100_000,
            b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
            b"[]",
        ],
    )
    def test_what_is_no_strict_json_is_refused(self, content):
        with pytest.raises(SnapshotError):
            read_snapshot(content)

    def test_a_number_beyond_the_floats_is_refused(self):
        content = write_snapshot(snapshot(partner(), request())).replace(
            b'"waiting_credit":0', b'"waiting_credit":1e999'
        )
        with pytest.raises(SnapshotError) as refused:
            read_snapshot(content)
        assert refused.value.problems == ["requests[0].waiting_credit: must be a number"]

    def test_a_snapshot_that_breaks_a_rule_is_not_written(self):
        with pytest.raises(SnapshotError) as refused:
            write_snapshot(
                snapshot(partner(skills=(HeldSkill("FLO", 3),)), request(skills=(WantedSkill("ED", 2, 1.0),)))
            )
        assert refused.value.problems == [
            "partners[0].skills[0].skill: FLO is no skill of the taxonomy",
            "requests[0].skills[0].skill: ED is no skill of the taxonomy",
        ]

    def test_score_weights_that_do_not_add_to_one_are_refused(self):
        with pytest.raises(SnapshotError, match="score_weights"):
            write_snapshot(snapshot(partner(), policy=policy(score_weights=ScoreWeights(skills=0.7))))

    def test_ids_given_twice_are_refused(self):
        with pytest.raises(SnapshotError, match="given twice"):
            write_snapshot(snapshot(partner("p1"), partner("p1", delivery=Delivery.REMOTE)))
