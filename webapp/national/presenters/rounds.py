"""Rounds: the list, one round with its runs, and what is to be done next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.run_lines import RunLine, run_line
from webapp.services.policies import Policy
from webapp.services.publications import Publication
from webapp.services.repairs import IN_FORCE
from webapp.services.rounds import Round, RoundOverview, RoundState
from webapp.services.runs import Run
from webapp.ui import choices, formats
from webapp.ui.files import may_export
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
class Act:
    """Something that can be done now: a button, or a link where a form follows."""

    text: str
    href: str
    is_link: bool = False


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


@dataclass(frozen=True, slots=True)
class RoundPage:
    """One round."""

    line: RoundLine
    policy: str
    facts: tuple[tuple[str, str], ...]
    acts: tuple[Act, ...]
    runs: tuple[RunLine, ...]
    publications: tuple[str, ...]
    requests: str
    reads_runs: bool
    proposals: str = ""
    scenario: str = ""
    compare: str = ""
    communities: str = ""
    check: str = ""
    set_policy: str = ""
    repairs: str = ""
    runs_csv: str = ""
    offers: str = ""


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
        Column("requests", "Requests", lambda each: each.requests, numeric=True, sortable=False),
        Column("policy", "Policy version", lambda each: each.row.policy.number, only_file=True),
        Column("comments", "Regions may comment until", lambda each: each.row.comments_until, only_file=True),
    ),
    noun="round",
    empty="There is no round yet.",
)
NEXT_STEPS = {
    "draft": "Open it when requests may come in.",
    "open": "Requests are coming in. Close it to match.",
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
    lines = tuple(_overview_line(each, runs, actor) for each in overviews)
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


def round_page(
    overview: RoundOverview, runs: Iterable[Run], published: Iterable[Publication], actor: AnyActor
) -> RoundPage:
    """One round, with the acts that its state and the reader's role allow."""
    row, runs = overview.round, tuple(runs)
    facts = [
        ("Requests taken", f"{formats.day(row.opens_on)} to {formats.day(row.closes_on)}"),
        ("Months of support", _months(row)),
        ("Policy", f"Version {row.policy.number}: {row.policy.name}"),
    ]
    facts += [
        (f"Requests: {choices.title('request_state', state).lower()}", formats.count(number))
        for state, number in overview.requests.items()
    ]
    if row.comments_until:
        facts.append(("Regions may comment until", formats.day(row.comments_until)))
    return RoundPage(
        line=_overview_line(overview, runs, actor),
        policy=row.policy.name,
        facts=tuple(facts),
        acts=tuple(_acts(row, actor)),
        runs=tuple(run_line(each) for each in runs),
        publications=tuple(_publication(each) for each in published),
        requests=url_for("national.requests", round=row.id),
        reads_runs=reads_runs(actor),
        scenario=url_for("national.new_scenario", round_id=row.id) if _may_try(row, actor) else "",
        compare=url_for("national.choose_runs", round_id=row.id) if reads_runs(actor) else "",
        communities=url_for("national.communities_of", round_id=row.id) if reads_runs(actor) else "",
        check=url_for("national.check_round", round_id=row.id) if reads_runs(actor) else "",
        runs_csv=url_for("national.round_runs_csv", round_id=row.id) if may_export(actor) else "",
        offers=url_for("national.round_offers_page", round_id=row.id)
        if reads_runs(actor) and row.state in (*IN_FORCE, RoundState.ENDED)
        else "",
        repairs=url_for("national.round_repairs", round_id=row.id) if _has_repairs(row, runs, actor) else "",
        set_policy=url_for("national.set_round_policy", round_id=row.id)
        if _may_set_policy(row, actor)
        else "",
    )


def _has_repairs(row: Round, runs: Iterable[Run], actor: AnyActor) -> bool:
    return reads_runs(actor) and (row.state in IN_FORCE or any(each.kind.value == "repair" for each in runs))


def _may_set_policy(row: Round, actor: AnyActor) -> bool:
    return row.state.value in ("draft", "open", "closed") and matrix.opens(actor, Action.ROUND_SET_POLICY)


def _may_try(row: Round, actor: AnyActor) -> bool:
    return row.state.value not in ("draft", "ended") and matrix.opens(actor, Action.SCENARIO_START)


def for_region(page: RoundPage, run_id: UUID | None) -> RoundPage:
    """The page for readers of one region: no runs, but their region's matches of the run under review."""
    return replace(page, proposals=url_for("national.work_list", run_id=run_id) if run_id else "")


def reads_runs(actor: AnyActor) -> bool:
    """Whether the reader may see runs at all."""
    return matrix.opens(actor, Action.RUN_READ)


def confirmed(versions: Iterable[Policy]) -> list[Policy]:
    """Policies that a round may use."""
    return [row for row in versions if row.state.value == "confirmed"]


def coming_months(today: date) -> Sequence[str]:
    """The next eighteen months, this one included."""
    start = today.year * 12 + today.month - 1
    return [f"{each // 12:04d}-{each % 12 + 1:02d}" for each in range(start, start + 18)]


def _acts(row: Round, actor: AnyActor) -> Iterable[Act]:
    state = row.state.value
    acts = (
        (("draft", "closed"), Action.ROUND_OPEN, "Open for requests", "national.open_round", False),
        (("open",), Action.ROUND_CLOSE, "Close to new requests", "national.close_round", False),
        (("closed", "in_review"), Action.RUN_START, "Start a run", "national.new_run", True),
        (IN_FORCE, Action.RUN_REPAIR, "What waits for a repair", "national.round_repairs", True),
        (
            ("closed", "matching", "in_review"),
            Action.ROUND_CREATE,
            "Last day for comments",
            "national.comments_until",
            True,
        ),
        (("published",), Action.ROUND_END, "End the round", "national.end_round", False),
    )
    for states, action, words, endpoint, is_link in acts:
        if state in states and matrix.opens(actor, action):
            yield Act(words, url_for(endpoint, round_id=row.id), is_link)


def _overview_line(overview: RoundOverview, runs: Iterable[Run], actor: AnyActor) -> RoundLine:
    line = _line(overview.round)
    return RoundLine(
        name=line.name,
        href=line.href,
        state=line.state,
        colour=line.colour,
        taking=line.taking,
        months=line.months,
        requests=formats.plural(_sent_in(overview), "request"),
        next_step=(NEXT_STEPS if reads_runs(actor) else STEPS_OF_A_REGION)[overview.round.state.value],
        next_href=_to_review(overview.round, runs),
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


def _line(row: Round) -> RoundLine:
    return RoundLine(
        name=row.name,
        href=url_for("national.round_page", round_id=row.id),
        state=choices.title("round_state", row.state),
        colour=choices.colour("round_state", row.state),
        taking=f"{formats.day(row.opens_on)} to {formats.day(row.closes_on)}",
        months=_months(row),
    )


def _months(row: Round) -> str:
    return f"{formats.month(row.months[0])} to {formats.month(row.months[-1])}"


def _publication(row: Publication) -> str:
    words = choices.title("publication_state", row.state)
    return f"{words}. Proposed on {formats.moment(row.proposed_at)}."
