"""Before a round is solved: heat tables of demand beside what there is, and what people can still mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.check_messages import Concern
from webapp.services.round_checks import Check, Partner, SupportRequest
from webapp.ui import formats, wording
from webapp.ui.charts import BarChart, HeatCell, HeatRow, HeatTable, bar_chart
from webapp.ui.listing import Column, Listing
from webapp.ui.wording import Audience

Words = Mapping[str, str]
SCARCEST = 15
RELOAD_SECONDS = 5
TITLES = {
    Concern.THIN: "Requests with few or no candidates",
    Concern.UNOFFERED: "Skills that nobody offers",
    Concern.STALE: "Partners whose interests are out of date",
    Concern.UNRELEASED: "Experts without their employer's release",
}
LEADS = {
    Concern.THIN: "At most two partners could help each of these. Whoever asks can widen the months, the way of "
    "working or the skills.",
    Concern.UNOFFERED: "Nobody holds these skills at the level asked for. Partners with another skill of the "
    "same topic may have them too.",
    Concern.STALE: "No match is proposed to them until they have confirmed their declaration.",
    Concern.UNRELEASED: "Their employer has not answered yet. A match is proposed all the same unless the policy "
    "says otherwise, and flagged.",
}
TO_WHOM = {
    Concern.THIN: "Write to the requester",
    Concern.UNOFFERED: "Write to partners of the same topic",
    Concern.STALE: "Write to the partner",
    Concern.UNRELEASED: "Write to the employer",
}
GROUPINGS = (
    ("topics", "By topic", "Topic"),
    ("regions", "By region", "Region"),
    ("skills", "By skill", "Skill"),
)
LIMITS = ((150, 5), (100, 4), (80, 3), (50, 2), (0, 1))
"""Per cent of the days there are from which a cell has each shade."""


@dataclass(frozen=True, slots=True)
class ConcernLine:
    """One kind of thing to mend: how many, and the way to them."""

    title: str
    count: str
    href: str


@dataclass(frozen=True, slots=True)
class CheckPage:
    """The page of one round."""

    round_name: str
    back: str
    lead: str
    problem: str
    counted: str
    reload_seconds: int
    again: str
    figures: tuple[tuple[str, str], ...]
    concerns: tuple[ConcernLine, ...]
    months: BarChart | None
    regions: BarChart | None
    tables: tuple[HeatTable, ...]
    csv: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to mend: its record, what is wrong, by whom."""

    name: str
    title: str
    href: str
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class ConcernPage:
    """The list of one kind of thing to mend."""

    title: str
    lead: str
    round_name: str
    back: str
    button: str
    ask: str
    lines: tuple[Line, ...]
    count: str
    pages: Mapping[str, Any] | None
    csv: str


def check_page(check: Check, words: Words, actor: AnyActor) -> CheckPage:
    """Everything that was counted."""
    round_, found = check.round, check.supply
    again = (
        url_for("national.count_again", round_id=round_.id) if matrix.opens(actor, Action.ROUND_ASK) else ""
    )
    problem = f"A run could not start yet: {check.row.problem}." if check.row and check.row.problem else ""
    if found is None:
        lead = "" if problem else "It is being counted, and is here in a minute."
        seconds = 0 if problem else RELOAD_SECONDS
        return CheckPage(
            round_.name, _back(check), lead, problem, "", seconds, again, (), (), None, None, (), ""
        )
    whole = found.whole
    return CheckPage(
        round_name=round_.name,
        back=_back(check),
        lead=f"{formats.plural(whole.requests, 'request')} ask for {formats.days(whole.wanted)}. The "
        f"partners who could help at least one of them have {formats.days(whole.available)} in these months.",
        problem=problem,
        counted=f"Counted on {formats.moment(check.row.counted_at if check.row else None)}.",
        reload_seconds=0,
        again=again,
        figures=(
            (formats.count(whole.requests), "requests"),
            (formats.count(whole.wanted), "days asked for"),
            (formats.count(whole.available), "days of partners who could help"),
            (_percent(whole.wanted, whole.available), "of the days there are is asked for"),
        ),
        concerns=tuple(_concern(check, concern) for concern in Concern),
        months=_bars(
            "Days by month",
            [
                (formats.month(month), wanted, there)
                for month, wanted, there in zip(
                    found.months, whole.wanted_by_month, whole.available_by_month, strict=True
                )
            ],
        ),
        regions=_bars(
            "Days by region",
            [(words.get(each.code, each.code), each.wanted, each.available) for each in found.regions],
        ),
        tables=tuple(_heat(check, *grouping, words) for grouping in GROUPINGS),
        csv=url_for("national.check_csv", round_id=round_.id)
        if matrix.opens(actor, Action.EXPORT_DOWNLOAD)
        else "",
    )


