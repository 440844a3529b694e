"""Demand against capacity before anything is solved: by skill, topic, region and month, and what to mend first.

Days of a partner are counted only if the partner could be matched at all: interests confirmed, release not
withdrawn, no paid offer where those are off. A request's days are shared out over its skills by their
weights and over the months of its window evenly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from matcher.candidates.eligibility import (
    are_interests_stale,
    has_release_withdrawn,
    has_stale_interests,
    is_paid_offer,
    lacks_release,
)
from matcher.candidates.graph import CandidateGraph
from matcher.problem.partners import Partner, Release
from matcher.problem.snapshot import Snapshot

FEW_CANDIDATES = 2


@dataclass(frozen=True, slots=True)
class SkillBalance:
    """One skill asked for: days wanted by weight, and the partners who hold it at the least level asked for."""

    skill: str
    requests: int
    essential: int
    days_wanted: int
    least_level: int
    holders: int
    days_held: int


@dataclass(frozen=True, slots=True)
class GroupBalance:
    """Days wanted and days there are: in a region those of partners at home there, in a month all, for a
    topic those of partners who hold one of its skills."""

    code: str
    requests: int
    days_wanted: int
    days_available: int


@dataclass(frozen=True, slots=True)
class ThinRequest:
    """A request with few candidates or none."""

    request: str
    candidates: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a round asks for and what the network has, with the partners and requests to look after first."""

    days_wanted: int
    days_available: int
    skills: tuple[SkillBalance, ...]
    topics: tuple[GroupBalance, ...]
    regions: tuple[GroupBalance, ...]
    months: tuple[GroupBalance, ...]
    stale_interests: tuple[str, ...]
    releases_missing: tuple[str, ...]
    releases_withdrawn: tuple[str, ...]
    thin_requests: tuple[ThinRequest, ...]

    @property
    def skills_nobody_offers(self) -> tuple[str, ...]:
        """Skills asked for that no partner holds at any level asked for."""
        return tuple(each.skill for each in self.skills if each.holders == 0)


def weigh(graph: CandidateGraph) -> Balance:
    """The balance of the graph's snapshot."""
    snapshot = graph.snapshot
    able = [each for each in snapshot.partners if not _is_barred(each, snapshot)]
    months = snapshot.policy.stale_interest_months
    return Balance(
        days_wanted=sum(each.days for each in snapshot.requests),
        days_available=sum(sum(each.capacity) for each in able),
        skills=_skills(snapshot, able),
        topics=_topics(snapshot, able),
        regions=_regions(snapshot, able),
        months=_months(snapshot, able),
        stale_interests=tuple(
            each.id for each in snapshot.partners if are_interests_stale(each, snapshot.as_of, months)
        ),
        releases_missing=_with_release(snapshot, Release.MISSING),
        releases_withdrawn=_with_release(snapshot, Release.WITHDRAWN),
        thin_requests=_thin_requests(graph),
    )


def _is_barred(partner: Partner, snapshot: Snapshot) -> bool:
    """Does a rule keep the partner off every request? Asked of any request, since these rules read none."""
    rules = (has_stale_interests, has_release_withdrawn, lacks_release, is_paid_offer)
    return any(rule(partner, request, snapshot) for request in snapshot.requests[:1] for rule in rules)


def _skills(snapshot: Snapshot, able: list[Partner]) -> tuple[SkillBalance, ...]:
    days: Counter[str] = Counter()
    wanted: dict[str, list[tuple[int, bool]]] = {}
    shares: dict[str, float] = {}
    for request in snapshot.requests:
        for each in request.skills:
            wanted.setdefault(each.skill, []).append((each.level, each.essential))
            shares[each.skill] = shares.get(each.skill, 0.0) + each.weight * request.days
    holders: Counter[str] = Counter()
    least = {skill: min(level for level, _ in asked) for skill, asked in wanted.items()}
    for partner in able:
        for held in partner.skills:
            if held.skill in least and held.level >= least[held.skill]:
                holders[held.skill] += 1
                days[held.skill] += sum(partner.capacity)
    found = [
        SkillBalance(
            skill=skill,
            requests=len(asked),
            essential=sum(is_essential for _, is_essential in asked),
            days_wanted=round(shares[skill]),
            least_level=least[skill],
            holders=holders[skill],
            days_held=days[skill],
        )
        for skill, asked in wanted.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.days_held - each.days_wanted, each.skill)))


def _topics(snapshot: Snapshot, able: list[Partner]) -> tuple[GroupBalance, ...]:
    topic_of = snapshot.taxonomy.topic_of
    wanted: Counter[str] = Counter()
    requests: Counter[str] = Counter()
    available: Counter[str] = Counter()
    for request in snapshot.requests:
        if request.topic is not None:
            wanted[request.topic] += request.days
            requests[request.topic] += 1
    for partner in able:
        for topic in {topic_of(held.skill) for held in partner.skills} - {None}:
            available[topic or ""] += sum(partner.capacity)
    return tuple(GroupBalance(code, requests[code], wanted[code], available[code]) for code in sorted(wanted))


def _regions(snapshot: Snapshot, able: list[Partner]) -> tuple[GroupBalance, ...]:
    found = []
    for region in snapshot.policy.regions:
        requests = [each for each in snapshot.requests if each.region == region.code]
        days = sum(sum(each.capacity) for each in able if each.region == region.code)
        found.append(GroupBalance(region.code, len(requests), sum(each.days for each in requests), days))
    return tuple(found)


def _months(snapshot: Snapshot, able: list[Partner]) -> tuple[GroupBalance, ...]:
    found = []
    for position, month in enumerate(snapshot.months):
        open_ = [each for each in snapshot.requests if each.window[0] <= position <= each.window[1]]
        wanted = sum(each.days / (each.window[1] - each.window[0] + 1) for each in open_)
        days = sum(each.capacity[position] for each in able)
        found.append(GroupBalance(month, len(open_), round(wanted), days))
    return tuple(found)


def _with_release(snapshot: Snapshot, release: Release) -> tuple[str, ...]:
    return tuple(each.id for each in snapshot.partners if each.release is release)


def _thin_requests(graph: CandidateGraph) -> tuple[ThinRequest, ...]:
    """Requests with two candidates or fewer, fewest first."""
    start = graph.instance.candidate_start
    counts = [(int(start[at + 1] - start[at]), each.id) for at, each in enumerate(graph.instance.requests)]
    return tuple(ThinRequest(name, count) for count, name in sorted(counts) if count <= FEW_CANDIDATES)
