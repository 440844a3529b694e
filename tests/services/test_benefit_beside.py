"""The benefit of two runs under different values, counted with those of the first."""

from __future__ import annotations

import pytest

from matcher.problem.scenario import Changes, WeightFactor
from tests.services.conftest import Country
from tests.services.matched import Matched
from tests.services.test_scenarios import ONE_ENGINE, solved
from webapp.services import comparisons
from webapp.store.unit_of_work import Database


@ONE_ENGINE
def test_under_other_weights_the_benefit_of_both_is_counted_with_those_of_the_first(
    database: Database, matched: Matched, country: Country
) -> None:
    other = solved(database, matched.round_id, changes=Changes(weights=(WeightFactor("UEC", 2.0),)))
    plain = solved(database, matched.round_id)
    with database.unit(writing=False) as unit:
        both = {"first_id": plain, "second_id": other}
        pair = comparisons.pair(unit, actor=country.reviewer, **both)
        alike = comparisons.pair(unit, actor=country.reviewer, first_id=plain, second_id=matched.run_id)
    assert (alike.alike, alike.benefit) == (True, None)
    assert pair.benefit is not None
    own = {
        run.id: {each["name"]: each["value"] for each in run.levels}["value"]
        for run in (pair.first, pair.second)
    }
    assert pair.benefit[0] == pytest.approx(own[plain])
    assert pair.benefit[1] <= pair.benefit[0] * 1.001
    assert own[other] > own[plain]
