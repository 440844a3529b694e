"""The verifier: passes what is true, names every lie, and agrees with the independent checker on random
results."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.result import Allocation, Clash, Stage, Status, Unmet, UnmetReason
from matcher.evidence.verifier import verify
from matcher.problem.instance import Engagement, Instance
from matcher.serialisation import ResultError, read_result, sha256, write_instance, write_result
from tests import independent_checker
from tests.matcher.instance_documents import as_instance, golden_document
from tests.matcher.random_instances import random_instance
from tests.matcher.truthful_results import random_engagements, truthful

ENGAGED = (
    Engagement("anna", "flow", (3, 3, 0)),
    Engagement("ben", "flow", (2, 0, 0)),
    Engagement("collab", "theatres", (6, 0, 0)),
    Engagement("collab", "waits", (0, 0, 4)),
    Engagement("dora", "wards", (0, 2, 3)),
)
DIGEST = "0" * 64


def tiny(**changes: Any) -> Instance:
    return as_instance(golden_document() | changes)


def answer(*engagements: Engagement, instance: Instance | None = None) -> Allocation:
    return truthful(instance or tiny(), engagements or ENGAGED, DIGEST)


def breaches(allocation: Allocation, instance: Instance | None = None) -> tuple[str, ...]:
    return verify(instance or tiny(), allocation, instance_sha256=DIGEST).breaches


@pytest.mark.parametrize("gap", ["é", None, True, -0.1, 1, 1e9, [0.001], float("nan")])
def test_a_gap_that_is_none_is_a_breach_and_allows_nothing(gap: object):
    good = answer()
    claimed = replace(good, certificate={**good.certificate, "gap": gap})
    assert breaches(claimed) == ("certificate.gap: is no number from 0 to less than 1",)
    higher = replace(good.levels[0], bound=good.levels[0].value + 1)
    loose = replace(claimed, status=Status.OPTIMAL, levels=(higher, *good.levels[1:]))
    assert any("claimed optimal, yet not within 0.0" in breach for breach in breaches(loose))


class TestEngagements:
    def test_a_true_answer_passes(self):
        certificate = verify(tiny(), answer())
        assert certificate.passed
        assert certificate.measures["days"] == 23

    @pytest.mark.parametrize(
        ("place", "engagement", "line"),
        [
            (0, Engagement("anna", "flow", (4, 2, 0)), "anna: 4 days in month 0, capacity 3"),
            (0, Engagement("anna", "flow", (1, 1, 0)), "anna -> flow: 2 days, smallest block is 3"),
            (2, Engagement("collab", "theatres", (8, 0, 0)), "collab -> theatres: 8 days, most is 6"),
            (2, Engagement("collab", "theatres", (8, 0, 0)), "theatres: 8 days, asked for 6"),
            (3, Engagement("collab", "waits", (2, 0, 2)), "collab -> waits: days outside the window 2..2"),
            (0, Engagement("anna", "flow", (3, 3)), "anna -> flow: days must be 3 whole"),
            (0, Engagement("dora", "flow", (0, 3, 0)), "dora -> flow: not a candidate"),
            (1, Engagement("anna", "flow", (3, 3, 0)), "anna -> flow: listed twice"),
        ],
    )
    def test_a_rule_that_is_broken_is_named(self, place: int, engagement: Engagement, line: str):
        spoilt = list(ENGAGED)
        spoilt[place] = engagement
        found = breaches(replace(answer(), engagements=tuple(spoilt)))
        assert any(breach.startswith(line) for breach in found), found

    def test_forbidden_pairs_and_teams_are_counted(self):
        forbidden = Engagement("ben", "waits", (0, 0, 2))
        assert "ben -> waits: forbidden" in breaches(replace(answer(), engagements=(*ENGAGED, forbidden)))
        third = (*ENGAGED[:2], Engagement("collab", "flow", (3, 0, 0)))
        assert "flow: team of 3, most is 2" in breaches(replace(answer(), engagements=third))

    def test_a_partner_in_two_places_at_once_is_seen(self):
        both = (ENGAGED[0], Engagement("anna", "theatres", (0, 3, 0)))
        found = breaches(replace(answer(), engagements=both))
        assert "anna: 2 engagements at once, most is 1" in found

    def test_the_order_is_part_of_the_format(self):
        found = breaches(replace(answer(), engagements=ENGAGED[::-1]))
        assert found == ("engagements are not sorted by request, then partner",)

    def test_a_team_without_an_essential_skill_is_a_breach_only_where_that_is_a_rule(self):
        lacking = (Engagement("collab", "theatres", (6, 0, 0)),)
        assert not breaches(answer(*lacking))
        strict = tiny(essential_is_hard=True)
        assert "theatres: engaged without essential theatres" in breaches(
            truthful(strict, lacking, DIGEST), strict
        )

    def test_locks_are_kept_month_by_month(self):
        lock = {"partner": "anna", "request": "flow", "days": [3, 2, 0]}
        line = "anna -> flow: locked at [3, 2, 0], found [3, 3, 0]"
        assert line in breaches(answer(), tiny(locked=[lock]))


class TestClaims:
    def test_another_instance(self):
        assert not verify(tiny(), answer(), instance_sha256="1" * 64).passed

    def test_a_level_says_what_it_scores_and_stays_within_its_bound(self):
        value = answer().levels[2]

        def with_value(**changes: float) -> tuple[str, ...]:
            return breaches(replace(answer(), levels=(*answer().levels[:2], replace(value, **changes))))

        assert with_value(value=value.value + 1)[0].startswith("level value: claims")
        assert "is beyond its own bound" in with_value(bound=value.value - 1)[0]
        assert with_value(bound=float("nan"))

    def test_levels_are_those_of_the_ladder(self):
        assert "the instance asks for" in breaches(replace(answer(), levels=answer().levels[::-1]))[0]
        strange = Stage("speed", 1.0, 1.0, 1.0, 0.0)
        assert "level speed: unknown name" in breaches(replace(answer(), levels=(strange,)))

    def test_optimal_means_within_the_gap(self):
        claimed = replace(answer(), status=Status.OPTIMAL)
        assert any("claimed optimal" in line for line in breaches(claimed))
        closed = tuple(replace(level, bound=level.value) for level in answer().levels)
        assert not breaches(replace(claimed, levels=closed))


class TestUnmet:
    ONE = (ENGAGED[0],)

    def with_reason(self, request: str, reason: UnmetReason, instance: Instance | None = None) -> bool:
        """Whether a reason is believed for a request, all others being true."""
        true = answer(*self.ONE, instance=instance)
        unmet = tuple(replace(u, reason=reason) if u.request == request else u for u in true.unmet)
        return not breaches(replace(true, unmet=unmet), instance)

    def test_every_short_request_is_listed_with_its_days(self):
        true = answer(*self.ONE)
        assert "flow: short of days and not listed as unmet with a reason" in breaches(
            replace(true, unmet=true.unmet[1:])
        )
        wrong = replace(true.unmet[0], days_short=1)
        assert "flow: days_short is 1, should be 2" in breaches(replace(true, unmet=(wrong, *true.unmet[1:])))
        met = Unmet("theatres", 1, UnmetReason.OUTRANKED)
        assert any(
            "theatres: listed as unmet but has" in line for line in breaches(replace(answer(), unmet=(met,)))
        )

    def test_somebody_free_is_capacity_left(self):
        assert not self.with_reason("wards", UnmetReason.NO_CAPACITY_LEFT)
        assert self.with_reason("wards", UnmetReason.OUTRANKED)

    def test_candidates_are_candidates(self):
        assert not self.with_reason("wards", UnmetReason.NO_CANDIDATE)
        alone = tiny(forbidden=[["ben", "wards"], ["dora", "wards"]])
        assert self.with_reason("wards", UnmetReason.NO_CANDIDATE, alone)
        assert self.with_reason("wards", UnmetReason.ONLY_CONFLICTED, alone)
        assert not self.with_reason("wards", UnmetReason.OUTRANKED, alone)

    def test_a_team_is_full_at_its_size(self):
        assert not self.with_reason("flow", UnmetReason.TEAM_FULL)

    def test_a_window_is_too_short_if_nobody_has_a_block_in_it(self):
        assert not self.with_reason("waits", UnmetReason.WINDOW_TOO_SHORT)
        document = golden_document()
        document["partners"][2]["capacity"] = [8, 0, 2]
        assert self.with_reason("waits", UnmetReason.WINDOW_TOO_SHORT, as_instance(document))

    def test_an_essential_skill_can_be_missing_only_where_it_is_a_rule(self):
        assert not self.with_reason("theatres", UnmetReason.ESSENTIAL_SKILL_MISSING)
        assert self.with_reason("theatres", UnmetReason.ESSENTIAL_SKILL_MISSING, tiny(essential_is_hard=True))

    def test_days_that_could_move_between_months_are_room(self):
        """Ben's two days in month 1 could move to month 2, so that wards could have them."""
        document = golden_document()
        document["requests"][2]["window"] = [1, 1]
        instance = as_instance(document)
        true = answer(Engagement("ben", "flow", (0, 2, 0)), instance=instance)
        unmet = tuple(
            replace(u, reason=UnmetReason.NO_CAPACITY_LEFT) if u.request == "wards" else u for u in true.unmet
        )
        assert "wards: the reason no_capacity_left does not hold" in breaches(
            replace(true, unmet=unmet), instance
        )


