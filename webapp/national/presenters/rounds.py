"""One round with its runs and what can be done now; the choices of its forms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.round_lines import RoundLine, months_of_support, overview_line, reads_runs
from webapp.national.presenters.run_lines import RunLine, run_line
from webapp.services.policies import Policy
from webapp.services.publications import Publication
from webapp.services.repairs import IN_FORCE
from webapp.services.rounds import Round, RoundOverview, RoundState
from webapp.services.runs import Run
from webapp.ui import choices, formats
from webapp.ui.files import may_export


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done now: a button, or a link where a form follows."""

    text: str
    href: str
    is_link: bool = False


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


def round_page(
    overview: RoundOverview, runs: Iterable[Run], published: Iterable[Publication], actor: AnyActor
) -> RoundPage:
    """One round, with the acts that its state and the reader's role allow."""
    row, runs = overview.round, tuple(runs)
    facts = [
        ("Requests taken", f"{formats.day(row.opens_on)} to {formats.day(row.closes_on)}"),
        ("Months of support", months_of_support(row)),
        ("Policy", f"Version {row.policy.number}: {row.policy.name}"),
    ]
    facts += [
        (f"Requests: {choices.title('request_state', state).lower()}", formats.count(number))
        for state, number in overview.requests.items()
    ]
    if row.comments_until:
        facts.append(("Regions may comment until", formats.day(row.comments_until)))
    return RoundPage(
        line=overview_line(overview, runs, actor),
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


def _publication(row: Publication) -> str:
    words = choices.title("publication_state", row.state)
    return f"{words}. Proposed on {formats.moment(row.proposed_at)}."
