"""The product's own certificate: every rule and every level recomputed from the rows of the instance.

Ignorant of any solver (it imports the problem and the shape of a result, nothing else), so that an allocation
is believed for what it is and not for how it was made. What it asserts is MODEL.md section 5; each breach
is a line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from matcher.allocation.result import Allocation, Stage, Status
from matcher.evidence.clash_claims import clash_breaches
from matcher.evidence.measures import SMALLER_IS_BETTER, Tally, measure, tally
from matcher.evidence.rules import essential_breaches, rule_breaches
from matcher.evidence.unmet_claims import UnmetClaims
from matcher.problem.instance import Engagement, Instance

TOLERANCE: Final = 1e-6
DEFAULT_GAP: Final = 0.001
_LEVELS: Final = frozenset(
    {"mandated", "floors", "worst_group", "worst_request", "value", "change", "travel"}
)


@dataclass(frozen=True)
class Certificate:
    """Whether an allocation keeps every rule and is as good as it says, and what it adds up to."""

    passed: bool
    breaches: tuple[str, ...]
    measures: Mapping[str, float]


def verify(instance: Instance, allocation: Allocation, *, instance_sha256: str | None = None) -> Certificate:
    """Check an allocation against its instance, and its digest where that of the instance's file is given."""
    breaches: list[str] = []
    measures: dict[str, float] = {}
    if instance_sha256 is not None and allocation.instance_sha256 != instance_sha256:
        breaches.append("result was made from another instance (sha256 differs)")
    if allocation.status is Status.INFEASIBLE:
        breaches += clash_breaches(instance, allocation)
    else:
        check = _Check(instance, allocation)
        breaches += check.breaches()
        measures = check.measures
    return Certificate(passed=not breaches, breaches=tuple(breaches), measures=measures)


class _Check:
    """One allocation that claims to be feasible, beside its instance."""

    def __init__(self, instance: Instance, allocation: Allocation) -> None:
        self.instance = instance
        self.allocation = allocation
        self.malformed: list[str] = []
        self.counts: Tally = tally(instance, self._countable())
        self.measures = measure(instance, self.counts)
        self.asked = _gap(allocation.certificate.get("gap", DEFAULT_GAP))

    def breaches(self) -> Iterator[str]:
        yield from self.malformed
        yield from self._order()
        yield from rule_breaches(self.instance, self.counts)
        yield from essential_breaches(self.instance, self.counts)
        yield from self._locks()
        yield from self._unmet()
        yield from self._levels()
        if self.asked is None:
            yield "certificate.gap: is no number from 0 to less than 1"

    def _countable(self) -> Iterator[Engagement]:
        """Engagements of candidates, each pair once, with whole days for each month; the rest is noted."""
        seen: set[tuple[str, str]] = set()
        for engagement in self.allocation.engagements:
            pair = engagement.pair
            problem = None
            if pair in seen:
                problem = "listed twice"
            elif self.instance.row_of(*pair) is None:
                problem = "not a candidate"
            elif len(engagement.days) != len(self.instance.months) or min(engagement.days) < 0:
                problem = f"days must be {len(self.instance.months)} whole numbers, none negative"
            seen.add(pair)
            if problem is None:
                yield engagement
            else:
                self.malformed.append(f"{pair[0]} -> {pair[1]}: {problem}")

    def _order(self) -> Iterator[str]:
        pairs = [(engagement.request, engagement.partner) for engagement in self.allocation.engagements]
        if pairs != sorted(pairs):
            yield "engagements are not sorted by request, then partner"

    def _locks(self) -> Iterator[str]:
        for lock in self.instance.locked:
            found = self.counts.pairs.get(lock.pair)
            if found is None or found.days != lock.days:
                days = list(found.days) if found else None
                yield f"{lock.partner} -> {lock.request}: locked at {list(lock.days)}, found {days}"

    def _unmet(self) -> Iterator[str]:
        """Every request short of days is listed once, by how many, with a reason that holds; no other is."""
        short = {
            request.id: request.days - self.counts.days.get(request.id, 0)
            for request in self.instance.requests
            if self.counts.days.get(request.id, 0) < request.days
        }
        listed = Counter(unmet.request for unmet in self.allocation.unmet)
        for request in sorted(short.keys() - listed.keys()):
            yield f"{request}: short of days and not listed as unmet with a reason"
        for request in sorted(listed.keys() - short.keys()):
            yield f"{request}: listed as unmet but has all its days or is not known"
        yield from (f"{request}: listed as unmet twice" for request in sorted(listed) if listed[request] > 1)
        claims = UnmetClaims(self.instance, self.counts)
        for unmet in self.allocation.unmet:
            if unmet.request not in short:
                continue
            if unmet.days_short != short[unmet.request]:
                yield f"{unmet.request}: days_short is {unmet.days_short}, should be {short[unmet.request]}"
            if not claims.holds(unmet):
                yield f"{unmet.request}: the reason {unmet.reason} does not hold"

    def _levels(self) -> Iterator[str]:
        names = [level.name for level in self.allocation.levels]
        if names != list(self.instance.ladder):
            yield f"levels are {names}, the instance asks for {list(self.instance.ladder)}"
        for level in self.allocation.levels:
            if level.name not in _LEVELS:
                yield f"level {level.name}: unknown name"
                continue
            yield from self._level(level, self.measures[level.name])

    def _level(self, level: Stage, recomputed: float) -> Iterator[str]:
        """The value is what the engagements score, and no better than its own bound."""
        slack = TOLERANCE * max(1.0, abs(recomputed))
        if not abs(level.value - recomputed) <= slack:
            yield f"level {level.name}: claims {level.value}, recomputed {recomputed}"
        sign = -1.0 if level.name in SMALLER_IS_BETTER else 1.0
        if not sign * recomputed <= sign * level.bound + slack:
            yield f"level {level.name}: value {recomputed} is beyond its own bound {level.bound}"
        asked = 0.0 if self.asked is None else self.asked
        missing = sign * (level.bound - recomputed)
        allowed = asked * max(abs(level.bound), abs(recomputed)) + slack
        if self.allocation.status is Status.OPTIMAL and not missing <= allowed:
            yield f"level {level.name}: claimed optimal, yet not within {asked} of its bound {level.bound}"


def _gap(claimed: object) -> float | None:
    """The gap that was asked for; None for what is none."""
    if isinstance(claimed, int | float) and not isinstance(claimed, bool) and 0 <= claimed < 1:
        return float(claimed)
    return None
