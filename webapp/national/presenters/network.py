"""The network of a run in pictures, each with its table: flows, map, fairness by size and place, thin places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.network_gists import gists
from webapp.national.presenters.provider_words import DISTANCES, SIZES
from webapp.services.network_pictures import BoardHelp, Flow, Network, ThinSkill
from webapp.services.provider_groups import Help
from webapp.ui import formats
from webapp.ui.charts import BarChart, HeatTable, bar_chart, heat_table
from webapp.ui.listing import Column, Listing, Table
from webapp.ui.maps import Map, spot_map

ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One comparison, as picture and list."""

    title: str
    chart: BarChart
    table: Table


@dataclass(frozen=True, slots=True)
class NetworkShown:
    """The page."""

    title: str
    back: str
    evidence_href: str
    lead: str
    gists: Mapping[str, str]
    regions: HeatTable
    flows_csv: str | None
    priorities: HeatTable
    map: Map
    boards: Table
    groups: tuple[GroupTable, ...]
    thin: Table
    leaning: Table


BOARDS = Listing(
    caption="Help by integrated care board",
    columns=(
        Column("name", "Integrated care board", sortable=False),
        Column("region", "Region", sortable=False),
        Column("requests", "Requests", lambda row: row.help.requests, numeric=True, sortable=False),
        Column("wanted", "Days asked for", lambda row: row.help.days_wanted, numeric=True, sortable=False),
        Column("met", "Days met", lambda row: row.help.days_met, numeric=True, sortable=False),
        Column("share", "Share", lambda row: formats.share(row.help.share), numeric=True, sortable=False),
    ),
    noun="board",
)
FLOWS = Listing(
    caption="Who supports whom",
    columns=(
        Column("home", "Partners of"),
        Column("region", "Support in"),
        Column("priority", "Priority"),
        Column("matches", "Matches", numeric=True),
        Column("days", "Days", numeric=True),
    ),
    noun="flow",
)
THIN = Listing(
    caption="Skills that at most one partner holds",
    columns=(
        Column("skill", "Skill", lambda row: row.code, sortable=False),
        Column("requests", "Requests that ask for it", numeric=True, sortable=False),
        Column("partners", "Partners who have done it", numeric=True, sortable=False),
    ),
    noun="skill",
    empty="Every skill that is asked for is held by two partners or more.",
)
LEANING = Listing(
    caption="Partners on whom the round leans",
    columns=(
        Column("name", "Partner", sortable=False),
        Column("only", "Requests with no other candidate", numeric=True, sortable=False),
        Column("matches", "Matches", numeric=True, sortable=False),
        Column("days", "Days", numeric=True, sortable=False),
    ),
    noun="partner",
)
GROUPS = Listing(
    caption="Days asked for and met",
    columns=(
        Column("group", "Group", lambda row: row.code, sortable=False),
        Column("requests", "Requests", numeric=True, sortable=False),
        Column("wanted", "Days asked for", lambda row: row.days_wanted, numeric=True, sortable=False),
        Column("met", "Days met", lambda row: row.days_met, numeric=True, sortable=False),
        Column("share", "Share", lambda row: formats.share(row.share), numeric=True, sortable=False),
    ),
    noun="group",
)

Lists = Mapping[str, tuple[Listing, Sequence[object]]]


def codes_of(found: Network) -> set[str]:
    """The taxonomy codes that the page names."""
    priorities = {flow.priority for flow in found.flows if flow.priority}
    return priorities | {each.code for each in found.thin}


def shown(
    found: Network, regions: Mapping[str, str], labels: Mapping[str, str], actor: AnyActor
) -> NetworkShown:
    """Everything on the page; ``regions`` and ``labels`` give the words for codes, regions in their order."""
    run = found.run
    total = sum(flow.days for flow in found.flows)
    matches = sum(flow.matches for flow in found.flows)
    tables = lists(found, regions, labels)

    def table(part: str) -> Table:
        return _page(*tables[part], _csv(actor, run.id, part))

    return NetworkShown(
        title=f"The network of run {run.number}",
        back=url_for("national.run_page", run_id=run.id),
        evidence_href=url_for("national.run_page", run_id=run.id) + "#bottlenecks",
        lead=f"{formats.days(total)} given in {formats.plural(matches, 'match', 'matches')}.",
        gists=gists(found, labels),
        regions=_by_region(found.flows, regions),
        flows_csv=_csv(actor, run.id, "flows"),
        priorities=_by_priority(found.flows, regions, labels),
        map=spot_map(
            "Map of integrated care boards: days asked for and days met",
            (
                (_spoken(each), each.latitude, each.longitude, each.help.days_wanted, each.help.days_met)
                for each in found.boards
            ),
            _signposts(found.boards, regions),
        ),
        boards=table("boards"),
        groups=(
            _group("By size of provider", _named(found.sizes, SIZES), table("sizes")),
            _group("By distance from other trusts", _named(found.distances, DISTANCES), table("distances")),
        ),
        thin=table("thin"),
        leaning=table("leaning"),
    )


