"""Fairness and bottlenecks of a run: each comparison as a picture and a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from webapp.national.presenters.provider_words import PROVIDER_TYPES
from webapp.services.run_summaries import Coverage, FloorShort, RunEvidence, Starved
from webapp.ui import formats, wording
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.listing import Column, Listing
from webapp.ui.wording import Audience

GROUPINGS = {
    "region": "By region",
    "priority": "By priority",
    "provider_type": "By type of provider",
    "severity": "By severity",
    "mandated": "Mandated support",
    "waited": "By rounds waited",
}
FILES = ("coverage", "bottlenecks", "reasons")
PLAIN_CODES = {
    "yes": "Mandated",
    "no": "Not mandated",
    "unstated": "Not stated",
    **PROVIDER_TYPES,
}


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """One group in the table."""

    name: str
    requests: str
    helped: str
    wanted: str
    met: str
    share: str
    floor: str


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """One comparison, as picture and table."""

    title: str
    chart: BarChart
    lines: tuple[CoverageLine, ...]


@dataclass(frozen=True, slots=True)
class StarvedLine:
    """One set of requests short of days."""

    requests: str
    href: str
    wanted: str
    available: str
    short: str
    skills: str
    regions: str


@dataclass(frozen=True, slots=True)
class EvidenceShown:
    """The evidence part of a run's page."""

    headline: str
    floors: tuple[str, ...]
    tables: tuple[CoverageTable, ...]
    starved: tuple[StarvedLine, ...]
    thin: str
    deliverable: str
    left_out: str
    files: Mapping[str, str]
    reasons: tuple[tuple[str, str], ...]


COVERAGE = Listing(
    caption="Who got how much",
    columns=(
        Column("grouping", "Compared", lambda row: GROUPINGS.get(row[0].grouping, row[0].grouping)),
        Column("group", "Group", lambda row: row[1]),
        Column("requests", "Requests", lambda row: row[0].requests, numeric=True),
        Column("helped", "Helped", lambda row: row[0].helped, numeric=True),
        Column("wanted", "Days asked for", lambda row: row[0].days_wanted, numeric=True),
        Column("met", "Days met", lambda row: row[0].days_met, numeric=True),
        Column("share", "Share", lambda row: round(row[0].share, 4), numeric=True),
        Column("floor", "Floor", lambda row: row[0].floor, numeric=True),
    ),
)
BOTTLENECKS = Listing(
    caption="Where the network is too thin",
    columns=(
        Column("requests", "Requests", lambda row: row[0].requests, numeric=True),
        Column("wanted", "Days asked for", lambda row: row[0].days_wanted, numeric=True),
        Column("available", "Days there are", lambda row: row[0].days_available, numeric=True),
        Column("short", "Days short", lambda row: row[0].days_short, numeric=True),
        Column("skills", "Skills to recruit", lambda row: row[1]),
        Column("regions", "Where", lambda row: row[2]),
    ),
)
REASONS = Listing(
    caption="Why pairs were left out",
    columns=(
        Column("reason", "Reason", lambda row: row[0]),
        Column("pairs", "Pairs", lambda row: row[1], numeric=True),
    ),
)


def lists(found: RunEvidence, names: Mapping[str, str]) -> Mapping[str, tuple[Listing, Sequence[object]]]:
    """Every table of the evidence with its rows, by the name of its file."""
    return {
        "coverage": (COVERAGE, [(each, _name(each, names)) for each in found.coverage]),
        "bottlenecks": (
            BOTTLENECKS,
            [(each, _called(each.skills, names), _called(each.regions, names)) for each in found.starved],
        ),
        "reasons": (
            REASONS,
            [(wording.reason(code, Audience.NATIONAL), number) for code, number in found.reasons_out],
        ),
    }


def codes_of(found: RunEvidence) -> set[str]:
    """The taxonomy codes that the evidence names."""
    skills = {code for each in found.starved for code, _ in each.skills}
    return skills | {each.code for each in found.coverage if each.grouping == "priority"}