def codes_of(check: Check) -> set[str]:
    """The codes of topics and skills that the page names."""
    found = check.supply
    if found is None:
        return set()
    return {each.code for each in (*found.topics, *found.skills)} | {each.skill for each in found.unoffered}


def group_listing(check: Check, words: Words) -> tuple[Listing, list[Any]]:
    """Every group by month, for a file."""
    months = check.supply.months if check.supply else ()
    columns = [
        Column("grouping", "Grouping", lambda row: row[0]),
        Column("name", "Group", lambda row: words.get(row[1].code, row[1].code)),
        Column("requests", "Requests", lambda row: row[1].requests),
        Column("wanted", "Days asked for", lambda row: row[1].wanted),
        Column("available", "Days there are", lambda row: row[1].available),
    ]
    for place, month in enumerate(months):
        columns += [_month_column("wanted", place, month), _month_column("available", place, month)]
    found = check.supply
    rows = [(title, each) for kind, title, _ in GROUPINGS for each in (getattr(found, kind) if found else ())]
    return Listing(caption="Demand and capacity", columns=tuple(columns)), rows


CONCERNS = Listing(
    caption="To be mended",
    columns=(
        Column("name", "Reference or code", lambda line: line.name),
        Column("title", "What", lambda line: line.title),
        Column("who", "Of whom", lambda line: line.who),
        Column("what", "Why", lambda line: line.what),
    ),
)


def request_lines(check: Check, names: Sequence[str], rows: Mapping[str, SupportRequest]) -> tuple[Line, ...]:
    """Requests with few candidates."""
    thin = {each.request: each for each in check.supply.thin} if check.supply else {}
    return tuple(
        Line(
            name=name,
            title=rows[name].title,
            href=url_for("national.request_page", request_id=rows[name].id),
            who=_helped(rows[name]),
            what=f"{formats.plural(thin[name].candidates, 'candidate')}. Most others: "
            f"{wording.reason(thin[name].reason, Audience.NATIONAL)}",
        )
        for name in names
        if name in rows and name in thin
    )


def partner_lines(names: Sequence[str], rows: Mapping[str, Partner], what: str) -> tuple[Line, ...]:
    """Partners who, or whose employers, can mend something."""
    return tuple(
        Line(
            name=name,
            title=rows[name].name,
            href=url_for("national.partners", q=name),
            who=_home(rows[name]),
            what=what,
        )
        for name in names
        if name in rows
    )


def skill_lines(check: Check, names: Sequence[str], words: Words) -> tuple[Line, ...]:
    """Skills that nobody offers."""
    found = {each.skill: each for each in check.supply.unoffered} if check.supply else {}
    return tuple(
        Line(
            name=name,
            title=words.get(name, name),
            href=url_for("national.requests", q=found[name].requests[0]),
            who=formats.plural(len(found[name].requests), "request"),
            what=f"{formats.days(found[name].days)} asked for, at level {found[name].level}",
        )
        for name in names
    )


