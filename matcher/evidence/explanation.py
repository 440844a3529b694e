"""The evidence of a run: why each match, why each unmet request, where the network is too thin, and for whom.

``explain`` says all of it at once, to be stored with the run; ``explain_request`` and ``explain_pair`` answer
one question. With a candidate graph the answers have score parts, failed rules and relaxations; with an
instance alone they speak of candidates only, and say so (``has_snapshot``).
"""

from __future__ import annotations

from dataclasses import dataclass

from matcher.allocation.result import Allocation, Status
from matcher.candidates.graph import CandidateGraph, build
from matcher.evidence.bottlenecks import Bottlenecks, find_bottlenecks
from matcher.evidence.carried import Carried, Explained
from matcher.evidence.contributions import Contributions
from matcher.evidence.fairness import Fairness, assess
from matcher.evidence.match_evidence import MatchEvidence, explain_match
from matcher.evidence.pair_evidence import PairEvidence
from matcher.evidence.pair_evidence import explain_pair as _explain_pair
from matcher.evidence.prices import DayWorth
from matcher.evidence.situation import Situation
from matcher.evidence.unmet_evidence import ReasonCount, UnmetEvidence, explain_unmet
from matcher.problem.instance import Instance
from matcher.problem.snapshot import Snapshot

EVIDENCE_FORMAT = "support-matching-evidence/1"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All evidence of one allocation, matches sorted by request, then partner.

    ``worth`` is what one more day would be worth, where whoever solved had prices to tell it from.
    """

    instance_sha256: str
    has_snapshot: bool
    matches: tuple[MatchEvidence, ...]
    unmet: tuple[UnmetEvidence, ...]
    bottlenecks: Bottlenecks
    fairness: Fairness
    reasons_out: tuple[ReasonCount, ...]
    worth: tuple[DayWorth, ...] = ()
    format: str = EVIDENCE_FORMAT

    def match(self, partner: str, request: str) -> MatchEvidence:
        """The evidence of one engagement; raises ``KeyError`` for a pair that is not engaged."""
        for each in self.matches:
            if (each.partner, each.request) == (partner, request):
                return each
        raise KeyError(f"{partner} is not engaged on {request}")


@dataclass(frozen=True, slots=True)
class RequestEvidence:
    """All that can be said of one request: its matches, and its case if it is short of days."""

    request: str
    has_snapshot: bool
    days_wanted: int
    days_met: int
    matches: tuple[MatchEvidence, ...]
    unmet: UnmetEvidence | None


def explain(
    source: CandidateGraph | Instance,
    allocation: Allocation,
    snapshot: Snapshot | None = None,
    *,
    worth: tuple[DayWorth, ...] = (),
    before: Explained | None = None,
) -> Evidence:
    """The evidence of an allocation. ``snapshot`` lends an instance its scores and reasons.

    ``worth`` (from ``matcher.evidence.prices.summarise``) is kept beside it: nothing is solved here. ``before`` is
    a situation that was explained already: what still holds of it is carried over, and the evidence is the same.
    """
    situation = situation_of(source, allocation, snapshot)
    graph = situation.graph
    contributions = Contributions(situation)
    is_solved = allocation.status is not Status.INFEASIBLE
    counts = graph.reason_counts if graph else {}
    if before is None:
        matches = tuple(explain_match(situation, each, contributions) for each in allocation.engagements)
    else:
        carried = Carried(situation, before)
        matches = tuple(carried.match(situation, each, contributions) for each in allocation.engagements)
    return Evidence(
        instance_sha256=allocation.instance_sha256,
        has_snapshot=graph is not None,
        matches=matches,
        unmet=tuple(explain_unmet(situation, each) for each in allocation.unmet) if is_solved else (),
        bottlenecks=find_bottlenecks(situation.instance, graph),
        fairness=assess(situation),
        reasons_out=tuple(ReasonCount(reason, count) for reason, count in counts.items()),
        worth=worth,
    )


def explain_request(
    source: CandidateGraph | Instance, allocation: Allocation, request: str, snapshot: Snapshot | None = None
) -> RequestEvidence:
    """The evidence of one request; raises ``KeyError`` for an unknown id."""
    situation = situation_of(source, allocation, snapshot)
    wanted = situation.instance.requests[situation.instance.request_index[request]]
    unmet = next((each for each in allocation.unmet if each.request == request), None)
    return RequestEvidence(
        request=request,
        has_snapshot=situation.graph is not None,
        days_wanted=wanted.days,
        days_met=situation.counts.days.get(request, 0),
        matches=tuple(
            explain_match(situation, each) for each in allocation.engagements if each.request == request
        ),
        unmet=explain_unmet(situation, unmet) if unmet else None,
    )


def explain_pair(
    source: CandidateGraph | Instance,
    allocation: Allocation,
    pair: tuple[str, str],
    snapshot: Snapshot | None = None,
) -> PairEvidence:
    """Why a (partner, request) pair is engaged, or why not; raises ``KeyError`` for an unknown id."""
    return _explain_pair(situation_of(source, allocation, snapshot), *pair)


def situation_of(
    source: CandidateGraph | Instance, allocation: Allocation, snapshot: Snapshot | None = None
) -> Situation:
    """The allocation in its instance, with the graph of the snapshot where there is one.

    A snapshot beside an instance must be the one the instance was derived from: ``ValueError`` if their
    partners, requests or candidates differ.
    """
    if isinstance(source, CandidateGraph):
        return Situation(source.instance, allocation.engagements, source)
    if snapshot is None:
        return Situation(source, allocation.engagements)
    graph = build(snapshot)
    if not _is_same(graph.instance, source):
        raise ValueError("the snapshot is not the one this instance was derived from")
    return Situation(source, allocation.engagements, graph)


def _is_same(one: Instance, other: Instance) -> bool:
    mine, theirs = one.candidates, other.candidates
    return (
        one.partners == other.partners
        and [each.id for each in one.requests] == [each.id for each in other.requests]
        and mine.partner.tolist() == theirs.partner.tolist()
        and mine.request.tolist() == theirs.request.tolist()
    )
