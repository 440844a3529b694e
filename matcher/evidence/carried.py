"""What of the evidence of an allocation still holds for the next one, so that a repair explains what it changed.

Nothing is guessed: a piece is carried over only where all that it was made from is the same, so that the evidence
is, byte for byte, what explaining everything anew would give (a replay does just that). What one engagement adds to
each level rests on everybody's days and is always told anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.candidates.graph import CandidateGraph
from matcher.evidence.contributions import Contributions
from matcher.evidence.match_evidence import MatchEvidence, explain_match
from matcher.evidence.situation import Situation
from matcher.problem.instance import CandidateTable, Engagement, Instance, IntArray

_NEEDS = ("as_of", "months", "taxonomy", "policy", "partners", "requests")
Pair = tuple[str, str]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Explained:
    """A situation with the evidence of its engagements."""

    situation: Situation
    matches: Mapping[Pair, MatchEvidence]


def explained(graph: CandidateGraph, before: Explained | None = None) -> Explained:
    """What stands in a snapshot (its ``previous``), explained before anybody asks; taken from a situation that was
    explained already, as far as that still holds."""
    instance = graph.instance
    standing = tuple(each for each in instance.previous if instance.row_of(*each.pair) is not None)
    situation = Situation(instance, standing, graph)
    contributions = Contributions(situation)
    tell = explain_match if before is None else Carried(situation, before).match
    matches = {each.pair: tell(situation, each, contributions) for each in standing}
    return Explained(situation, matches)


class Carried:
    """Answers for the engagements of one situation from those of the one before, as far as they still hold."""

    def __init__(self, now: Situation, before: Explained) -> None:
        was = before.situation
        self._matches = before.matches if _has_same_needs(now, was) else {}
        if not self._matches:
            return
        partners = _changed_partners(now, was)
        requests = now.days_short != was.days_short
        teams = now.counts.teams().items() ^ was.counts.teams().items()
        requests |= _marked(now.instance.request_index, {request for request, _ in teams})
        self._asked, self._giving = requests.copy(), partners.copy()
        # Whoever is a candidate of a request may be named as its alternative, and a request may be displaced by
        # whoever is its candidate: what changes on one side reaches the other over the rows of the table.
        for table, differs in _different_rows(now.instance, was.instance):
            self._asked[table.request[differs | partners[table.partner]]] = True
            self._giving[table.partner[differs | requests[table.request]]] = True

    def match(
        self, situation: Situation, engagement: Engagement, contributions: Contributions
    ) -> MatchEvidence:
        """As ``explain_match``."""
        known = self._matches.get(engagement.pair)
        if known is None or known.days != engagement.days:
            return explain_match(situation, engagement, contributions)
        instance = situation.instance
        if (
            self._asked[instance.request_index[engagement.request]]
            or self._giving[instance.partner_index[engagement.partner]]
        ):
            return explain_match(situation, engagement, contributions)
        return replace(known, contribution=contributions.of(engagement))


def _has_same_needs(now: Situation, was: Situation) -> bool:
    """Whether both ask the same of the same people on the same day: then places and fits are the same."""
    if now.graph is None or was.graph is None:
        return False
    one, other = now.graph.snapshot, was.graph.snapshot
    return all(getattr(one, name) == getattr(other, name) for name in _NEEDS)


def _different_rows(now: Instance, was: Instance) -> Iterable[tuple[CandidateTable, Marks]]:
    """Both tables, each with its rows that the other has not, or has otherwise, or may not use alike."""
    barred = set(now.forbidden) ^ set(was.forbidden)
    for own, other in ((now, was), (was, now)):
        table, against = own.candidates, other.candidates
        mine, theirs = _keys(own), _keys(other)
        at = np.minimum(np.searchsorted(theirs, mine), max(len(theirs) - 1, 0))
        differs = np.ones(len(mine), dtype=np.bool_) if not len(theirs) else theirs[at] != mine
        if len(theirs):
            for name in ("fit", "min_days", "max_days"):
                differs |= getattr(table, name) != getattr(against, name)[at]
        differs[[row for pair in sorted(barred) if (row := own.row_of(*pair)) is not None]] = True
        yield table, differs


def _keys(instance: Instance) -> IntArray:
    """A number for each candidate's pair, in the order of the rows."""
    return instance.candidates.request * len(instance.partners) + instance.candidates.partner


def _changed_partners(now: Situation, was: Situation) -> Marks:
    """Partners who give other days than before, or of whose days others are fixed."""
    given = {partner for partner, _ in _given(now).items() ^ _given(was).items()}
    fixed, before = _fixed(now.instance), _fixed(was.instance)
    moved = {partner for partner in fixed.keys() | before.keys() if fixed.get(partner) != before.get(partner)}
    return _marked(now.instance.partner_index, given | moved)


def _given(situation: Situation) -> dict[str, tuple[Pair | tuple[int, ...], ...]]:
    return {
        partner: tuple(part for each in found for part in ((each.request, ""), each.days))
        for partner, found in situation.engagements_of.items()
    }


def _fixed(instance: Instance) -> dict[str, frozenset[tuple[str, tuple[int, ...]]]]:
    found: dict[str, set[tuple[str, tuple[int, ...]]]] = {}
    for lock in instance.locked:
        found.setdefault(lock.partner, set()).add((lock.request, lock.days))
    return {partner: frozenset(locks) for partner, locks in found.items()}


def _marked(index: Mapping[str, int], names: Iterable[str]) -> Marks:
    marks = np.zeros(len(index), dtype=np.bool_)
    marks[[index[name] for name in names]] = True
    return marks