class TestInfeasible:
    LOCK: ClassVar = {"partner": "anna", "request": "flow", "days": [3, 3, 0]}

    def infeasible(self, *clash: Clash) -> Allocation:
        return Allocation(DIGEST, Status.INFEASIBLE, (), (), (), clash=clash)

    def test_locks_that_clash(self):
        instance = tiny(locked=[self.LOCK], forbidden=[["anna", "flow"]])
        assert not breaches(self.infeasible(Clash("forbidden", "anna", "flow", None)), instance)

    def test_locks_that_do_not_clash(self):
        instance = tiny(locked=[self.LOCK])
        assert breaches(self.infeasible(Clash("forbidden", "anna", "flow", None)), instance)
        assert breaches(self.infeasible(), instance)
        assert breaches(self.infeasible(Clash("capacity", "ben", None, 0)), instance)

    def test_the_clash_is_the_smallest(self):
        more = {"partner": "dora", "request": "wards", "days": [0, 2, 3]}
        instance = tiny(locked=[self.LOCK, more], forbidden=[["anna", "flow"]])
        both = (Clash("forbidden", "anna", "flow", None), Clash("forbidden", "dora", "wards", None))
        assert any("not the smallest" in line for line in breaches(self.infeasible(*both), instance))


Mutation = Callable[[dict[str, Any], Any], object]


