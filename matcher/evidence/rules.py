"""The hard rules, stated once more in plain Python against the engagements that stand (MODEL.md section 3).

Takes counts of engagements, whoever made them, and yields a line for each rule that is broken. Rules that
look at the whole answer (locks kept, unmet listed, levels as claimed) are the verifier's.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matcher.evidence.measures import Tally
from matcher.problem.instance import Engagement, Instance


def rule_breaches(instance: Instance, counts: Tally) -> Iterator[str]:
    """Every breach of prohibitions, windows, blocks, capacity, concurrency, demand and team."""
    forbidden = frozenset(instance.forbidden)
    for engagement in counts.pairs.values():
        yield from _pair_breaches(instance, engagement, forbidden)
        yield from _block_breaches(instance, engagement)
    yield from _partner_breaches(instance, counts)
    yield from _request_breaches(instance, counts)


def essential_breaches(instance: Instance, counts: Tally) -> Iterator[str]:
    """Where essential skills are a hard rule: every team that lacks one."""
    if not instance.essential_is_hard:
        return
    for request in instance.requests:
        essential = {skill.skill for skill in request.skills if skill.essential}
        missing = sorted(essential - counts.covered.get(request.id, set()))
        if missing and counts.team.get(request.id, 0):
            yield f"{request.id}: engaged without essential {', '.join(missing)}"


def _pair_breaches(
    instance: Instance, engagement: Engagement, forbidden: frozenset[tuple[str, str]]
) -> Iterator[str]:
    where = f"{engagement.partner} -> {engagement.request}"
    partner = instance.partners[instance.partner_index[engagement.partner]]
    request = instance.requests[instance.request_index[engagement.request]]
    if (partner.id, request.id) in forbidden:
        yield f"{where}: forbidden"
    if partner.id in request.excluded:
        yield f"{where}: excluded by the requester"
    if request.organisation is not None:
        if request.organisation == partner.organisation:
            yield f"{where}: own organisation"
        if request.organisation in partner.conflicts:
            yield f"{where}: declared conflict"


def _block_breaches(instance: Instance, engagement: Engagement) -> Iterator[str]:
    where = f"{engagement.partner} -> {engagement.request}"
    row = instance.row_of(*engagement.pair)
    if row is None:
        raise KeyError(f"{where} is no candidate")
    low, high = int(instance.candidates.min_days[row]), int(instance.candidates.max_days[row])
    first, last = instance.requests[instance.candidates.request[row]].window
    if any(engagement.days[:first]) or any(engagement.days[last + 1 :]):
        yield f"{where}: days outside the window {first}..{last}"
    if engagement.total_days < low:
        yield f"{where}: {engagement.total_days} days, smallest block is {low}"
    if engagement.total_days > high:
        yield f"{where}: {engagement.total_days} days, most is {high}"


def _partner_breaches(instance: Instance, counts: Tally) -> Iterator[str]:
    capacity = np.array([partner.capacity for partner in instance.partners], np.int64)
    for at, month in np.argwhere(counts.used > capacity.reshape(counts.used.shape)).tolist():
        days, most = counts.used[at, month], capacity[at, month]
        yield f"{instance.partners[at].id}: {days} days in month {month}, capacity {most}"
    busiest = counts.load.max(axis=1, initial=0).tolist()
    for partner, engagements in zip(instance.partners, busiest, strict=True):
        if partner.max_concurrent is not None and engagements > partner.max_concurrent:
            yield f"{partner.id}: {engagements} engagements at once, most is {partner.max_concurrent}"


def _request_breaches(instance: Instance, counts: Tally) -> Iterator[str]:
    for request in instance.requests:
        days, team = counts.days.get(request.id, 0), counts.team.get(request.id, 0)
        if days > request.days:
            yield f"{request.id}: {days} days, asked for {request.days}"
        if team > request.max_team:
            yield f"{request.id}: team of {team}, most is {request.max_team}"
