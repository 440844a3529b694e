"""What partners have left while plans are taken and given, as machine code: see ``rebuild`` for what it is for."""

from __future__ import annotations

from typing import NamedTuple

from matcher.allocation.arrays import BoolArray
from matcher.allocation.compilation import compiled, inlined
from matcher.allocation.plan_rules import PlanProfits, PlanRules
from matcher.problem.instance import FloatArray, IntArray, SmallIntArray


class Calendar(NamedTuple):
    """What is chosen and what is left: ``days`` (E), ``slack`` (P x M x M), ``places`` (P x M), days of groups
    (G), newly reached support of each request (R), what each request gives to each of the sums (R x K) and all of
    them together (K); ``totals`` severity supported, best level so far; ``best_days`` (E), and which requests have
    changed since (R). All of it is changed in place."""

    days: SmallIntArray
    slack: IntArray
    places: IntArray
    group_days: IntArray
    supported: IntArray
    amounts: FloatArray
    sums: FloatArray
    totals: FloatArray
    best_days: SmallIntArray
    changed: BoolArray


class Sums(NamedTuple):
    """What is added up over requests, signed so that more is better: the level first, then the held levels that are
    sums. For each, what a day and an engagement of a candidate give (K x E), and the cover of a plan (K x R x
    masks)."""

    per_day: FloatArray
    per_engagement: FloatArray
    cover: FloatArray


class Network(NamedTuple):
    """Who could help whom: months and partner of each candidate; the near candidates of each request (start,
    rows, best first); all candidates of each partner (start, rows); groups and severity of requests."""

    partner: IntArray
    first: IntArray
    last: IntArray
    high: IntArray
    near_start: IntArray
    near_rows: IntArray
    partner_start: IntArray
    partner_rows: SmallIntArray
    priority: IntArray
    region: IntArray
    severity: IntArray


class Board(NamedTuple):
    """Everything about the instance and its calendar; ``rules.high`` is written over by every look at what is left.
    ``plain`` are profits, and ``rules.cover_value`` the cover, at prices of held sums only."""

    rules: PlanRules
    plain: PlanProfits
    sums: Sums
    network: Network
    calendar: Calendar


@inlined
def commit(board: Board, row: int, days: int, sign: int) -> None:
    """Take an engagement into the calendar (sign 1) or out of it (sign -1)."""
    network, calendar = board.network, board.calendar
    partner, first, last = network.partner[row], network.first[row], network.last[row]
    for begin in range(first + 1):
        for end in range(last, calendar.slack.shape[2]):
            calendar.slack[partner, begin, end] -= sign * days
    for month in range(first, last + 1):
        calendar.places[partner, month] -= sign
    calendar.days[row] += sign * days


@inlined
def room(board: Board, row: int) -> int:
    """Days that the partner has left for a candidate, 0 where no place is left in its span."""
    network, calendar = board.network, board.calendar
    partner, first, last = network.partner[row], network.first[row], network.last[row]
    for month in range(first, last + 1):
        if calendar.places[partner, month] <= 0:
            return 0
    least: int = calendar.slack[partner, first, last]
    for begin in range(first + 1):
        for end in range(last, calendar.slack.shape[2]):
            least = min(least, calendar.slack[partner, begin, end])
    return max(least, 0)


@inlined
def settle(board: Board, request: int) -> None:
    """Write what the request's engagements give to each sum, and whether they support it."""
    rules, _, sums, network, calendar = board
    mask, total = 0, 0
    for number in range(len(calendar.sums)):
        calendar.amounts[request, number] = 0.0
    for row in range(rules.start[request], rules.start[request + 1]):
        if calendar.days[row] > 0:
            mask |= rules.covers[row]
            total += calendar.days[row]
            for number in range(len(calendar.sums)):
                given = sums.per_day[number, row] * calendar.days[row] + sums.per_engagement[number, row]
                calendar.amounts[request, number] += given
    for number in range(len(calendar.sums)):
        calendar.amounts[request, number] += sums.cover[number, request, mask]
    needs = rules.support_days[request]
    reached = needs >= 0 and total >= needs and mask & rules.essential[request] == rules.essential[request]
    calendar.supported[request] = 1 if reached else 0
    calendar.group_days[network.priority[request]] += total
    calendar.group_days[network.region[request]] += total


@inlined
def take_away(board: Board, request: int) -> None:
    """Take the plan of a request out of the calendar."""
    rules, _, _, network, calendar = board
    total = 0
    for row in range(rules.start[request], rules.start[request + 1]):
        if calendar.days[row] > 0:
            total += calendar.days[row]
            commit(board, row, calendar.days[row], -1)
    calendar.group_days[network.priority[request]] -= total
    calendar.group_days[network.region[request]] -= total


@compiled
def commit_all(board: Board, days: IntArray) -> None:
    """Take all engagements into an empty calendar."""
    for row in range(len(days)):
        if days[row] > 0:
            commit(board, row, days[row], 1)


@compiled
def settle_all(board: Board) -> None:
    """Count value, support and group days of all requests in a calendar that has none counted."""
    for request in range(len(board.rules.days)):
        settle(board, request)
