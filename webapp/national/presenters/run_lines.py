"""Runs in lists: their lines, the list of all of them, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from webapp.services.runs import Run
from webapp.ui import choices, formats
from webapp.ui.listing import ChoiceFilter, Column, Listing, View

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run in a list."""

    name: str
    href: str
    state: str
    colour: str
    queued: str
    quality: str
    standing: str
    round: str = ""
    kind: str = ""
    finished: str = ""


RUN_KINDS = {"round": "Run", "repair": "Repair", "scenario": "Scenario"}


def listing_of(rounds: Pairs) -> Listing:
    """The list of all runs, which can be narrowed to a round."""
    return Listing(
        caption="Runs",
        columns=(
            Column("name", "Run", link=lambda line: line.href, sortable=False),
            Column("round", "Round", sortable=False),
            Column("kind", "Kind", only_file=True),
            Column("state", "State", tag=lambda line: line.colour, sortable=False),
            Column("queued", "Started", sortable=False),
            Column("finished", "Finished", only_file=True),
            Column("quality", "Result", sortable=False),
            Column("standing", "In use", sortable=False),
        ),
        filters=(ChoiceFilter("round", "Round", rounds),),
        noun="run",
        empty="No run yet. A round that is closed can be run.",
    )


def chosen_round(view: View) -> UUID | None:
    """The round that the list is narrowed to."""
    return view.choice("round", UUID)


def run_line(row: Run) -> RunLine:
    """One run in a list."""
    return RunLine(
        name=run_name(row),
        href=url_for("national.run_page", run_id=row.id),
        state=choices.title("run_state", row.state),
        colour=choices.colour("run_state", row.state),
        queued=formats.moment(row.queued_at),
        quality=_quality(row),
        standing=_standing(row),
        round=row.round.name,
        kind=RUN_KINDS[row.kind.value],
        finished=formats.moment(row.finished_at) if row.finished_at else "",
    )


def _standing(row: Run) -> str:
    """What the round's current run is now; nothing for any other run."""
    if not row.is_current:
        return ""
    return "Published" if row.round.state.value in ("published", "ended") else "Under review"


def run_name(row: Run) -> str:
    """What people call a run."""
    kind = RUN_KINDS[row.kind.value]
    return f"{kind} {row.number}: {row.name}" if row.name else f"{kind} {row.number}"


def _quality(row: Run) -> str:
    if row.state.value != "finished":
        return ""
    if row.solver_status == "infeasible":
        return "Its locks clash"
    value = next((level for level in row.levels or () if level["name"] == "value"), None)
    if value is None or not value["bound"]:
        return "Certified"
    gap = max(0.0, (value["bound"] - value["value"]) / value["bound"])
    if gap < 1e-9:
        return "Certified; benefit proven best"
    return f"Certified; benefit within {formats.share(max(gap, 1e-4), 2)} of the proven best"
