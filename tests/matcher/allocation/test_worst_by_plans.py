"""The worst group over whole plans: a bound that no answer passes, and days that keep the rules."""

from __future__ import annotations

import pytest

from matcher.allocation.effort import Effort
from matcher.allocation.formulation import formulate
from matcher.allocation.locks import open_instance
from matcher.allocation.relaxation import relax
from matcher.allocation.search import keeps
from matcher.allocation.worst_by_plans import worst_by_plans
from tests.matcher.allocation.oracle import Oracle
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document


@pytest.mark.parametrize("seed", range(24))
def test_no_answer_has_a_better_worst_group_than_the_bound(seed):
    document = {**random_document(seed), "essential_is_hard": False, "ladder": ["worst_group"]}
    instance = as_instance(document)
    opening = open_instance(instance)
    best = Oracle(instance).best()
    assert best is not None
    assert opening.arrays is not None
    assert opening.days is not None
    relaxation = relax(formulate(opening.arrays, "worst_group", ()))
    assert relaxation is not None

    found = worst_by_plans(opening.arrays, (), relaxation, opening.days, Effort())

    assert found is not None
    assert found[0] >= best[0] - 1e-7
    assert found[0] <= relaxation.bound + 1e-3
    assert keeps(opening.arrays, found[1], ())
