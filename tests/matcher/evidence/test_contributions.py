"""What an engagement adds: the same as measuring the allocation with it and without it."""

import pytest

from matcher.evidence.contributions import Contributions
from matcher.evidence.measures import measure, tally
from matcher.evidence.situation import Situation
from tests.matcher.random_instances import random_instance
from tests.matcher.truthful_results import random_engagements


@pytest.mark.parametrize("seed", range(60))
def test_each_loss_is_the_difference_that_measuring_shows(seed: int) -> None:
    instance = random_instance(seed, partners=8, requests=7)
    engagements = random_engagements(instance, seed)
    found = Contributions(Situation(instance, engagements))
    whole = measure(instance, tally(instance, engagements))
    for gone in engagements:
        rest = measure(instance, tally(instance, [each for each in engagements if each is not gone]))
        losses = {each.level: each.loss for each in found.of(gone)}
        assert losses == pytest.approx(
            {
                "mandated": whole["mandated"] - rest["mandated"],
                "floors": rest["floors"] - whole["floors"],
                "worst_group": whole["worst_group"] - rest["worst_group"],
                "value": whole["value"] - rest["value"],
            },
            abs=1e-5,
        )


def test_the_samples_hold_losses_on_every_level() -> None:
    lost = set()
    for seed in range(60):
        instance = random_instance(seed, partners=8, requests=7)
        engagements = random_engagements(instance, seed)
        found = Contributions(Situation(instance, engagements))
        lost |= {each.level for gone in engagements for each in found.of(gone) if each.loss > 0}
    assert lost == {"mandated", "floors", "worst_group", "value"}
