"""Rounds in lists: the overview and all rounds, each line with its next step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.run_lines import RunLine, run_line
from webapp.services.rounds import Round, RoundOverview
from webapp.services.runs import Run
from webapp.ui import choices, formats
from webapp.ui.listing import Column, Listing


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round in a list."""

    name: str
    href: str
    state: str
    colour: str
    taking: str
    months: str
    requests: str = ""
    next_step: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """The overview."""

    rounds: tuple[RoundLine, ...]
    runs: tuple[RunLine, ...]
    all_runs: str


@dataclass(frozen=True, slots=True)
class ListedRound:
    """One round in the list of all, with what its file has besides."""

    row: Round
    line: RoundLine
    requests: int


@dataclass(frozen=True, slots=True)
class RoundList:
    """What stands over all rounds."""

    new: str
    fairness: str
    runs: str


ROUNDS = Listing(
    caption="Rounds",
    columns=(
        Column("number", "Number", lambda each: each.row.number, only_file=True),
        Column(
            "name", "Round", lambda each: each.line.name, link=lambda each: each.line.href, sortable=False
        ),
        Column(
            "state",
            "State",
            lambda each: each.line.state,
            tag=lambda each: each.line.colour,
            sortable=False,
        ),
        Column("taking", "Requests taken", lambda each: each.line.taking, sortable=False),
        Column("opens", "Opens", lambda each: each.row.opens_on, only_file=True),
        Column("closes", "Closes", lambda each: each.row.closes_on, only_file=True),
        Column("months", "Months of support", lambda each: each.line.months, sortable=False),
        Column("requests", "Requests", numeric=True, sortable=False),
        Column("policy", "Policy version", lambda each: each.row.policy.number, only_file=True),
        Column("comments", "Regions may comment until", lambda each: each.row.comments_until, only_file=True),
    ),
    noun="round",
    empty="There is no round yet.",
)
NEXT_STEPS = {
    "draft": "Open it when requests may come in.",
    "open": "Requests are coming in. Close the round to match them.",
    "closed": "Start a run.",
    "matching": "A run is at work.",
    "in_review": "Review the matches, then propose publication.",
    "published": "Offers are with both sides.",
    "repair_review": "Review what is new in the repair, then propose publication.",
    "ended": "",
}
STEPS_OF_A_REGION = {
    "draft": "It is being prepared.",
    "open": "Requests are coming in.",
    "closed": "It is about to be matched.",
    "matching": "A run is at work.",
    "in_review": "The matches are under review: read those of your region, and comment.",
    "published": "Offers are with both sides.",
    "repair_review": "A repair is under review: read the matches of your region, and comment.",
    "ended": "",
}
"""What the next step is to readers who decide on nothing."""


def home(overviews: Iterable[RoundOverview], latest: Iterable[Run], actor: AnyActor) -> Home:
    """Rounds with their next step, and the newest runs."""
    runs = tuple(latest)
    lines = tuple(overview_line(each, runs, actor) for each in overviews)
    return Home(lines, tuple(map(run_line, runs)), url_for("national.run_list") if runs else "")


def round_list(actor: AnyActor) -> RoundList:
    """The ways from the list: to a new round for who may make it, to fairness and to all runs."""
    new = url_for("national.new_round") if matrix.opens(actor, Action.ROUND_CREATE) else ""
    if not reads_runs(actor):
        return RoundList(new, "", "")
    return RoundList(new, url_for("national.fairness_page"), url_for("national.run_list"))


def listed_round(overview: RoundOverview) -> ListedRound:
    """One round in the list of all."""
    return ListedRound(overview.round, _line(overview.round), _sent_in(overview))


def overview_line(overview: RoundOverview, runs: Iterable[Run], actor: AnyActor) -> RoundLine:
    """One round with what has come in, and what is to be done next."""
    return replace(
        _line(overview.round),
        requests=formats.plural(_sent_in(overview), "request"),
        next_step=(NEXT_STEPS if reads_runs(actor) else STEPS_OF_A_REGION)[overview.round.state.value],
        next_href=_to_review(overview.round, runs),
    )


def months_of_support(row: Round) -> str:
    """The first and the last month in which the round's support is given."""
    return f"{formats.month(row.months[0])} to {formats.month(row.months[-1])}"


def reads_runs(actor: AnyActor) -> bool:
    """Whether the reader may see runs at all."""
    return matrix.opens(actor, Action.RUN_READ)


def _line(row: Round) -> RoundLine:
    return RoundLine(
        name=row.name,
        href=url_for("national.round_page", round_id=row.id),
        state=choices.title("round_state", row.state),
        colour=choices.colour("round_state", row.state),
        taking=f"{formats.day(row.opens_on)} to {formats.day(row.closes_on)}",
        months=months_of_support(row),
    )


def _sent_in(overview: RoundOverview) -> int:
    return sum(number for state, number in overview.requests.items() if state.value != "draft")


def _to_review(row: Round, runs: Iterable[Run]) -> str:
    """The way to the work list of the run under review, where reviewing is the next step."""
    if row.state.value not in ("in_review", "repair_review"):
        return ""
    return next(
        (
            url_for("national.work_list", run_id=each.id)
            for each in runs
            if each.is_current and each.round_id == row.id
        ),
        "",
    )
