"""One rule at a time: a pair that is a candidate, and the change that puts it out."""

from datetime import date

import pytest

from matcher.candidates.eligibility import RULES, failed_rules, is_older, review_flags
from matcher.candidates.reasons import ReasonCode, ReviewFlag
from matcher.problem.partners import (
    CostBasis,
    Delivery,
    FormerEmployer,
    HeldSkill,
    Interest,
    InterestKind,
    Reach,
    Release,
)
from tests.matcher.snapshot_factory import partner, policy, request, snapshot


def failed(partner_changes=None, request_changes=None, **snapshot_changes):
    asked = snapshot(
        partner(**(partner_changes or {})), request(**(request_changes or {})), **snapshot_changes
    )
    return failed_rules(asked.partners[0], asked.requests[0], asked)


def interest(organisation: str, confirmed_on: date = date(2026, 3, 1)) -> Interest:
    return Interest(organisation, InterestKind.CONTRACT, date(2020, 1, 1), confirmed_on)


class TestRules:
    def test_the_usual_pair_fails_none(self):
        assert failed() == ()

    def test_each_reason_has_its_rule_in_order(self):
        assert tuple(RULES) == tuple(ReasonCode)

    @pytest.mark.parametrize(
        ("partner_changes", "request_changes", "expected"),
        [
            ({"skills": (HeldSkill("DAY-FAL", 4),)}, {}, ReasonCode.NO_CLOSE_SKILL),
            ({"skills": (HeldSkill("ED-STR", 4),)}, {}, ReasonCode.NO_CLOSE_SKILL),
            ({"skills": ()}, {}, ReasonCode.NO_CLOSE_SKILL),
            ({"reach": Reach.ICB}, {}, ReasonCode.REACH),
            ({"reach": Reach.ICB, "icb": None}, {"icb": None}, ReasonCode.REACH),
            ({"reach": Reach.REGION}, {"region": "MIDDLE"}, ReasonCode.REACH),
            ({"reach": Reach.NEIGHBOURING}, {"region": "SOUTH"}, ReasonCode.REACH),
            ({"delivery": Delivery.REMOTE}, {}, ReasonCode.DELIVERY_MODE),
            ({"delivery": Delivery.ON_SITE}, {"delivery": Delivery.REMOTE}, ReasonCode.DELIVERY_MODE),
            ({"capacity": (2, 0, 0, 0, 0, 2)}, {"window": (0, 4)}, ReasonCode.NO_CAPACITY_IN_WINDOW),
            ({"organisation": "TRUST-A"}, {}, ReasonCode.OWN_ORGANISATION),
            ({"organisation": "ICB-Z"}, {"requester": "ICB-Z"}, ReasonCode.OWN_ORGANISATION),
            ({"interests": (interest("TRUST-A"),)}, {}, ReasonCode.DECLARED_INTEREST),
            ({"interests_confirmed_on": None}, {}, ReasonCode.STALE_INTEREST),
            ({"interests_confirmed_on": date(2025, 8, 31)}, {}, ReasonCode.STALE_INTEREST),
            ({"interests": (interest("ELSEWHERE", date(2024, 1, 1)),)}, {}, ReasonCode.STALE_INTEREST),
            ({"release": Release.WITHDRAWN}, {}, ReasonCode.RELEASE_WITHDRAWN),
            ({"cost_basis": CostBasis.CONTRACT}, {}, ReasonCode.PAID_NOT_ALLOWED),
            ({}, {"excluded": ("p1",)}, ReasonCode.EXCLUDED_BY_REQUESTER),
        ],
    )
    def test_one_change_fails_one_rule(self, partner_changes, request_changes, expected):
        assert failed(partner_changes, request_changes) == (expected,)

    def test_a_forbidden_pair_fails(self):
        assert failed(forbidden=(("p1", "r1"),)) == (ReasonCode.FORBIDDEN,)

    @pytest.mark.parametrize(
        ("partner_changes", "request_changes", "policy_changes"),
        [
            ({"release": Release.MISSING}, {}, {}),
            ({"cost_basis": CostBasis.CONTRACT}, {}, {"paid_offers_allowed": True}),
            ({"icb": "ICB-X"}, {}, {}),
            ({"reach": Reach.NEIGHBOURING}, {"region": "MIDDLE"}, {}),
            ({"reach": Reach.ICB, "icb": "ICB-X"}, {}, {}),
            ({"delivery": Delivery.REMOTE}, {"delivery": Delivery.MIXED}, {}),
            ({"smallest_block": 9}, {"days": 5}, {}),
            ({"interests_confirmed_on": date(2025, 9, 1)}, {}, {}),
            ({"interests": (interest("ELSEWHERE"),)}, {}, {}),
            ({"organisation": None}, {"beneficiary": None}, {}),
        ],
    )
    def test_what_the_policy_allows_stays_a_candidate(self, partner_changes, request_changes, policy_changes):
        assert failed(partner_changes, request_changes, policy=policy(**policy_changes)) == ()

    def test_the_policy_can_insist_on_a_release(self):
        strict = policy(missing_release_blocks=True)
        assert failed({"release": Release.MISSING}, policy=strict) == (ReasonCode.RELEASE_MISSING,)

    def test_the_policy_can_bar_the_own_icb(self):
        assert failed({"icb": "ICB-X"}, policy=policy(same_icb_allowed=False)) == (ReasonCode.SAME_ICB,)

    def test_all_failed_rules_are_told_the_practical_ones_first(self):
        asked = snapshot(partner(organisation="TRUST-A", reach=Reach.ICB), request())
        assert failed_rules(asked.partners[0], asked.requests[0], asked) == (
            ReasonCode.REACH,
            ReasonCode.OWN_ORGANISATION,
        )


class TestAge:
    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2025, 9, 1), 12, False),
            (date(2025, 8, 31), 12, True),
            (date(2027, 1, 1), 12, False),
            (date(2026, 8, 31), 1, False),
        ],
    )
    def test_is_counted_in_calendar_months(self, day, months, expected):
        assert is_older(day, date(2026, 9, 1), months) is expected


class TestFlags:
    @pytest.mark.parametrize(
        ("partner_changes", "request_changes", "expected"),
        [
            ({}, {}, ()),
            ({"icb": "ICB-X"}, {}, (ReviewFlag.SAME_ICB,)),
            (
                {"former_employers": (FormerEmployer("TRUST-A", date(2024, 9, 1)),)},
                {},
                (ReviewFlag.FORMER_EMPLOYER,),
            ),
            ({"former_employers": (FormerEmployer("TRUST-A", date(2024, 8, 31)),)}, {}, ()),
            ({}, {"in_mandated_programme": True}, (ReviewFlag.MANDATED_PROGRAMME,)),
            ({"checked_on": None}, {}, (ReviewFlag.STALE_DATA,)),
            ({"release": Release.MISSING}, {}, (ReviewFlag.RELEASE_MISSING,)),
            ({"cost_basis": CostBasis.CONTRACT}, {}, (ReviewFlag.PAID_OFFER,)),
        ],
    )
    def test_each_is_raised_by_its_fact(self, partner_changes, request_changes, expected):
        asked = snapshot(partner(**partner_changes), request(**request_changes))
        assert review_flags(asked.partners[0], asked.requests[0], asked) == expected
