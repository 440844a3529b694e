"""What a policy version holds beside the matcher's own policy: rules that the service keeps, days held back,
and the dates of national priorities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from matcher.problem.bounds import Between, Identifier
from matcher.problem.records import RecordError, decode, encode
from matcher.problem.reserve import MOST_RESERVES, Reserve
from webapp.services.failures import Problem, Rejected

TopicName = Annotated[str, Between(1, 200)]


@dataclass(frozen=True, slots=True)
class PriorityDates:
    """From when to when new requests may name a priority, both days included; ``topics`` are made with it."""

    code: Identifier
    label: Annotated[str, Between(1, 200)]
    valid_from: date | None = None
    valid_to: date | None = None
    topics: Annotated[tuple[TopicName, ...], Between(0, 20)] = ()

    def problems(self) -> Iterator[str]:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield "valid_to: is before the first day"


@dataclass(frozen=True, slots=True)
class ServiceRules:
    """What the service keeps outside the solve: caps, deadlines, the credit for waiting, days held back."""

    beneficiary_cap: Annotated[int, Between(1, 100)] = 4
    lapse_working_days: Annotated[int, Between(1, 60)] = 5
    waiting_credit_each_round: Annotated[float, Between(0, 0.10)] = 0.04
    lagging_group_credit: Annotated[float, Between(0, 0.05)] = 0.02
    reserves: Annotated[tuple[Reserve, ...], Between(0, MOST_RESERVES)] = ()
    priority_dates: Annotated[tuple[PriorityDates, ...], Between(0, 100)] = ()


def with_values(rules: ServiceRules, plain: Mapping[str, Any]) -> ServiceRules:
    """The rules with other values, given as plain ones; raises ``Rejected`` with each that is wrong."""
    try:
        return decode(ServiceRules, {**encode(rules), **plain})
    except RecordError as error:
        raise Rejected.several([Problem(line.partition(":")[0], line) for line in error.problems]) from error
