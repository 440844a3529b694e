"""The snapshot: everything a run reads, at one date (format ``support-matching-snapshot/1``).

A run stores it and replays it; the instance is derived from it by eligibility and scoring. Bytes in and out
are ``matcher.problem.snapshot_format``'s job.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated

from matcher.problem.bounds import Between, Identifier, MonthName
from matcher.problem.partners import MonthlyDays, Partner
from matcher.problem.policy import Policy
from matcher.problem.requests import SupportRequest
from matcher.problem.taxonomy import Taxonomy

SNAPSHOT_FORMAT = "support-matching-snapshot/1"


@dataclass(frozen=True, slots=True)
class PlannedDays:
    """Days of one partner on one request for each month of the horizon: a lock, or what stood before."""

    partner: Identifier
    request: Identifier
    days: tuple[MonthlyDays, ...]


@dataclass(frozen=True)
class Snapshot:
    """All that is asked at ``as_of``, with locks, prohibitions and what stood before."""

    as_of: date
    months: Annotated[tuple[MonthName, ...], Between(1, 60)]
    taxonomy: Taxonomy
    policy: Policy
    partners: tuple[Partner, ...]
    requests: tuple[SupportRequest, ...]
    locked: tuple[PlannedDays, ...] = ()
    forbidden: tuple[tuple[Identifier, Identifier], ...] = ()
    previous: tuple[PlannedDays, ...] = ()
    format: str = SNAPSHOT_FORMAT

    @cached_property
    def partner_by_id(self) -> dict[str, Partner]:
        """Each partner under its id."""
        return {partner.id: partner for partner in self.partners}

    @cached_property
    def request_by_id(self) -> dict[str, SupportRequest]:
        """Each support request under its id."""
        return {request.id: request for request in self.requests}

    @cached_property
    def forbidden_pairs(self) -> frozenset[tuple[str, str]]:
        """The forbidden (partner, request) pairs."""
        return frozenset(self.forbidden)

    def canonical(self) -> Snapshot:
        """The same snapshot in the one order that is stored: by id, pairs by request then partner."""
        return replace(
            self,
            taxonomy=Taxonomy(tuple(sorted(self.taxonomy.nodes, key=lambda node: node.code))),
            partners=tuple(sorted(self.partners, key=lambda partner: partner.id)),
            requests=tuple(sorted(self.requests, key=lambda request: request.id)),
            locked=tuple(sorted(self.locked, key=lambda each: (each.request, each.partner))),
            forbidden=tuple(sorted(self.forbidden, key=lambda pair: (pair[1], pair[0]))),
            previous=tuple(sorted(self.previous, key=lambda each: (each.request, each.partner))),
        )

    def problems(self) -> Iterator[str]:
        """What one record alone cannot know: repeated ids, references, lengths, order of months."""
        if self.format != SNAPSHOT_FORMAT:
            yield f"format: must be {SNAPSHOT_FORMAT}"
        yield from self._month_problems()
        yield from _repeated("partners", [each.id for each in self.partners])
        yield from _repeated("requests", [each.id for each in self.requests])
        for position, partner in enumerate(self.partners):
            yield from (f"partners[{position}].{line}" for line in self._partner_problems(partner))
        for position, request in enumerate(self.requests):
            yield from (f"requests[{position}].{line}" for line in self._request_problems(request))
        yield from self._pair_problems()

    def _month_problems(self) -> Iterator[str]:
        ordinals = [int(name[:4]) * 12 + int(name[5:]) for name in self.months if len(name) == 7]
        if any(later - earlier != 1 for earlier, later in pairwise(ordinals)):
            yield "months: must follow one another without a gap"

    def _partner_problems(self, partner: Partner) -> Iterator[str]:
        if len(partner.capacity) != len(self.months):
            yield f"capacity: {self._wrong_length(partner.capacity)}"
        if partner.region not in self._regions:
            yield f"region: {partner.region} is not in the policy"
        for position, held in enumerate(partner.skills):
            if not self.taxonomy.is_held_kind(held.skill):
                yield f"skills[{position}].skill: {held.skill} is no skill of the taxonomy"
        yield from self._method_problems(partner.methods)

    def _request_problems(self, request: SupportRequest) -> Iterator[str]:
        if request.region not in self._regions:
            yield f"region: {request.region} is not in the policy"
        if request.priority not in {each.code for each in self.policy.priorities}:
            yield f"priority: {request.priority} is not in the policy"
        if request.topic is not None and request.topic not in self.taxonomy.by_code:
            yield f"topic: {request.topic} is not in the taxonomy"
        if request.window[0] < 0 or request.window[1] >= len(self.months):
            yield f"window: {list(request.window)} is outside the horizon 0..{len(self.months) - 1}"
        for position, wanted in enumerate(request.skills):
            if not self.taxonomy.is_wanted_kind(wanted.skill):
                yield f"skills[{position}].skill: {wanted.skill} is no skill of the taxonomy"
        yield from (
            f"excluded: {each} is no partner" for each in request.excluded if each not in self.partner_by_id
        )
        yield from self._method_problems(request.methods)

    def _method_problems(self, methods: tuple[str, ...]) -> Iterator[str]:
        for code in methods:
            if code not in self.taxonomy.by_code:
                yield f"methods: {code} is not in the taxonomy"

    def _pair_problems(self) -> Iterator[str]:
        for name, planned in (("locked", self.locked), ("previous", self.previous)):
            yield from _repeated(name, [f"{each.partner}:{each.request}" for each in planned])
            for position, each in enumerate(planned):
                yield from self._unknown_pair(f"{name}[{position}]", each.partner, each.request)
                if len(each.days) != len(self.months):
                    yield f"{name}[{position}].days: {self._wrong_length(each.days)}"
        yield from _repeated("forbidden", [":".join(pair) for pair in self.forbidden])
        for position, (partner, request) in enumerate(self.forbidden):
            yield from self._unknown_pair(f"forbidden[{position}]", partner, request)

    def _unknown_pair(self, path: str, partner: str, request: str) -> Iterator[str]:
        if partner not in self.partner_by_id:
            yield f"{path}: partner {partner} is not known"
        if request not in self.request_by_id:
            yield f"{path}: request {request} is not known"

    def _wrong_length(self, days: tuple[int, ...]) -> str:
        return f"{len(days)} months, the horizon has {len(self.months)}"

    @cached_property
    def _regions(self) -> frozenset[str]:
        return frozenset(each.code for each in self.policy.regions)


def _repeated(path: str, names: list[str]) -> Iterator[str]:
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield f"{path}[{position}]: {name} is given twice"
        seen.add(name)