def _some(items: list[Any], draw: Any) -> Any:
    return items[draw(st.integers(0, len(items) - 1))] if items else {}


MUTATIONS: list[Mutation] = [
    lambda d, draw: d["engagements"].pop() if d["engagements"] else None,
    lambda d, draw: d["engagements"].reverse(),
    lambda d, draw: d["engagements"].append(_some(d["engagements"], draw)) if d["engagements"] else None,
    lambda d, draw: _some(d["engagements"], draw).update(partner=f"p{draw(st.integers(0, 6)):02d}"),
    lambda d, draw: _some(d["engagements"], draw).update(days=draw(st.lists(st.integers(-1, 6), max_size=4))),
    lambda d, draw: d["unmet"].pop() if d["unmet"] else None,
    lambda d, draw: _some(d["unmet"], draw).update(days_short=draw(st.integers(0, 12))),
    lambda d, draw: _some(d["unmet"], draw).update(reason=draw(st.sampled_from(list(UnmetReason)))),
    lambda d, draw: _some(d["unmet"], draw).update(reason="bored"),
    lambda d, draw: _some(d["levels"], draw).update(value=draw(st.floats(-9, 99))),
    lambda d, draw: _some(d["levels"], draw).update(bound=draw(st.none() | st.floats(-9, 99))),
    lambda d, draw: _some(d["levels"], draw).update(name="speed"),
    lambda d, draw: d["levels"].reverse(),
    lambda d, draw: d.update(status=draw(st.sampled_from(["optimal", "infeasible", "fine"]))),
    lambda d, draw: d.update(instance_sha256="f" * 64),
]
STRICTER = ("does not hold", "claimed optimal", "listed as unmet twice")
CHECKED_BY_BOTH = "the reason no_candidate does not hold"


def ours(instance: Instance, raw: bytes, digest: str) -> list[str]:
    """Breaches that the independent checker looks for too."""
    try:
        lines = verify(instance, read_result(raw), instance_sha256=digest).breaches
    except ResultError as error:
        return error.problems
    return [line for line in lines if CHECKED_BY_BOTH in line or not any(part in line for part in STRICTER)]


class TestAgreement:
    @settings(max_examples=150, deadline=None)
    @given(seed=st.integers(0, 10_000), data=st.data())
    def test_verifier_and_independent_checker_agree(self, seed: int, data: st.DataObject):
        instance = random_instance(seed)
        raw_instance = write_instance(instance)
        digest = sha256(raw_instance)
        true = truthful(instance, random_engagements(instance, seed), digest)
        assert not verify(instance, true, instance_sha256=digest).breaches
        result = json.loads(write_result(true))
        for mutate in data.draw(st.lists(st.sampled_from(MUTATIONS), max_size=2)):
            mutate(result, data.draw)
        theirs, _ = independent_checker.check(json.loads(raw_instance), result, digest, 1e-6)
        assert bool(ours(instance, json.dumps(result).encode(), digest)) == bool(theirs)

    @settings(max_examples=40, deadline=None)
    @given(seed=st.integers(0, 10_000))
    def test_measures_are_those_of_the_independent_checker(self, seed: int):
        instance = random_instance(seed, partners=8, requests=7, months=5)
        raw = write_instance(instance)
        true = truthful(instance, random_engagements(instance, seed), sha256(raw))
        result = json.loads(write_result(true))
        _, theirs = independent_checker.check(json.loads(raw), result, sha256(raw), 1e-6)
        ours = verify(instance, true).measures
        assert {name: ours[name] for name in ours} == pytest.approx({name: theirs[name] for name in ours})