def shown(
    found: RunEvidence,
    names: Mapping[str, str],
    files: Mapping[str, str],
    sets: Callable[[int], str] | None = None,
) -> EvidenceShown:
    """Everything in words; ``names`` has the words for codes of regions, priorities and skills.

    ``files``: the addresses of the tables as files, empty for who may not have them; ``sets`` gives the address of a
    set short of days by its place.
    """
    tables = []
    for grouping, title in GROUPINGS.items():
        groups = [each for each in found.coverage if each.grouping == grouping]
        if len(groups) > 1:
            tables.append(_table(title, groups, names))
    return EvidenceShown(
        headline=f"{formats.count(found.days_met)} of {formats.days(found.days_wanted)} asked for are met: "
        f"{formats.share(found.share)}.",
        floors=tuple(_floor(each, names) for each in found.floors_short),
        tables=tuple(tables),
        starved=tuple(
            _starved(each, names, sets(at) if sets else "") for at, each in enumerate(found.starved, start=1)
        ),
        thin=_thin(found.starved),
        deliverable=_deliverable(found),
        left_out=_left_out(found.reasons_out),
        files=files,
        reasons=tuple(
            (wording.reason(code, Audience.NATIONAL), formats.count(number))
            for code, number in sorted(found.reasons_out, key=lambda pair: -pair[1])
        ),
    )


def _floor(each: FloorShort, names: Mapping[str, str]) -> str:
    """How far a group is below its floor, and which rule binds."""
    floor = f"its floor of {formats.share(each.floor)} ({formats.days(each.floor_days)})"
    met, short = formats.days(each.days_met), formats.days(each.days_short)
    said = f"{names.get(each.code, each.code)} gets {met}, {short} below {floor}."
    if each.available is not None and each.available < each.floor_days:
        return f"{said} All its candidates together have only {formats.days(each.available)} in these months."
    if not each.reasons:
        return said
    lacks = " ".join(
        f"{formats.days(days)}: {wording.unmet(code, Audience.NATIONAL)}" for code, days in each.reasons
    )
    return f"{said} What its requests lack, by the rule that binds. {lacks}"


def _table(title: str, groups: list[Coverage], names: Mapping[str, str]) -> CoverageTable:
    bars = [(_name(each, names), each.share, formats.share(each.share)) for each in groups]
    return CoverageTable(
        title=title,
        chart=bar_chart(f"{title}: share of the days asked for that is met", bars, most=1.0),
        lines=tuple(
            CoverageLine(
                _name(each, names),
                formats.count(each.requests),
                formats.count(each.helped),
                formats.count(each.days_wanted),
                formats.count(each.days_met),
                formats.share(each.share),
                formats.share(each.floor) if each.floor else "None",
            )
            for each in groups
        ),
    )


def _name(group: Coverage, names: Mapping[str, str]) -> str:
    if group.grouping == "severity":
        return f"Severity {group.code}"
    if group.grouping == "waited":
        return f"Waited: {group.code}"
    return names.get(group.code) or PLAIN_CODES.get(group.code) or group.code


def _thin(starved: Sequence[Starved]) -> str:
    if not starved:
        return "No set of requests asks for more days than its candidates have."
    most = max(each.days_short for each in starved)
    return f"{formats.plural(len(starved), 'set')} of requests, the largest {formats.days(most)} short."


def _deliverable(found: RunEvidence) -> str:
    if found.deliverable is None:
        return ""
    return (
        f"However the days are dealt, at most {formats.count(found.deliverable)} of the "
        f"{formats.days(found.days_wanted)} asked for could be given, because partners have no more in those months."
    )


def _left_out(reasons_out: Sequence[tuple[str, int]]) -> str:
    if not reasons_out:
        return "No pair was left out."
    code, number = max(reasons_out, key=lambda pair: pair[1])
    total = sum(pairs for _, pairs in reasons_out)
    why = wording.reason(code, Audience.NATIONAL).rstrip(".")
    return f"{formats.plural(total, 'reason')} in all. The most frequent, {number:,} times: {why}."


def _starved(each: Starved, names: Mapping[str, str], href: str) -> StarvedLine:
    return StarvedLine(
        requests=formats.plural(each.requests, "request"),
        href=href,
        wanted=formats.count(each.days_wanted),
        available=formats.count(each.days_available),
        short=formats.count(each.days_short),
        skills=_called(each.skills[:3], names),
        regions=_called(each.regions[:3], names),
    )


def _called(counted: Iterable[tuple[str, int]], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(code, code) for code, _ in counted)
