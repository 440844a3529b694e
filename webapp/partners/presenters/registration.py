"""The five pages by which somebody becomes a support partner, and the answers to check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.partners.presenters.days import Days, days_shown
from webapp.partners.presenters.profile import facts
from webapp.partners.presenters.skills import Browse
from webapp.services.capacity import MonthOfDays
from webapp.services.partners import Partner
from webapp.services.published import Switches
from webapp.services.registry import Organisation, TaxonomyNode
from webapp.ui import choices, formats

STEPS = ("register", "register_skills", "register_days", "register_interests", "register_check")
MOST_FOUND = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Where one is, and the way back."""

    caption: str
    back: str


@dataclass(frozen=True, slots=True)
class SkillsStep:
    """What was typed, what was found, topics to open."""

    wanted: str
    nothing_found: str
    topics: tuple[tuple[str, str], ...]
    held: str


@dataclass(frozen=True, slots=True)
class InterestsStep:
    """The employer, and what is declared so far."""

    employer: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """One part of the answers with the page that changes it."""

    heading: str
    change: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All answers, the days as a picture, and what happens on the last press."""

    parts: tuple[Answers, ...]
    days: Days
    days_change: str
    warning: str
    then: tuple[str, ...]


def step(number: int) -> Step:
    """The page with this number, from 1."""
    back = url_for(f"partners.{STEPS[number - 2]}") if number > 1 else ""
    return Step(f"Step {number} of {len(STEPS)}", back)


def usual(name: str, home: Organisation | None) -> dict[str, Any]:
    """What a new registration starts with; ``home`` is the organisation that invited an expert."""
    return {
        "name": name,
        "organisation": home.name if home else "",
        "reach": "region",
        "delivery": "mixed",
        "cost_basis": "free",
    }


def kept(row: Partner) -> dict[str, Any]:
    """What was entered before."""
    return {
        "name": row.name,
        "summary": row.summary,
        "organisation": row.organisation.name if row.organisation else "",
        "reach": row.reach.value,
        "delivery": row.delivery.value,
        "cost_basis": row.cost_basis.value,
        "version": row.version,
    }


def skills_shown(
    row: Partner,
    labels: Mapping[str, str],
    found: Iterable[TaxonomyNode],
    browsed: str,
    branches: Iterable[Browse],
) -> dict[str, str]:
    """The skills on the form: held ones by name, then what was found or browsed."""
    held = {each.skill_code: labels.get(each.skill_code, each.skill_code) for each in row.skills}
    shown = dict(sorted(held.items(), key=lambda item: item[1].casefold()))
    opened = next((branch.nodes for branch in branches if branch.code == browsed), ())
    more = [*list(found)[:MOST_FOUND], *opened]
    return shown | {node.code: node.label for node in more if node.code not in shown}


def skills_step(
    row: Partner, wanted: str, found: Iterable[TaxonomyNode], branches: Iterable[Browse]
) -> SkillsStep:
    """What stands round the form of skills."""
    nothing = f"Nothing found for “{wanted}”. Try another word, or open a topic below."
    here = url_for("partners.register_skills")
    return SkillsStep(
        wanted=wanted,
        nothing_found=nothing if wanted and not list(found) else "",
        topics=tuple((each.title, f"{here}?topic={each.code}#skills") for each in branches if each.nodes),
        held=formats.plural(len(row.skills), "skill") + " so far" if row.skills else "No skills yet",
    )


def interests_step(row: Partner) -> InterestsStep:
    """What is declared so far."""
    lines = (
        (
            each.organisation.name,
            choices.title("interest_kind", each.kind),
            url_for("partners.end_interest", interest_id=each.id),
        )
        for each in row.interests
        if each.ended_on is None
    )
    return InterestsStep(row.organisation.name if row.organisation else "", tuple(lines))


def check_page(
    row: Partner, cells: Iterable[MonthOfDays], labels: Mapping[str, str], switches: Switches
) -> CheckPage:
    """Everything that was entered."""
    said = facts(row)
    limits = ("At once, at most", "Smallest engagement")
    about = tuple((question, answer) for question, answer in said.items() if question not in limits)
    is_expert = row.kind.value == "expert"
    employer = row.organisation.name if row.organisation else "your employer"
    home = (("Employer" if is_expert else "Organisation", employer),)
    return CheckPage(
        parts=(
            Answers("About you" if is_expert else "About your team", _at("register"), (*home, *about)),
            Answers("Skills", _at("register_skills"), _skills(row, labels)),
            Answers("Interests", _at("register_interests"), _interests(row)),
            Answers("Limits", _at("register_days"), tuple((each, said[each]) for each in limits)),
        ),
        days=days_shown(cells),
        days_change=_at("register_days"),
        warning=paid_words(row, switches),
        then=_then(employer if is_expert else "", switches),
    )


def paid_words(row: Partner, switches: Switches) -> str:
    """What a paid offer means under the present policy; empty where it means nothing."""
    if row.cost_basis.value != "contract" or switches.paid_offers_allowed:
        return ""
    return (
        "Your cost basis is a contract. Paid offers are switched off in the national policy, so you are in the "
        "registry but are not matched until that changes."
    )


def _then(employer: str, switches: Switches) -> tuple[str, ...]:
    counted = "You take part at once: the next run of a round counts you in. You are asked before anything is agreed."
    if not employer:
        return (counted,)
    asked = f"{employer} is asked whether it releases you for these days. It sees your profile, not your interests."
    if switches.missing_release_blocks:
        return asked, "You are matched once it has said yes: the national policy insists on it."
    return asked, f"{counted} Reviewers see whether your employer has answered."


def _skills(row: Partner, labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    lines = [
        (
            labels.get(each.skill_code, each.skill_code),
            choices.title("own_skill_level", each.level)
            + (f", last used in {each.last_used_year}" if each.last_used_year else "")
            + f". {choices.title('skill_evidence', each.evidence)}",
        )
        for each in row.skills
    ]
    return tuple(sorted(lines, key=lambda line: line[0].casefold())) or (("Skills", "None yet"),)


def _interests(row: Partner) -> tuple[tuple[str, str], ...]:
    lines = tuple(
        (each.organisation.name, choices.title("interest_kind", each.kind))
        for each in row.interests
        if each.ended_on is None
    )
    if row.interests_confirmed_on is None:
        return (("Interests", "Not declared yet"),)
    return lines or (("Interests", "None, besides the employer"),)


def _at(name: str) -> str:
    return url_for(f"partners.{name}")
