"""Scenarios: what one changes, which days a run could not use, and how one becomes the round's run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.run_lines import run_name
from webapp.services.adoptions import Standing
from webapp.services.policies import Settings
from webapp.services.rounds import Round
from webapp.services.runs import Run
from webapp.services.scenario_changes import Changes
from webapp.ui import formats, ladder
from webapp.ui.files import may_export
from webapp.ui.listing import Column, Listing

Words = Mapping[str, str]
HELD_HEADS = ("From partners in", "Held for", "Until the end of", "To be held", "Days held from this run")
HELD = Listing(
    caption="Days held back",
    columns=tuple(Column(str(place), head, itemgetter(place)) for place, head in enumerate(HELD_HEADS)),
)


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """The page on which a scenario is made."""

    round_name: str
    back: str
    presets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BasisPage:
    """What a run stands on."""

    title: str
    round_name: str
    back: str
    lead: str
    changes: tuple[str, ...]
    heads: tuple[str, ...]
    held: tuple[tuple[str, ...], ...]
    held_csv: str
    adoption: str
    reason: str
    hindrance: str
    can_propose: bool
    can_decide: bool
    again: str


def scenario_page(round_: Round, settings: Settings, words: Words) -> ScenarioPage:
    """Before a scenario is made, with the usual ones at hand."""
    address = url_for("national.new_scenario", round_id=round_.id)
    return ScenarioPage(
        round_name=round_.name,
        back=url_for("national.round_page", round_id=round_.id),
        presets=tuple(
            (f"{words.get(each.code, each.code)} doubled", f"{address}?double={each.code}")
            for each in settings.matching.priorities
        ),
    )


def starting_data(settings: Settings, words: Words, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the form shows at first: the policy as it is, and what the address asks for."""
    places = {name: str(place) for place, name in enumerate(settings.matching.ladder, start=1)}
    codes = [each.code for each in settings.matching.priorities]
    double = asked.get("double", "")
    known = double in codes
    return {
        **{f"factor_{code}": 2 if code == double else 1 for code in codes},
        **{f"place_{name}": places.get(name, "") for name in ladder.LEVELS},
        "name": f"{words.get(double, double)} doubled" if known else "",
        "without": asked.get("without", "")[:60],
        "precision": "0.005",
    }


def changes_in_words(changes: Changes, words: Words) -> tuple[str, ...]:
    """Each change as a sentence."""
    return tuple(_sentences(changes, words))


def basis_page(run: Run, standing: Standing, changes: Changes, words: Words, actor: AnyActor) -> BasisPage:
    """What a run stands on, and whether it can become or became the round's run."""
    row = standing.adoption
    is_open = row is not None and row.state.value == "proposed"
    is_own = row is not None and isinstance(actor, Actor) and row.proposed_by == actor.user_id
    adopts = matrix.opens(actor, Action.SCENARIO_ADOPT)
    sentences = [*changes_in_words(changes, words)]
    draft = (run.changes or {}).get("draft")
    if draft:
        sentences.insert(0, f"It tries the values of a policy to be: {draft['name']}.")
    return BasisPage(
        title=run_name(run),
        round_name=run.round.name,
        back=url_for("national.run_page", run_id=run.id),
        lead=f"Policy version {run.policy.number}: {run.policy.name}.",
        changes=tuple(sentences),
        heads=HELD_HEADS,
        held=tuple(held_rows(run.held or (), words)),
        held_csv=url_for("national.basis_csv", run_id=run.id) if run.held and may_export(actor) else "",
        adoption=_adoption(standing, is_own=is_own),
        reason=row.reason if row else "",
        hindrance="" if is_open else standing.hindrance,
        can_propose=adopts and run.is_scenario and not is_open and not standing.hindrance,
        can_decide=adopts and is_open and not is_own,
        again=url_for("national.new_scenario", round_id=run.round_id) if run.is_scenario else "",
    )


def _sentences(changes: Changes, words: Words) -> Iterable[str]:
    for weight in changes.weights:
        yield f"The weight of {words.get(weight.priority, weight.priority).lower()} times {weight.factor:g}."
    if changes.without:
        names = (f"{words[each]} ({each})" if each in words else each for each in changes.without)
        yield f"Without {', '.join(names)}."
    for more in changes.more:
        people = formats.plural(more.count, "more partner")
        where = words.get(more.region, more.region)
        skill = words.get(more.skill, more.skill)
        yield f"{people} in {where}: {skill}, {formats.days(more.days_each_month)} a month each."
    if changes.priority_floor is not None:
        yield f"A floor of {changes.priority_floor * 100:g}% for every priority."
    if changes.region_floor is not None:
        yield f"A floor of {changes.region_floor * 100:g}% for every region."
    if changes.ladder:
        yield "Order of the levels: " + ", ".join(ladder.LEVELS[name].title for name in changes.ladder) + "."
    if changes.releases_reserve:
        yield "The days held back are released."


def held_rows(held: Sequence[Mapping[str, Any]], words: Words) -> Iterable[tuple[str, ...]]:
    """Days held back from a run: where, for what, until when, how many were to be and were."""
    for each in held:
        reserve = each["reserve"]
        place = words.get(reserve.get("region") or "", "All regions")
        purpose = words.get(reserve.get("priority") or "", "Later waves")
        until = formats.month(reserve["until"])
        share = reserve.get("share")
        wanted = f"{share * 100:g}% of the free days" if share else f"{reserve['days_each_month']:,} a month"
        yield place, purpose, until, wanted, formats.count(sum(each["days"]))


def _adoption(standing: Standing, *, is_own: bool) -> str:
    row = standing.adoption
    if row is None:
        return ""
    proposed = f"{standing.proposed_by} proposed it as the round's run on {formats.moment(row.proposed_at)}."
    if row.state.value == "proposed":
        return f"{proposed} {'Another person' if is_own else 'Somebody who did not propose it'} decides."
    verb = "confirmed" if row.state.value == "confirmed" else "refused"
    return f"{proposed} {standing.decided_by} {verb} it on {formats.moment(row.decided_at)}."
