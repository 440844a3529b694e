"""A plain allocation for tests: requests in order, best candidates first, days from the earliest months."""

from __future__ import annotations

from matcher.allocation.result import Allocation, Status, Unmet, UnmetReason
from matcher.problem.instance import Engagement, Instance


def first_come(instance: Instance) -> Allocation:
    """Feasible under every hard rule but essential skills; reasons are only as good as the tests need."""
    left = {each.id: list(each.capacity) for each in instance.partners}
    load = {each.id: [0] * len(instance.months) for each in instance.partners}
    engagements, unmet = [], []
    for position, request in enumerate(instance.requests):
        short, places = request.days, request.max_team
        rows = range(int(instance.candidate_start[position]), int(instance.candidate_start[position + 1]))
        for row in sorted(rows, key=lambda each: (-instance.candidates.fit[each], each)):
            found = instance.candidate(row)
            partner = instance.partners[instance.partner_index[found.partner]]
            first, last = request.window
            busy = [month for month in range(first, last + 1) if partner.capacity[month] > 0]
            limit = partner.max_concurrent or len(instance.requests)
            is_open = all(load[partner.id][month] < limit for month in range(busy[0], busy[-1] + 1))
            free = sum(left[partner.id][first : last + 1])
            total = min(free, found.max_days, short)
            if (
                not places
                or not is_open
                or total < found.min_days
                or (partner.id, request.id) in instance.forbidden
            ):
                continue
            engagements.append(
                Engagement(partner.id, request.id, _take(left[partner.id], first, last, total))
            )
            for month in range(busy[0], busy[-1] + 1):
                load[partner.id][month] += 1
            short, places = short - total, places - 1
        if short:
            reason = UnmetReason.OUTRANKED if len(rows) else UnmetReason.NO_CANDIDATE
            unmet.append(Unmet(request.id, short, reason))
    ordered = tuple(sorted(engagements, key=lambda each: (each.request, each.partner)))
    return Allocation("0" * 64, Status.FEASIBLE, (), ordered, tuple(unmet))


def _take(left: list[int], first: int, last: int, total: int) -> tuple[int, ...]:
    days = [0] * len(left)
    for month in range(first, last + 1):
        days[month] = min(left[month], total)
        left[month] -= days[month]
        total -= days[month]
    return tuple(days)
