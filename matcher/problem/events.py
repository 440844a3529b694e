"""What happens after an allocation: a partner declines, a request is withdrawn, capacity changes.

``apply_events`` gives the instance that a repair solves: the same one with the events in it, and with ``previous``
holding what was allocated, so that change can be counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matcher.problem.instance import Engagement, Instance, Partner, Request

CAPACITY_LIMIT = 1_000


class EventError(ValueError):
    """Events that this instance cannot have; ``problems`` holds a line for each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(self.problems))


@dataclass(frozen=True, slots=True)
class Decline:
    """A partner will not work on a request: the pair is never engaged again."""

    partner: str
    request: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A request is taken back: nothing may be engaged on it."""

    request: str


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """A partner has other days in one month (``"YYYY-MM"``) than it said."""

    partner: str
    month: str
    days: int


Event = Decline | Withdrawal | CapacityChange


def apply_events(instance: Instance, engagements: Iterable[Engagement], events: Sequence[Event]) -> Instance:
    """The instance after the events, with ``previous`` the engagements that stood before them.

    A declined pair is forbidden, and a lock on it is gone. A withdrawn request stays, because ``previous`` may name
    it, but wants the least that a request can, is no longer mandated, and every candidate of it is forbidden.
    Capacity is changed as said: a lock that needs more makes the instance infeasible, which is an answer.

    Raises ``EventError`` for ids and months that the instance does not have, and for days out of bounds.
    """
    problems = [line for event in events for line in _problems(instance, event)]
    if problems:
        raise EventError(problems)
    withdrawn = {event.request for event in events if isinstance(event, Withdrawal)}
    barred = {(event.partner, event.request) for event in events if isinstance(event, Decline)}
    barred |= _candidates_of(instance, withdrawn)
    changes = [event for event in events if isinstance(event, CapacityChange)]
    return replace(
        instance,
        partners=tuple(_with_capacity(instance, partner, changes) for partner in instance.partners),
        requests=tuple(_withdrawn(r) if r.id in withdrawn else r for r in instance.requests),
        locked=tuple(lock for lock in instance.locked if lock.pair not in barred),
        forbidden=tuple(sorted({*instance.forbidden, *barred})),
        previous=tuple(sorted(engagements, key=lambda engagement: (engagement.request, engagement.partner))),
    )


def _problems(instance: Instance, event: Event) -> Iterable[str]:
    if isinstance(event, Decline | CapacityChange) and event.partner not in instance.partner_index:
        yield f"{event.partner} is no partner of the instance"
    if isinstance(event, Decline | Withdrawal) and event.request not in instance.request_index:
        yield f"{event.request} is no request of the instance"
    if isinstance(event, CapacityChange):
        if event.month not in instance.months:
            yield f"{event.month} is no month of the instance"
        if not 0 <= event.days <= CAPACITY_LIMIT:
            yield f"{event.partner} cannot have {event.days} days in a month (0 to {CAPACITY_LIMIT})"


def _candidates_of(instance: Instance, requests: set[str]) -> set[tuple[str, str]]:
    pairs = set()
    for request in requests:
        at = instance.request_index[request]
        rows = slice(instance.candidate_start[at], instance.candidate_start[at + 1])
        pairs |= {(instance.partners[p].id, request) for p in instance.candidates.partner[rows].tolist()}
    return pairs


def _with_capacity(instance: Instance, partner: Partner, changes: Sequence[CapacityChange]) -> Partner:
    """The partner with its changes, the last one for a month counting."""
    capacity = list(partner.capacity)
    for change in changes:
        if change.partner == partner.id:
            capacity[instance.months.index(change.month)] = change.days
    return partner if capacity == list(partner.capacity) else replace(partner, capacity=tuple(capacity))


def _withdrawn(request: Request) -> Request:
    return replace(request, days=1, mandated=False)