def lists(found: Network, regions: Mapping[str, str], labels: Mapping[str, str]) -> Lists:
    """Every table of the page with its rows, by the name of its file."""
    return {
        "flows": (FLOWS, named_flows(found, regions, labels)),
        "boards": (BOARDS, named_boards(found, regions)),
        "sizes": (replace(GROUPS, caption="By size of provider"), _named(found.sizes, SIZES)),
        "distances": (
            replace(GROUPS, caption="By distance from other trusts"),
            _named(found.distances, DISTANCES),
        ),
        "thin": (THIN, named_skills(found, labels)),
        "leaning": (LEANING, found.leaning),
    }


def named_boards(found: Network, regions: Mapping[str, str]) -> list[BoardHelp]:
    """Boards with the name of their region in place of its code."""
    return [
        BoardHelp(each.name, regions.get(each.region or "", ""), each.latitude, each.longitude, each.help)
        for each in found.boards
    ]


def named_flows(found: Network, regions: Mapping[str, str], labels: Mapping[str, str]) -> list[Flow]:
    """Flows with names in place of codes."""
    return [
        Flow(
            regions.get(flow.home, flow.home),
            regions.get(flow.region or "", "Not in one region"),
            labels.get(flow.priority or "", formats.NOTHING),
            flow.matches,
            flow.days,
        )
        for flow in found.flows
    ]


def named_skills(found: Network, labels: Mapping[str, str]) -> list[ThinSkill]:
    """Skills with their names."""
    return [ThinSkill(labels.get(each.code, each.code), each.requests, each.partners) for each in found.thin]


def _by_region(flows: Iterable[Flow], regions: Mapping[str, str]) -> HeatTable:
    values: dict[tuple[str, str], float] = defaultdict(float)
    for flow in flows:
        values[flow.home, flow.region or ELSEWHERE] += flow.days
    columns = [*regions.items()]
    if any(column == ELSEWHERE for _, column in values):
        columns.append((ELSEWHERE, "Not in one region"))
    return heat_table(
        "Days from partners of each region (rows) to each region (columns)",
        "Partners of",
        [*regions.items()],
        columns,
        values,
        total="All days",
    )


def _by_priority(flows: Sequence[Flow], regions: Mapping[str, str], labels: Mapping[str, str]) -> HeatTable:
    values: dict[tuple[str, str], float] = defaultdict(float)
    for flow in flows:
        values[flow.region or ELSEWHERE, flow.priority or ""] += flow.days
    codes = sorted({flow.priority or "" for flow in flows}, key=lambda code: labels.get(code, code))
    rows = [*regions.items()]
    if any(row == ELSEWHERE for row, _ in values):
        rows.append((ELSEWHERE, "Not in one region"))
    return heat_table(
        "Days of support in each region (rows) by priority (columns)",
        "Support in",
        rows,
        [(code, labels.get(code, code)) for code in codes],
        values,
        total="All days",
    )


def _named(found: Iterable[Help], words: Mapping[str, str]) -> list[Help]:
    known = {each.code: each for each in found}
    return [
        Help(text, known[code].requests, known[code].days_wanted, known[code].days_met)
        for code, text in words.items()
        if code in known
    ]


def _group(title: str, named: Sequence[Help], table: Table) -> GroupTable:
    bars = [(each.code, each.share, formats.share(each.share)) for each in named]
    return GroupTable(
        title,
        bar_chart(f"{title}: share of the days asked for that is met", bars, most=1.0),
        table,
    )


def _page(listing: Listing, rows: Sequence[object], csv: str | None) -> Table:
    """A short list, whole: nothing to sort, filter or turn over."""
    return replace(listing.page(listing.read({}), rows, len(rows), csv_href=csv), pages=None)


def _csv(actor: AnyActor, run_id: object, part: str) -> str | None:
    if not matrix.opens(actor, Action.EXPORT_DOWNLOAD):
        return None
    return url_for("national.network_file", run_id=run_id, part=part)


def _signposts(boards: Iterable[BoardHelp], regions: Mapping[str, str]) -> list[tuple[str, float, float]]:
    """The name of each region in the middle of its boards."""
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for each in boards:
        if each.region is not None and each.region in regions:
            places[each.region].append((each.latitude, each.longitude))
    return [
        (regions[code], sum(at for at, _ in found) / len(found), sum(at for _, at in found) / len(found))
        for code, found in sorted(places.items())
    ]


def _spoken(each: BoardHelp) -> str:
    wanted = formats.count(each.help.days_wanted)
    return f"{each.name}: {formats.count(each.help.days_met)} of {wanted} days met"
