"""What a partner holds of what was asked, in plain sentences for each reader."""

import pytest

from webapp.services.match_evidence import reasons_of
from webapp.ui import reasons

LABELS = {"A": "Planning discharge", "B": "Demand modelling", "C": "Ward rounds", "N": "Bed management"}


def skill(code, held=None, level_held=0, *, covered=False):
    return {
        "skill": code,
        "weight": 0.5,
        "level_wanted": 3,
        "held": held,
        "level_held": level_held,
        "credit": 0.5,
        "covered": covered,
    }


def told(*skills, who=reasons.THEY):
    evidence = {"fit": 0.27, "rank": 1, "candidates": 2, "covers": [], "distance_km": 3.0}
    return reasons.holding(reasons_of({**evidence, "score": {"skills": skills}}), LABELS, who)


def test_each_skill_is_said_once_with_how_far_it_is_held():
    assert told(skill("A", "A", 3, covered=True), skill("B", "B", 1), skill("C", "N", 4), skill("N")) == (
        "They hold 1 of the 4 skills asked for at the level asked for: Planning discharge.",
        "Held, but at a lower level than asked for: Demand modelling.",
        "In place of Ward rounds, the nearest skill held is Bed management.",
        "Nothing held is close to: Bed management.",
    )


@pytest.mark.parametrize(
    ("who", "first", "last"),
    [
        (reasons.THEY, "They hold none of the 2 skills asked for", "Ask what they can bring"),
        (reasons.YOU, "You hold none of the 2 skills asked for", "never counted against you"),
        (reasons.THE_PARTNER, "The partner holds none of the 2 skills asked for", "rests on related skills"),
    ],
)
def test_where_nothing_is_covered_it_says_on_what_the_match_rests(who, first, last):
    lines = told(skill("A", "N", 4), skill("C"), who=who)
    assert lines[0].startswith(first)
    assert last in lines[-1]


def test_of_one_skill_it_speaks_in_the_singular():
    assert told(skill("A", "A", 3, covered=True)) == (
        "They hold the skill asked for at the level asked for: Planning discharge.",
    )
    assert told(skill("A", "N", 1))[0] == "They do not hold the skill asked for at the level asked for."


def test_evidence_without_skills_says_nothing():
    assert told() == ()
