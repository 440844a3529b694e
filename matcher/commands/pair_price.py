"""What it costs to put a pair together, as JSON: exact in its neighbourhood, and "at least" where prices tell."""

from __future__ import annotations

from typing import Any

from matcher.allocation.forcing import force
from matcher.allocation.result import Allocation
from matcher.allocation.settled import Settled
from matcher.commands.recount import is_kept
from matcher.commands.worth import least_value_loss
from matcher.problem.instance import Instance
from matcher.problem.records import encode

_PRICED = 20_000
"""Most candidates for which prices over all of them are worked out for one question: about a second."""
_SCOPE = (
    "The loss is that of this neighbourhood, solved again with the pair and without it while everything else is "
    "kept; over the whole instance it may be more or less."
)


def price_of_pair(instance: Instance, allocation: Allocation, pair: tuple[str, str]) -> dict[str, Any] | None:
    """The loss on each level if a candidate is engaged; None for a pair that a rule or a lock decides, or that no way
    was found to engage."""
    forced = force(Settled.of(instance, allocation.engagements), pair)
    if forced is None:
        return None
    loss = forced.loss
    levels = [
        {
            "level": name,
            "now": forced.now[name],
            "best_nearby": forced.without[name],
            "with_the_pair": forced.after[name],
            "loss": loss[name],
        }
        for name in forced.after
    ]
    is_priced = len(instance.candidates) <= _PRICED
    return {
        "days": forced.days,
        "levels": levels,
        "value_loss_at_least": least_value_loss(instance, allocation, pair) if is_priced else None,
        "dropped": encode(forced.dropped),
        "added": encode(forced.added),
        "neighbourhood": {
            "requests": list(forced.extent.requests),
            "requests_of_all": len(instance.requests),
            "candidates": forced.extent.candidates,
        },
        "scope": _SCOPE,
        "rules_kept": is_kept(instance, forced.engagements, forced.after),
    }
