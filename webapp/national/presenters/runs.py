"""One run: its progress, its certificate level by level, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.run_lines import run_name
from webapp.national.presenters.worth_parts import price_in_words, shares_of
from webapp.services.publications import Publication
from webapp.services.review import Progress
from webapp.services.rounds import RoundOverview
from webapp.services.runs import Run, RunOverview
from webapp.ui import choices, formats, ladder
from webapp.ui.files import may_export
from webapp.ui.listing import Column, Listing

CLASHES: Mapping[str, str] = {
    "capacity": "Too few days in a month",
    "window": "Outside the months of the request",
    "concurrency": "Too many engagements at one time",
    "team": "Too many partners on the request",
    "demand": "More days than the request asks for",
}
"""What a rule that locks break means to a reviewer."""
RELOAD_SECONDS = 4
BOUNDS_OF_A_REPAIR = (
    "This is a repair: offers that stand and locked matches were not to be touched. The bounds count them as they are, "
    "and say what could be made of the rest."
)
FLOORS_COUNT = (
    "Each priority and each region is counted by itself. Who falls short stands under “Who got how much”."
)


def _closeness(level: Mapping[str, Any]) -> str:
    return ladder.closeness(level["name"], level["value"], level["bound"])


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level of the ladder: what was reached, what is proven, how far apart."""

    title: str
    meaning: str
    value: str
    bound: str
    gap: str
    seconds: str
    price: str


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a run of this round would read."""

    round_name: str
    lead: str
    back: str


@dataclass(frozen=True, slots=True)
class RunPage:
    """One run."""

    title: str
    round_name: str
    back: str
    state: str
    colour: str
    lead: str
    reload_seconds: int
    cancel: str
    failure: str
    floors: str
    facts: tuple[tuple[str, str], ...]
    levels: tuple[LevelLine, ...]
    is_priced: bool
    levels_csv: str
    covers: str
    clash: tuple[str, ...]
    review: str
    unmet: str
    network: str
    basis: str
    prices: str
    publication: str
    reviewed: str
    board: str
    files: tuple[tuple[str, str], ...]


CERTIFICATE = Listing(
    caption="Certificate",
    columns=(
        Column("level", "Level", lambda level: ladder.LEVELS[level["name"]].title),
        Column("value", "Reached", lambda level: level["value"]),
        Column("bound", "Proven bound", lambda level: level["bound"]),
        Column("gap", "How close", _closeness),
        Column("seconds", "Seconds", lambda level: level.get("seconds", 0.0)),
        Column("estimate", "Estimated cost, share of the benefit", lambda level: level.get("estimate")),
        Column("most", "Cost at most, share of the benefit", lambda level: level.get("most")),
    ),
)


def certificate_rows(overview: RunOverview) -> list[Mapping[str, Any]]:
    """The levels for a file, each with what it costs where that is known."""
    priced = {each["level"]: shares_of(each) for each in overview.prices or ()}
    rows: list[Mapping[str, Any]] = []
    for level in overview.run.levels or ():
        estimate, most = priced.get(level["name"], (None, None))
        rows.append({**level, "estimate": estimate, "most": most})
    return rows


def is_finished(row: Run) -> bool:
    """Whether there is a certified result to read."""
    return row.state.value == "finished"


def has_clash(row: Run) -> bool:
    """Whether its locks could not hold together, so that it proposes nothing."""
    return row.solver_status == "infeasible"


def new_run(overview: RoundOverview) -> NewRun:
    """The page before a run."""
    row = overview.round
    return NewRun(
        round_name=row.name,
        lead=f"The run reads {formats.plural(overview.submitted, 'submitted request')}, every active partner "
        "with days in these months, the policy, and the decisions that stand. Later changes do not reach it.",
        back=url_for("national.round_page", round_id=row.id),
    )


def run_page(
    overview: RunOverview,
    progress: Progress | None,
    live: Publication | None,
    actor: AnyActor,
    called: Mapping[str, str],
) -> RunPage:
    """Everything about the run but its evidence; ``called`` names partners and requests by reference."""
    row = overview.run
    state = row.state.value
    at_work = state in ("queued", "running")
    reviewable = is_finished(row) and not row.is_scenario and not has_clash(row)
    return RunPage(
        title=run_name(row),
        round_name=row.round.name,
        back=url_for("national.round_page", round_id=row.round_id),
        state=choices.title("run_state", state),
        colour=choices.colour("run_state", state),
        lead=_lead(row),
        reload_seconds=RELOAD_SECONDS if at_work else 0,
        cancel=url_for("national.cancel_run", run_id=row.id)
        if at_work and not row.cancel_asked and matrix.opens(actor, Action.RUN_CANCEL)
        else "",
        failure=f"{row.failure} Reference: {row.failure_reference}." if row.failure else "",
        floors=floors_that_cannot_be_met(row),
        facts=tuple(_facts(overview)),
        levels=tuple(_levels(row, overview.prices or ())),
        is_priced=bool(overview.prices),
        levels_csv=url_for("national.certificate_csv", run_id=row.id) if may_export(actor) else "",
        covers=BOUNDS_OF_A_REPAIR if row.kind.value == "repair" else "",
        clash=tuple(_clash(row.summary or {}, called)),
        review=url_for("national.work_list", run_id=row.id) if reviewable else "",
        unmet=url_for("national.unmet", run_id=row.id) if is_finished(row) and not has_clash(row) else "",
        network=url_for("national.network", run_id=row.id) if is_finished(row) and not has_clash(row) else "",
        basis=url_for("national.run_basis", run_id=row.id),
        prices=url_for("national.prices", run_id=row.id) if _has_prices(row, actor) else "",
        publication=url_for("national.publication", run_id=row.id) if reviewable else "",
        reviewed=_reviewed(progress, live) if progress and reviewable else "",
        board=url_for("national.board_pack", run_id=row.id)
        if is_finished(row) and not has_clash(row)
        else "",
        files=tuple(_files(row, actor)),
    )


def floors_that_cannot_be_met(row: Run) -> str:
    """What to say where a policy asks for more than there is; nothing where its floors are met."""
    level = next((each for each in row.levels or () if each["name"] == "floors"), None)
    if level is None or not level["value"]:
        return ""
    proven = level["bound"] > 0
    least = (
        f"at least {formats.count(round(level['bound']))} are missing whatever is decided" if proven else ""
    )
    so_far = f"{formats.days(round(level['value']))} are missing here"
    cannot = "cannot all be met" if proven else "are not all met"
    return f"The floors of the policy {cannot}: {so_far}{', and ' + least if least else ''}. " + FLOORS_COUNT


def _files(row: Run, actor: AnyActor) -> Iterable[tuple[str, str]]:
    if is_finished(row) and matrix.opens(actor, Action.EXPORT_DOWNLOAD):
        yield "Instance", url_for("national.instance_file", run_id=row.id)
        yield "Result", url_for("national.result_file", run_id=row.id)


def _lead(row: Run) -> str:
    state = row.state.value
    if state == "queued":
        return "It waits for a worker."
    if state == "running" and row.cancel_asked:
        return "It is being stopped. Nothing of it will be kept."
    if state == "running":
        stage = ladder.LEVELS[row.stage].title if row.stage in ladder.LEVELS else "Getting ready"
        return f"At work on: {stage}. {formats.share(row.progress)} done."
    if has_clash(row):
        return f"Finished on {formats.moment(row.finished_at)}. Its locks clash, so it proposes nothing."
    if state == "finished":
        kind = _scenario(row)
        return f"Finished on {formats.moment(row.finished_at)}. An independent check found every rule kept. {kind}"
    if state == "cancelled":
        return f"Cancelled on {formats.moment(row.finished_at)}. Nothing of it was kept."
    return "It did not end well, and nothing of it was kept."


def _has_prices(row: Run, actor: AnyActor) -> bool:
    may_ask = matrix.opens(actor, Action.SCENARIO_START)
    return may_ask and is_finished(row) and not has_clash(row)


def _scenario(row: Run) -> str:
    if row.is_scenario:
        return "It is a scenario: only to compare."
    if row.changes is not None:
        return "It was a scenario until two people made it the round's run."
    return ""


def _facts(overview: RunOverview) -> Iterable[tuple[str, str]]:
    row = overview.run
    yield "Started", formats.moment(row.queued_at)
    yield "Policy", f"Version {row.policy.number}: {row.policy.name}"
    held = sum(sum(each["days"]) for each in row.held or ())
    if held:
        yield "Days held back from it", formats.count(held)
    yield "Asked to come within", f"{formats.share(row.gap, 1)} of the proven best at each level"
    if not is_finished(row) or has_clash(row):
        return
    summary: Mapping[str, Any] = row.summary or {}
    yield "Proposed matches", formats.count(overview.matches)
    yield "Requests short of days", formats.count(overview.unmet)
    yield "Days given", formats.count(summary.get("days", 0))
    yield "Time used", f"{summary.get('seconds', 0.0):,.1f} seconds"
    if row.solver_status != "optimal":
        yield (
            "Stopped",
            "Its effort ended before every level came within that distance; the bounds say how far it is",
        )
    if summary.get("false_bounds"):
        levels = " and ".join(f"“{ladder.LEVELS[name].title}”" for name in summary["false_bounds"])
        yield (
            "A bound put aside",
            f"On {levels} the solver took a bound for proven that this very answer is better than. A cruder one stands "
            "in its place. The matches are not touched by it. Tell whoever runs the service: it is a fault",
        )


def _levels(row: Run, prices: Sequence[Mapping[str, Any]]) -> Iterable[LevelLine]:
    priced = {each["level"]: price_in_words(each) for each in prices}
    for level in row.levels or ():
        words = ladder.LEVELS[level["name"]]
        yield LevelLine(
            title=words.title,
            meaning=words.meaning,
            value=ladder.shown(level["name"], level["value"]),
            bound=ladder.shown(level["name"], level["bound"]),
            gap=_closeness(level),
            seconds=f"{level.get('seconds', 0.0):,.1f}",
            price=priced.get(level["name"], ""),
        )


def _clash(summary: Mapping[str, Any], called: Mapping[str, str]) -> Iterable[str]:
    for each in summary.get("clash", ()):
        rule, partner, request = each["rule"], each.get("partner"), each.get("request")
        parts = [CLASHES.get(rule, rule.replace("_", " ").capitalize())]
        parts += [f"{called.get(partner, 'partner')} ({partner})"] if partner else []
        parts += [f"{called.get(request, 'request')} ({request})"] if request else []
        yield "; ".join(parts)


def _reviewed(progress: Progress, live: Publication | None) -> str:
    if live is not None:
        return f"{choices.title('publication_state', live.state)}."
    done = sum(progress.by_kind.values())
    return f"{formats.plural(done, 'match', 'matches')} decided, {progress.undecided:,} to go."
