"""What one engagement adds to each level: how much worse the level gets if it went and nothing took its place.

Exact for that question, and so the most that overruling the engagement can cost: whoever fills its place can only
make it less. Levels that an engagement can only harm (change, travel) are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from matcher.evidence.measures import days_of_groups, group_shares, share_down, share_up
from matcher.evidence.situation import Situation
from matcher.problem.instance import Candidate, Engagement, Request

Groups = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """The most that a level can lose: severity points, days short of floors, a share, or value."""

    level: str
    loss: float


class Contributions:
    """Answers for any engagement of one situation, each in the time that its own request takes."""

    def __init__(self, situation: Situation) -> None:
        instance = situation.instance
        self._situation = situation
        self._wanted, self._met = days_of_groups(instance, situation.counts)
        floors = {("priority", each.code): each.floor for each in instance.priorities}
        floors |= {("region", each.code): each.floor for each in instance.regions}
        self._floor_days = {
            group: share_down(floor, self._wanted[group])
            for group, floor in floors.items()
            if group in self._wanted
        }
        self._shares = sorted(
            (share, group) for group, share in group_shares(instance, situation.counts).items()
        )

    def of(self, engagement: Engagement) -> tuple[Contribution, ...]:
        """The losses, level by level, in the order of the default ladder."""
        instance = self._situation.instance
        request = instance.requests[instance.request_index[engagement.request]]
        row = instance.row_of(*engagement.pair)
        if row is None:
            raise KeyError(f"{engagement.partner} is no candidate for {engagement.request}")
        losses = {
            "mandated": self._mandated(request, engagement),
            "floors": self._floors(request, engagement.total_days),
            "worst_group": self._worst_group(request, engagement.total_days),
            "value": self._value(request, engagement, instance.candidate(row)),
        }
        return tuple(Contribution(level, round(loss, 6)) for level, loss in losses.items())

    def _mandated(self, request: Request, engagement: Engagement) -> int:
        counts, days = self._situation.counts, self._situation.counts.days.get(request.id, 0)
        if not request.mandated:
            return 0
        needed = share_up(self._situation.instance.mandated_share, request.days)
        essential = {each.skill for each in request.skills if each.essential}
        is_met = days >= needed and essential <= counts.covered.get(request.id, set())
        stays = days - engagement.total_days >= needed and essential <= self._covered_without(
            request, engagement
        )
        return request.severity if is_met and not stays else 0

    def _floors(self, request: Request, days: int) -> int:
        return sum(
            max(0, self._floor_days[group] - (self._met[group] - days))
            - max(0, self._floor_days[group] - self._met[group])
            for group in _groups(request)
            if group in self._floor_days
        )

    def _worst_group(self, request: Request, days: int) -> float:
        own = _groups(request)
        lowered = [(self._met[group] - days) / self._wanted[group] for group in own]
        other = next((share for share, group in self._shares if group not in own), 1.0)
        return max(0.0, self._shares[0][0] - min(other, *lowered))

    def _value(self, request: Request, engagement: Engagement, candidate: Candidate) -> float:
        left = self._covered_without(request, engagement)
        covered = self._situation.counts.covered.get(request.id, set())
        alone = sum(
            each.weight for each in request.skills if each.skill in covered and each.skill not in left
        )
        bonus = self._situation.instance.skill_bonus * request.days * alone
        weight = self._situation.instance.weights[request.priority] * request.severity
        return weight * (candidate.fit * engagement.total_days + bonus)

    def _covered_without(self, request: Request, engagement: Engagement) -> set[str]:
        """Skills of the request that the rest of its team covers."""
        instance = self._situation.instance
        found: set[str] = set()
        for at in self._situation.team_of(request.id).tolist():
            partner = instance.partners[at].id
            row = instance.row_of(partner, request.id)
            if partner != engagement.partner and row is not None:
                found.update(instance.candidate(row).covers)
        return found


def _groups(request: Request) -> Groups:
    return ("priority", request.priority), ("region", request.region)
