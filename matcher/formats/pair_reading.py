"""Reading the lists of an instance that name pairs: locked, forbidden, previous."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.formats.document import DAYS_LIMIT, Row, shown, text_problem
from matcher.problem.instance import CandidateTable, Engagement, Partner, Request

Pair = tuple[str, str]


class PairReader:
    """Reads pairs of a known partner and a known request from the lists of a document."""

    def __init__(
        self, top: Row, months: int, partners: Sequence[Partner], requests: Sequence[Request]
    ) -> None:
        self.top = top
        self.months = months
        self.partners = {partner.id: at for at, partner in enumerate(partners)}
        self.requests = {request.id: at for at, request in enumerate(requests)}

    def engagements(self, name: str, table: CandidateTable | None = None) -> tuple[Engagement, ...]:
        """The engagements of a list, sorted by request and partner; with a table, each must be a candidate."""
        candidates = self._numbers(table) if table is not None and self.top.items(name) else None
        found: dict[Pair, Engagement] = {}
        for position, value in enumerate(self.top.items(name)):
            row = Row(value, f"{name}[{position}]", self.top.problems, ("partner", "request", "days"))
            pair = (row.identifier("partner"), row.identifier("request"))
            days = row.whole_numbers("days", self.months, DAYS_LIMIT)
            if not self._is_known(row, pair):
                continue
            if candidates is not None and self._number(pair) not in candidates:
                row.say("", f"{pair[0]} is no candidate for {pair[1]}")
            if pair in found:
                row.say("", f"{pair[0]} and {pair[1]} are listed twice")
            found[pair] = Engagement(*pair, days)
        return tuple(sorted(found.values(), key=lambda engagement: (engagement.request, engagement.partner)))

    def forbidden(self) -> tuple[Pair, ...]:
        """The pairs never to be engaged, sorted."""
        found: set[Pair] = set()
        for position, value in enumerate(self.top.items("forbidden")):
            path = f"forbidden[{position}]"
            if not isinstance(value, list) or len(value) != 2 or any(map(text_problem, value)):
                self.top.say(path, "must be a list of two ids, the partner and the request")
                continue
            pair = (value[0], value[1])
            row = Row({}, path, self.top.problems, ())
            if self._is_known(row, pair) and pair in found:
                row.say("", f"{pair[0]} and {pair[1]} are listed twice")
            found.add(pair)
        return tuple(sorted(found))

    def _is_known(self, row: Row, pair: Pair) -> bool:
        if pair[0] and pair[0] not in self.partners:
            row.say("partner", f"{shown(pair[0])} is no partner")
        if pair[1] and pair[1] not in self.requests:
            row.say("request", f"{shown(pair[1])} is no request")
        return pair[0] in self.partners and pair[1] in self.requests

    def _number(self, pair: Pair) -> int:
        """A pair as one number, so that millions of candidates can be looked up."""
        return self.requests[pair[1]] * len(self.partners) + self.partners[pair[0]]

    def _numbers(self, table: CandidateTable) -> set[int]:
        return set((table.request * len(self.partners) + table.partner).tolist())
