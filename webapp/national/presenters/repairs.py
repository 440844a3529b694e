"""Repairs: what waits for one in plain words, and what each was made for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.run_lines import RunLine, run_line
from webapp.services.repair_history import Change, RepairChanges, RoundRepairs
from webapp.services.repair_moments import Happened
from webapp.services.repairs import IN_FORCE
from webapp.services.runs import Run
from webapp.ui import choices, formats
from webapp.ui.charts import GainChart, gain_chart
from webapp.ui.doers import doer
from webapp.ui.files import may_export
from webapp.ui.listing import Column, Listing

EVENT_HEADS = ("What happened", "Partner", "Request", "When", "Who")
UNDER_WAY = ("queued", "running")
NOT_RECORDED = "Not recorded"
EventRow = tuple[str, str, str, str, str]
"""What happened, to whom, when, and who did it."""
EVENTS = Listing(
    caption="What happened",
    columns=tuple(Column(head.lower(), head, itemgetter(place)) for place, head in enumerate(EVENT_HEADS)),
)
CHANGE_HEADS = ("Partner", "Request", "Days before", "Days now", "Why")
CHANGES = Listing(
    caption="What the repair changed",
    columns=tuple(Column(head.lower(), head, itemgetter(place)) for place, head in enumerate(CHANGE_HEADS)),
)
REPAIRS = Listing(
    caption="Repairs",
    columns=(
        Column("name", "Repair", lambda line: line.run.name),
        Column("state", "State", lambda line: line.run.state),
        Column("queued", "Started", lambda line: line.run.queued),
        Column("finished", "Finished", lambda line: line.run.finished),
        Column("reasons", "Made for"),
        Column("quality", "Result", lambda line: line.run.quality),
    ),
)


@dataclass(frozen=True, slots=True)
class RepairLine:
    """One repair, and in a few words what it was made for."""

    run: RunLine
    reasons: str


@dataclass(frozen=True, slots=True)
class RepairsPage:
    """The repairs of a round."""

    round_name: str
    back: str
    lead: str
    heads: tuple[str, ...]
    waiting_csv: str
    repairs_csv: str
    waiting: tuple[EventRow, ...]
    more: str
    button: str
    under_way: str
    repairs: tuple[RepairLine, ...]


def round_page(found: RoundRepairs, actor: AnyActor) -> RepairsPage:
    """What waits, and the history."""
    row, waiting = found.round, tuple(event_row(each) for each in found.waiting)
    under_way = next((run for run in found.repairs if run.state.value in UNDER_WAY), None)
    may_repair = bool(waiting) and under_way is None and matrix.opens(actor, Action.RUN_REPAIR)
    hidden = found.number_waiting - len(waiting)
    return RepairsPage(
        round_name=row.name,
        back=url_for("national.round_page", round_id=row.id),
        lead=_lead(row.state in IN_FORCE, found.number_waiting),
        heads=EVENT_HEADS,
        waiting_csv=url_for("national.waiting_csv", round_id=row.id) if may_export(actor) else "",
        repairs_csv=url_for("national.repairs_csv", round_id=row.id) if may_export(actor) else "",
        waiting=waiting,
        more=f"And {formats.count(hidden)} more." if hidden else "",
        button=url_for("national.repair_round", round_id=row.id) if may_repair else "",
        under_way=url_for("national.run_page", run_id=under_way.id) if under_way else "",
        repairs=tuple(map(repair_line, found.repairs)),
    )


def repair_line(run: Run) -> RepairLine:
    """One repair in a list."""
    return RepairLine(run_line(run), reasons_of(run))


def event_row(each: Happened) -> EventRow:
    """One event in words."""
    return (
        choices.title("repair_event", each.event.code),
        each.partner or "No partner",
        each.request or "All of the partner's",
        formats.moment(each.at) if each.at else NOT_RECORDED,
        doer(each.by, each.role) if each.role else NOT_RECORDED,
    )


@dataclass(frozen=True, slots=True)
class ChangesShown:
    """What a repair changed: in a sentence, as a picture, line by line; and where it stands beside the run before."""

    lead: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    chart: GainChart | None
    more: str
    csv: str
    compare: str


def changes_shown(run: Run, found: RepairChanges | None, actor: AnyActor) -> ChangesShown | None:
    """The part of a repair's page that says what it changed and why."""
    if found is None:
        return None
    rows = tuple(change_row(found, each) for each in found.shown)
    hidden = found.number - len(rows)
    bars = [(f"{partner}: {request}", after - before) for partner, request, before, after, _ in rows]
    return ChangesShown(
        lead=_changed(found),
        heads=CHANGE_HEADS,
        rows=tuple(tuple(map(str, row)) for row in rows),
        chart=gain_chart("Days gained and lost, match by match", bars)
        if any(gain for _, gain in bars)
        else None,
        more=f"And {formats.count(hidden)} more." if hidden else "",
        csv=url_for("national.changes_csv", run_id=run.id) if rows and may_export(actor) else "",
        compare=url_for("national.compare_runs", first=run.repairs_id, second=run.id)
        if rows and run.repairs_id
        else "",
    )


def change_row(found: RepairChanges, each: Change) -> tuple[str, str, int, int, str]:
    """One match that changed."""
    why = choices.title("repair_event", each.why)
    return (
        found.names.get(each.partner, each.partner),
        found.names.get(each.request, each.request),
        each.before,
        each.after,
        why,
    )


def _changed(found: RepairChanges) -> str:
    if not found.number:
        return "Nothing else changed: every match stands as it stood."
    if found.number > len(found.shown):
        return f"{formats.plural(found.number, 'match is', 'matches are')} not as before."
    gone = sum(not each.after for each in found.shown)
    new = sum(not each.before for each in found.shown)
    kinds = ((gone, "gone"), (new, "new"), (found.number - gone - new, "with other days"))
    said = ", ".join(f"{formats.count(number)} {words}" for number, words in kinds if number)
    return f"{formats.plural(found.number, 'match is', 'matches are')} not as before: {said}. Every other match stands."


def reasons_of(run: Run) -> str:
    """How many of which events a repair was made for; it learns of them when it begins."""
    if run.repair is None:
        return "It has not begun" if run.state.value in UNDER_WAY else "It was stopped before it had begun"
    events = (each["code"] for each in run.repair.get("events", ()))
    return "; ".join(_counted(events)) or "Nothing that still stands"


def _counted(codes: Iterable[str]) -> Iterable[str]:
    numbers: dict[str, int] = {}
    for code in codes:
        numbers[code] = numbers.get(code, 0) + 1
    for code, number in numbers.items():
        words = choices.title("repair_event", code)
        yield words if number == 1 else f"{words} ({number:,} times)"


def _lead(is_in_force: bool, waiting: int) -> str:
    if not is_in_force:
        return "Only a published round is repaired."
    if not waiting:
        return "Nothing waits for a repair. Declines, withdrawals and cuts in days start one by themselves."
    happened = formats.plural(waiting, "thing has", "things have")
    return f"{happened} happened that the round's run does not know. A repair keeps what stands and fills the gaps."
