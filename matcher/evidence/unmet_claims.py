"""Whether the reason given for an unmet request holds.

Each reason is a statement about the candidates of the request, checked against the instance and the days that
stand:

- ``no_candidate``: nobody may be engaged (prohibited pairs do not count);
- ``only_conflicted``: nobody may, and somebody is barred by own organisation, conflict, exclusion or
  prohibition;
- ``window_too_short``: alone in the world, no candidate could give more days in the window than stand now;
- ``team_full``: as many partners as the request allows;
- ``no_capacity_left``: nobody can be added beside what stands (with the essential skills, where they are a
  hard rule), and nobody on the team can give another day;
- ``essential_skill_missing``: essential skills are a hard rule, and the team with all who have room lacks one
  (or needs more partners than the team may have);
- ``outranked``: there are days for it, were they not used or kept for what ranks above.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matcher.allocation.result import Unmet, UnmetReason
from matcher.evidence.measures import Tally
from matcher.evidence.room import BoolArray, Room, find_room
from matcher.problem.instance import Instance, IntArray, Request


class UnmetClaims:
    """Checks reasons for one allocation."""

    def __init__(self, instance: Instance, counts: Tally) -> None:
        self.instance = instance
        self.counts = counts
        self.room: Room = find_room(instance, counts)
        self.locked = instance.locked_pairs
        self.usable = np.ones(len(instance.candidates), dtype=np.bool_)
        for partner, request in instance.forbidden:
            row = instance.row_of(partner, request)
            if row is not None:
                self.usable[row] = False

    def holds(self, unmet: Unmet) -> bool:
        """Whether the reason of an unmet request (one of the instance's) is true of it."""
        rows = RequestRows(self, self.instance.requests[self.instance.request_index[unmet.request]])
        return _CHECKS[unmet.reason](rows)


class RequestRows:
    """The candidates of one request, and what can be said of them."""

    def __init__(self, claims: UnmetClaims, request: Request) -> None:
        instance, counts = claims.instance, claims.counts
        at = instance.request_index[request.id]
        first, last = int(instance.candidate_start[at]), int(instance.candidate_start[at + 1])
        self.rows: IntArray = np.arange(first, last)[claims.usable[first:last]]
        self.some_forbidden = len(self.rows) < last - first
        self.instance = instance
        self.request = request
        self.covered = counts.covered.get(request.id, set())
        self.team_size = counts.team.get(request.id, 0)
        self.short = request.days - counts.days.get(request.id, 0)
        table, room = instance.candidates, claims.room
        pairs = [(instance.partners[at].id, request.id) for at in table.partner[self.rows].tolist()]
        self.held = np.array(
            [counts.pairs[pair].total_days if pair in counts.pairs else 0 for pair in pairs], np.int64
        )
        self.on_team = np.array([pair in counts.pairs for pair in pairs], dtype=np.bool_)
        self.fixed = np.array([pair in claims.locked for pair in pairs], dtype=np.bool_)
        self.low, self.high = table.min_days[self.rows], table.max_days[self.rows]
        self.gross, self.left = room.gross[self.rows], room.days[self.rows]
        self.is_open = room.is_open[self.rows]

    def could_ever_give_more(self) -> BoolArray:
        """Candidates that could give more than they do if no other engagement stood (and the team shared out
        its days anew)."""
        fresh = ~self.on_team & (self.gross >= self.low) & (self.request.days >= self.low)
        longer = self.on_team & ~self.fixed & (np.minimum(self.gross, self.high) > self.held)
        return fresh | longer

    def can_join(self) -> BoolArray:
        """Candidates with room for their smallest block beside all that stands."""
        return ~self.on_team & self.is_open & (self.left >= self.low) & (self.short >= self.low)

    def can_give_more(self) -> BoolArray:
        """Candidates that could be given another day, or join a team that has a place."""
        longer = self.on_team & ~self.fixed & (self.left >= 1) & (self.held < self.high)
        return longer | self.can_join() if self.team_size < self.request.max_team else longer

    def barred_partner_exists(self) -> bool:
        """Whether some partner is kept off by prohibition, own organisation, conflict or exclusion."""
        request = self.request
        return self.some_forbidden or any(
            partner.id in request.excluded
            or (
                request.organisation is not None
                and (
                    partner.organisation == request.organisation or request.organisation in partner.conflicts
                )
            )
            for partner in self.instance.partners
        )

    def essentials_in_reach(self) -> bool:
        """Whether the team, with those who could still join it, can cover every essential skill."""
        essential = sorted({skill.skill for skill in self.request.skills if skill.essential} - self.covered)
        number = {skill: 1 << at for at, skill in enumerate(essential)}
        joining = (self.instance.candidate(row).covers for row in self.rows[self.can_join()].tolist())
        useful = {sum(number.get(skill, 0) for skill in covers) for covers in joining} - {0}
        reached = {0}
        for _ in range(min(self.request.max_team - self.team_size, len(essential))):
            reached |= {done | more for done in reached for more in useful}
        return (1 << len(essential)) - 1 in reached


def _no_candidate(rows: RequestRows) -> bool:
    return len(rows.rows) == 0


def _only_conflicted(rows: RequestRows) -> bool:
    return len(rows.rows) == 0 and rows.barred_partner_exists()


def _window_too_short(rows: RequestRows) -> bool:
    return len(rows.rows) > 0 and not rows.could_ever_give_more().any()


def _team_full(rows: RequestRows) -> bool:
    return rows.team_size >= rows.request.max_team


def _no_capacity_left(rows: RequestRows) -> bool:
    if len(rows.rows) == 0:
        return False
    return not rows.can_give_more().any() or _essential_skill_missing(rows)


def _essential_skill_missing(rows: RequestRows) -> bool:
    return rows.instance.essential_is_hard and not rows.essentials_in_reach()


def _outranked(rows: RequestRows) -> bool:
    return bool(rows.could_ever_give_more().any())


_CHECKS: dict[UnmetReason, Callable[[RequestRows], bool]] = {
    UnmetReason.NO_CANDIDATE: _no_candidate,
    UnmetReason.ONLY_CONFLICTED: _only_conflicted,
    UnmetReason.WINDOW_TOO_SHORT: _window_too_short,
    UnmetReason.TEAM_FULL: _team_full,
    UnmetReason.NO_CAPACITY_LEFT: _no_capacity_left,
    UnmetReason.ESSENTIAL_SKILL_MISSING: _essential_skill_missing,
    UnmetReason.OUTRANKED: _outranked,
}
