"""What stored prices say of one more day."""

import numpy as np

from matcher.candidates.graph import build
from matcher.evidence.prices import IntervalPrices, most_binding, summarise, worth_of_days
from matcher.problem.partners import HeldSkill
from tests.matcher.snapshot_factory import partner, request, snapshot


def graph():
    return build(
        snapshot(
            partner("a", skills=(HeldSkill("ED-4HR", 3), HeldSkill("M-LEAN", 2))),
            partner("b", region="SOUTH", skills=(HeldSkill("ED-4HR", 3),)),
            request(),
        )
    )


PRICES = IntervalPrices(
    partner=np.array([0, 0, 1]),
    first=np.array([0, 2, 1]),
    last=np.array([5, 3, 1]),
    price=np.array([1.0, 2.5, 4.0]),
)


def test_a_day_is_worth_the_prices_of_all_intervals_that_hold_its_month():
    worth = worth_of_days(graph().instance, PRICES)
    assert worth.tolist() == [[1.0, 1.0, 3.5, 3.5, 1.0, 1.0], [0.0, 4.0, 0.0, 0.0, 0.0, 0.0]]


def test_worth_is_summed_up_by_region_skill_and_month():
    asked = graph()
    found = {
        (each.region, each.skill, each.month): (each.partners, each.highest, each.mean)
        for each in summarise(asked.instance, worth_of_days(asked.instance, PRICES), asked)
    }
    assert found["SOUTH", None, 1] == (1, 4.0, 4.0)
    assert found[None, "ED-4HR", 1] == (2, 4.0, 2.5)
    assert found[None, "M-LEAN", 2] == (1, 3.5, 3.5)
    assert ("MIDDLE", None, 0) not in found


def test_without_a_snapshot_skills_are_not_known():
    instance = graph().instance
    assert {each.skill for each in summarise(instance, worth_of_days(instance, PRICES))} == {None}


def test_the_dearest_groups_are_named_month_by_month_with_the_partner_that_binds():
    asked = graph()
    found = most_binding(asked.instance, worth_of_days(asked.instance, PRICES), asked, 1)
    named = [(each.region or each.skill, each.month, partner) for each, partner in found]
    assert named[0] == ("SOUTH", 1, "b")
    assert [(month, partner) for code, month, partner in named if code == "ED-4HR"] == [
        (1, "b"),
        (2, "a"),
        (3, "a"),
        (0, "a"),
        (4, "a"),
        (5, "a"),
    ]
    assert {code for code, _, _ in named} == {"SOUTH", "ED-4HR"}
