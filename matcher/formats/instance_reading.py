"""Reading ``support-matching-instance/1``: a valid ``Instance``, or every problem of the file with its path.

Decides nothing but whether the file keeps spec/INSTANCE.md. Locks that are well formed and yet break a rule
(forbidden, too many days) are read: the instance is then infeasible, which is an answer and not an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from matcher.formats.candidate_reading import read_candidates, refuse_too_many
from matcher.formats.document import DAYS_LIMIT, MISSING, FormatError, Row, parse, shown
from matcher.formats.pair_reading import PairReader
from matcher.problem.collecting import uncollected
from matcher.problem.instance import (
    DEFAULT_LADDER,
    Instance,
    Partner,
    Priority,
    Region,
    Request,
    RequiredSkill,
)

FORMAT: Final = "support-matching-instance/1"
LEVELS: Final = frozenset({*DEFAULT_LADDER, "worst_request"})
COUNT_LIMIT: Final = 1_000_000
CAPACITY_LIMIT: Final = 1_000
WEIGHTS_TOLERANCE: Final = 1e-9

_KEYS = ("format", "months", "priorities", "regions", "partners", "requests", "candidates")
_DEFAULTED = (
    "mandated_share",
    "skill_bonus",
    "essential_is_hard",
    "ladder",
    "locked",
    "forbidden",
    "previous",
)
_PARTNER_KEYS = ("id", "region", "organisation", "capacity", "max_concurrent", "conflicts")
_REQUEST_KEYS = (
    *("id", "organisation", "region", "priority", "severity", "days", "window", "max_team"),
    *("mandated", "excluded", "skills"),
)
_MONTH = re.compile(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])")


class InstanceError(FormatError):
    """An instance file is refused; ``problems`` says why, a line each."""


@dataclass
class _Reading:
    """What has been read of one file so far; entries keep the order of the file until all is checked."""

    problems: list[str] = field(default_factory=list)
    months: list[str] = field(default_factory=list)
    priorities: list[Priority] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    partners: list[Partner] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def rows(
        self, name: str, values: Iterable[Any], keys: Iterable[str], optional: Iterable[str] = ()
    ) -> Iterable[Row]:
        """A ``Row`` for each entry of a list of the document."""
        for position, value in enumerate(values):
            yield Row(value, f"{name}[{position}]", self.problems, keys, optional)

    def refuse_repeats(self, name: str, key: str, found: Iterable[str]) -> None:
        """Note each entry whose key an earlier entry already has."""
        seen: set[str] = set()
        for position, value in enumerate(found):
            if value and value in seen:
                self.problems.append(f"{name}[{position}].{key}: {shown(value)} is already taken")
            seen.add(value)


def read_instance(raw: bytes) -> Instance:
    """The instance in a file's bytes, partners and requests sorted by id, candidates by (request, partner).

    Raises ``InstanceError`` with every problem found.
    """
    with uncollected():
        return _read(raw)


def _read(raw: bytes) -> Instance:
    try:
        refuse_too_many(raw)
        document = parse(raw)
    except FormatError as error:
        raise InstanceError(error.problems) from error
    reading = _Reading()
    top = Row(document, "", reading.problems, _KEYS, _DEFAULTED)
    if top.get("format") not in (MISSING, FORMAT):
        raise InstanceError([f"format: must be {shown(FORMAT)}, not {shown(top.get('format'))}"])
    if not top.values:
        raise InstanceError(reading.problems)
    _read_groups(top, reading)
    _read_partners(top, reading)
    _read_requests(top, reading)
    _check_references(reading)
    instance = _assemble(top, reading)
    if reading.problems:
        raise InstanceError(reading.problems)
    return instance


def _read_groups(top: Row, reading: _Reading) -> None:
    """Months, priorities and regions: what the other entries point to."""
    reading.months = top.distinct_texts("months")
    for position, month in enumerate(reading.months):
        if not _MONTH.fullmatch(month):
            top.say(f"months[{position}]", f'{shown(month)} is not a month written "YYYY-MM"')
    if top.get("months") is not MISSING and not 1 <= len(top.items("months")) <= 60:
        top.say("months", f"must hold 1 to 60 months, not {len(top.items('months'))}")
    for row in reading.rows("priorities", top.items("priorities"), ("code", "weight", "floor")):
        priority = Priority(row.text("code"), row.number("weight", 0, 1000), row.number("floor", 0, 1))
        if row.get("weight") == 0:
            row.say("weight", "must be more than 0")
        reading.priorities.append(priority)
    for row in reading.rows("regions", top.items("regions"), ("code", "floor")):
        reading.regions.append(Region(row.text("code"), row.number("floor", 0, 1)))
    reading.refuse_repeats("priorities", "code", (priority.code for priority in reading.priorities))
    reading.refuse_repeats("regions", "code", (region.code for region in reading.regions))


def _read_partners(top: Row, reading: _Reading) -> None:
    for row in reading.rows("partners", top.items("partners"), _PARTNER_KEYS):
        unlimited = row.get("max_concurrent") is None
        reading.partners.append(
            Partner(
                id=row.identifier("id"),
                region=row.text("region"),
                organisation=row.optional_text("organisation"),
                capacity=row.whole_numbers("capacity", len(reading.months), CAPACITY_LIMIT),
                max_concurrent=None if unlimited else row.whole("max_concurrent", 0, COUNT_LIMIT),
                conflicts=tuple(sorted(row.distinct_texts("conflicts"))),
            )
        )
    reading.refuse_repeats("partners", "id", (partner.id for partner in reading.partners))


def _read_requests(top: Row, reading: _Reading) -> None:
    for row in reading.rows("requests", top.items("requests"), _REQUEST_KEYS, ("provider_type",)):
        reading.requests.append(
            Request(
                id=row.identifier("id"),
                organisation=row.optional_text("organisation"),
                region=row.text("region"),
                priority=row.text("priority"),
                provider_type=row.optional_text("provider_type"),
                severity=row.whole("severity", 1, 4),
                days=row.whole("days", 1, DAYS_LIMIT),
                window=_window(row, len(reading.months)),
                max_team=row.whole("max_team", 1, COUNT_LIMIT),
                mandated=row.flag("mandated"),
                excluded=tuple(sorted(row.distinct_texts("excluded"))),
                skills=_skills(row),
            )
        )
    reading.refuse_repeats("requests", "id", (request.id for request in reading.requests))


def _window(row: Row, months: int) -> tuple[int, int]:
    """First and last month of a request, positions in the horizon."""
    bounds = row.items("window")
    if row.get("window") is MISSING or not isinstance(row.get("window"), list):
        return (0, 0)
    if len(bounds) != 2 or any(type(bound) is not int for bound in bounds):
        row.say("window", "must be two whole numbers, the first and the last month")
        return (0, 0)
    first, last = bounds
    if first > last:
        row.say("window", f"{first} is after {last}")
    for position, bound in enumerate(bounds):
        if not 0 <= bound < months:
            row.say(f"window[{position}]", f"{shown(bound)} is no month of the horizon (0 to {months - 1})")
            return (0, 0)
    return (first, last)


def _skills(row: Row) -> tuple[RequiredSkill, ...]:
    """The skills a request asks for; unless there are none, their weights add to 1."""
    path = f"{row.path}.skills"
    found: dict[str, RequiredSkill] = {}
    for position, value in enumerate(row.items("skills")):
        entry = Row(value, f"{path}[{position}]", row.problems, ("skill", "weight", "essential"))
        skill = RequiredSkill(entry.text("skill"), entry.number("weight", 0, 1), entry.flag("essential"))
        if skill.skill in found:
            entry.say("skill", f"{shown(skill.skill)} is asked for twice")
        found[skill.skill] = skill
    total = math.fsum(skill.weight for skill in found.values())
    if found and abs(total - 1) > WEIGHTS_TOLERANCE:
        row.say("skills", f"weights add to {total:.12g}, not to 1")
    return tuple(found.values())


def _check_references(reading: _Reading) -> None:
    """Regions, priorities and excluded partners must be known."""
    regions = {region.code for region in reading.regions}
    priorities = {priority.code for priority in reading.priorities}
    partners = {partner.id for partner in reading.partners}
    note = reading.problems.append
    for position, partner in enumerate(reading.partners):
        if partner.region and partner.region not in regions:
            note(f"partners[{position}].region: {shown(partner.region)} is not known")
    for position, request in enumerate(reading.requests):
        if request.region and request.region not in regions:
            note(f"requests[{position}].region: {shown(request.region)} is not known")
        if request.priority and request.priority not in priorities:
            note(f"requests[{position}].priority: {shown(request.priority)} is not known")
        for partner_id in request.excluded:
            if partner_id not in partners:
                note(f"requests[{position}].excluded: {shown(partner_id)} is no partner")


def _assemble(top: Row, reading: _Reading) -> Instance:
    partners = tuple(sorted(reading.partners, key=lambda partner: partner.id))
    requests = tuple(sorted(reading.requests, key=lambda request: request.id))
    table = read_candidates(top, partners, requests)
    pairs = PairReader(top, len(reading.months), partners, requests)
    return Instance(
        months=tuple(reading.months),
        priorities=tuple(reading.priorities),
        regions=tuple(reading.regions),
        mandated_share=top.number("mandated_share", 0, 1, default=0.5),
        skill_bonus=top.number("skill_bonus", 0, 100, default=0.5),
        essential_is_hard=top.flag("essential_is_hard"),
        ladder=_ladder(top),
        partners=partners,
        requests=requests,
        candidates=table,
        locked=pairs.engagements("locked", table),
        forbidden=pairs.forbidden(),
        previous=pairs.engagements("previous"),
    )


def _ladder(top: Row) -> tuple[str, ...]:
    """The levels to solve, in order; none named means the usual ones."""
    names = top.distinct_texts("ladder")
    for position, name in enumerate(names):
        if name not in LEVELS:
            top.say(f"ladder[{position}]", f"{shown(name)} is no level")
    return tuple(names) or DEFAULT_LADDER
