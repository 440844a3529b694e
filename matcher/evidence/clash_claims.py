"""Whether "infeasible" holds: the locks it names cannot stand together, and with one fewer they could."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.allocation.result import Allocation, Clash
from matcher.evidence.measures import tally
from matcher.evidence.rules import rule_breaches
from matcher.problem.instance import Engagement, Instance

_COVER_RULES = ("essential", "cover")


def clash_breaches(instance: Instance, allocation: Allocation) -> Iterator[str]:
    """What is wrong with an infeasible answer, a line each."""
    if allocation.engagements or allocation.levels:
        yield "infeasible, yet it lists engagements or levels"
    if not allocation.clash:
        yield "infeasible without saying what clashes"
        return
    locks = _named_locks(instance, allocation.clash)
    if not locks:
        yield "the clash names no lock of the instance"
    elif not _clash(instance, locks):
        if not _is_about_cover(allocation.clash):
            yield "the locks that the clash names break no rule"
    else:
        for lock in locks:
            if _clash(instance, [other for other in locks if other is not lock]):
                yield f"the clash is not the smallest: it stands without {lock.partner} -> {lock.request}"


def _named_locks(instance: Instance, clash: tuple[Clash, ...]) -> list[Engagement]:
    """The locks that a clash names; where it names a partner or a request alone, all locks of that side."""
    pairs = {(item.partner, item.request) for item in clash if item.partner and item.request}
    if pairs:
        return [lock for lock in instance.locked if lock.pair in pairs]
    partners = {item.partner for item in clash} - {None}
    requests = {item.request for item in clash} - {None}
    return [lock for lock in instance.locked if lock.partner in partners or lock.request in requests]


def _clash(instance: Instance, locks: list[Engagement]) -> bool:
    return any(True for _ in rule_breaches(instance, tally(instance, locks)))


def _is_about_cover(clash: tuple[Clash, ...]) -> bool:
    """Whether essential skills are what fails: others might join, so the locks alone prove nothing here."""
    return any(word in item.rule for item in clash for word in _COVER_RULES)
