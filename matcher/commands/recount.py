"""Whether engagements that answer a question keep every hard rule, counted without any solver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcher.evidence.measures import measure, tally
from matcher.evidence.rules import essential_breaches, rule_breaches
from matcher.problem.instance import Engagement, Instance

_NEAR = 1e-6


def is_kept(
    instance: Instance, engagements: Iterable[Engagement], levels: Mapping[str, float] | None = None
) -> bool:
    """No rule broken, and each level as claimed."""
    counts = tally(instance, engagements)
    if any(rule_breaches(instance, counts)) or any(essential_breaches(instance, counts)):
        return False
    counted = measure(instance, counts) if levels else {}
    return all(
        abs(value - counted[name]) <= _NEAR * max(1.0, abs(value)) for name, value in (levels or {}).items()
    )
