"""How a level's value, its bound and a difference are written: one place, with their unit."""

from __future__ import annotations

import pytest

from webapp.national.presenters.compare_levels import SMALLER_THAN_GAPS, better
from webapp.ui import ladder


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("mandated", 1.0, "1 severity point"),
        ("floors", 12.0, "12 days short"),
        ("worst_group", 0.559, "55.9%"),
        ("value", 27703.8757, "27,703.9 points of benefit"),
        ("value", 0.0042, "0.004 points of benefit"),
        ("change", 3.0, "3 matches changed"),
        ("travel", 1200.0, "1,200 kilometre-days"),
    ],
)
def test_a_value_has_its_unit(name: str, value: float, words: str) -> None:
    assert ladder.shown(name, value) == words


def test_how_close_a_level_is_says_what_is_open_in_its_own_unit() -> None:
    assert ladder.closeness("mandated", 36.0, 36.0) == "Proven best"
    assert ladder.closeness("value", 995.0, 1000.0) == "Within 0.50%: at most 5 points of benefit more"
    assert ladder.closeness("floors", 3.0, 2.0) == "Within 50.00%: at most 1 day fewer"
    assert ladder.closeness("floors", 3.0, 0.0) == "At most 3 days fewer"
    assert ladder.closeness("worst_group", 0.5, 0.52).endswith("at most 2.0 percentage points more")


def test_a_difference_that_either_run_could_still_close_says_so() -> None:
    one, other = {"value": 100.0, "bound": 110.0}, {"value": 103.0, "bound": 108.0}
    assert better("value", one, other) == f"The second, by 3 points of benefit. {SMALLER_THAN_GAPS}"
    proven = {"value": 103.0, "bound": 103.0}
    assert better("value", one, proven).endswith("smaller than what the first may still be short of.")
    assert better("value", {"value": 100.0, "bound": 101.0}, proven) == "The second, by 3 points of benefit."
    assert (
        better("floors", {"value": 2.0, "bound": 2.0}, {"value": 5.0, "bound": 5.0})
        == "The first, by 3 days."
    )
    assert better("value", one, None) == "Cannot be compared"
