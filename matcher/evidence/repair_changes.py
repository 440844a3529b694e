"""What a repair changed and why: which engagements are gone, new or of other days, each with its cause.

Read from what stood, what stands now and the events, so that the command line and the service say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matcher.problem.instance import Engagement

Pair = tuple[str, str]
Days = tuple[int, ...]


class Why(StrEnum):
    """Why an engagement changed that no event hit by itself."""

    PUT_ASIDE = "put_aside"
    OTHER_MONTHS = "other_months"
    MADE_WAY = "made_way"
    FILLS_GAP = "fills_gap"
    USES_FREED_DAYS = "uses_freed_days"
    BETTER_NOW = "better_now"


@dataclass(frozen=True, slots=True, order=True)
class RepairEvent:
    """One thing that happened: its code, and whom it hit ("" where not one partner or not one request)."""

    code: str
    partner: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One engagement before and after, in days; ``why`` is the code of an event or one of ``Why``."""

    partner: str
    request: str
    before: int
    after: int
    why: str


def repair_changes(
    stood: Iterable[Engagement],
    stands: Iterable[Engagement],
    causes: Sequence[RepairEvent],
    *,
    aside: Collection[Pair] = (),
) -> tuple[Change, ...]:
    """Every engagement that changed, by request, then partner. ``aside`` are pairs that people keep apart."""
    was, now = _days(stood), _days(stands)
    told = _Told(was, now, causes, aside)
    pairs = sorted(was.keys() | now.keys(), key=lambda pair: (pair[1], pair[0]))
    return tuple(
        Change(*pair, sum(was.get(pair, ())), sum(now.get(pair, ())), told.why(pair))
        for pair in pairs
        if was.get(pair) != now.get(pair)
    )


class _Told:
    """Tells the cause of each change from all of them."""

    def __init__(
        self,
        was: Mapping[Pair, Days],
        now: Mapping[Pair, Days],
        causes: Sequence[RepairEvent],
        aside: Collection[Pair],
    ) -> None:
        self._gains = {
            pair: sum(now.get(pair, ())) - sum(was.get(pair, ())) for pair in was.keys() | now.keys()
        }
        self._hit = {(each.partner, each.request): each.code for each in reversed(causes)}
        self._aside = frozenset(aside)
        fewer = [pair for pair, gain in self._gains.items() if gain < 0]
        self._freed = {partner for partner, _ in (*fewer, *self._hit)}
        self._short = {request for _, request in fewer}
        self._robbed = {pair[1] for pair in fewer if self._event(pair)}

    def why(self, pair: Pair) -> str:
        """The event that hit the pair, else what the change does for others."""
        gain, (partner, request) = self._gains[pair], pair
        if gain > 0:
            return self._hit.get(("", request)) or self._taken(partner, request)
        if (code := self._event(pair)) is not None:
            return code
        if pair in self._aside:
            return Why.PUT_ASIDE
        return Why.MADE_WAY if gain else Why.OTHER_MONTHS

    def _event(self, pair: Pair) -> str | None:
        partner, request = pair
        return next(
            (self._hit[hit] for hit in (pair, ("", request), (partner, "")) if hit in self._hit), None
        )

    def _taken(self, partner: str, request: str) -> str:
        """What more days are for: a gap that an event tore, else the partner's free days, else any gap."""
        if request in self._robbed:
            return Why.FILLS_GAP
        if partner in self._freed:
            return Why.USES_FREED_DAYS
        return Why.FILLS_GAP if request in self._short else Why.BETTER_NOW


def _days(engagements: Iterable[Engagement]) -> dict[Pair, Days]:
    return {each.pair: each.days for each in engagements}