def concern_page(
    check: Check,
    concern: Concern,
    lines: tuple[Line, ...],
    paging: tuple[int, Mapping[str, Any] | None],
    actor: AnyActor,
) -> ConcernPage:
    """One page of a list, with the way to write to those concerned."""
    total, pages = paging
    address: dict[str, Any] = {"round_id": check.round.id, "concern": concern.value}
    return ConcernPage(
        title=TITLES[concern],
        lead=LEADS[concern],
        round_name=check.round.name,
        back=url_for("national.check_round", round_id=check.round.id),
        button=TO_WHOM[concern],
        ask=url_for("national.ask_concerned", **address) if matrix.opens(actor, Action.ROUND_ASK) else "",
        lines=lines,
        count=formats.plural(total, "entry", "entries"),
        pages=pages,
        csv=url_for("national.concern_csv", **address) if matrix.opens(actor, Action.EXPORT_DOWNLOAD) else "",
    )


def _month_column(part: str, place: int, month: str) -> Column:
    title = "Asked for in" if part == "wanted" else "There are in"

    def days(row: Any) -> Any:
        return getattr(row[1], f"{part}_by_month")[place]

    return Column(f"{part}{place}", f"{title} {formats.month(month)}", days)


def _back(check: Check) -> str:
    return url_for("national.round_page", round_id=check.round.id)


def _home(row: Partner) -> str:
    return row.organisation.name if row.organisation else ""


def _helped(row: SupportRequest) -> str:
    return row.beneficiary.name if row.beneficiary else ""


def _concern(check: Check, concern: Concern) -> ConcernLine:
    found = check.supply
    counts = {
        Concern.THIN: len(found.thin) if found else 0,
        Concern.UNOFFERED: len(found.unoffered) if found else 0,
        Concern.STALE: len(found.stale) if found else 0,
        Concern.UNRELEASED: len(found.unreleased) if found else 0,
    }
    href = url_for("national.concerned", round_id=check.round.id, concern=concern.value)
    return ConcernLine(TITLES[concern], formats.count(counts[concern]), href)


def _bars(title: str, rows: Sequence[tuple[str, int, int]]) -> BarChart:
    bars = []
    for label, wanted, there in rows:
        bars.append((f"{label}: asked for", wanted, f"{wanted:,}"))
        bars.append((f"{label}: there are", there, f"{there:,}"))
    return bar_chart(f"{title}: asked for, and those of partners who could help", bars)


def _heat(check: Check, kind: str, title: str, corner: str, words: Words) -> HeatTable:
    assert check.supply is not None
    groups = list(getattr(check.supply, kind))
    if kind == "skills":
        groups.sort(key=lambda each: (-_ratio(each.wanted, each.available), each.code))
        groups = groups[:SCARCEST]
        title = f"{title}: the {len(groups)} scarcest"
    rows = tuple(
        HeatRow(
            words.get(each.code, "No topic" if each.code == "none" else each.code),
            tuple(
                _cell(wanted, there)
                for wanted, there in zip(each.wanted_by_month, each.available_by_month, strict=True)
            ),
            _percent(each.wanted, each.available),
        )
        for each in groups
    )
    months = tuple(formats.month(month) for month in check.supply.months)
    return HeatTable(
        f"{title}: share of the days there are that is asked for", corner, months, rows, "All months"
    )


def _cell(wanted: int, there: int) -> HeatCell:
    if not wanted:
        return HeatCell("0%", 0)
    ratio = _ratio(wanted, there) * 100
    return HeatCell(_percent(wanted, there), next(shade for least, shade in LIMITS if ratio >= least))


def _ratio(wanted: int, there: int) -> float:
    if there:
        return wanted / there
    return 1e6 if wanted else 0.0


def _percent(wanted: int, there: int) -> str:
    if not there:
        return "Nobody" if wanted else "0%"
    return f"{wanted / there * 100:,.0f}%"
