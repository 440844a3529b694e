"""A partner's declaration of interests: what stands in it, and how long it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from webapp.services import interests
from webapp.services.interests import Interest
from webapp.services.partners import Partner
from webapp.services.registry import Organisation
from webapp.ui import choices, formats

WARN_BEFORE = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class InterestLine:
    """One declared interest in words."""

    organisation: str
    kind: str
    since: str
    note: str
    end: str


@dataclass(frozen=True, slots=True)
class InterestsPage:
    """The whole declaration: how long it holds, what is in it, and what one can do."""

    standing: str
    colour: str
    lead: str
    employer: str
    lines: tuple[InterestLine, ...]
    confirm_words: str
    button: str
    confirm: str
    add: str


@dataclass(frozen=True, slots=True)
class FinderPage:
    """Finding the organisation in which there is an interest."""

    action: str
    back: str
    wanted: str
    found: tuple[tuple[str, str], ...]
    more: str


@dataclass(frozen=True, slots=True)
class ActPage:
    """The page of one interest to declare or to end."""

    heading: str
    caption: str
    guidance: str
    back: str


def interests_page(row: Partner, today: date) -> InterestsPage:
    """The declaration of one partner."""
    standing, colour, lead = _standing(row, today)
    lines = tuple(_line(each) for each in row.interests if each.ended_on is None)
    confirm_words = f"By confirming you say that these {len(lines)} interests are all that you have."
    if len(lines) == 1:
        confirm_words = "By confirming you say that this interest is the only one that you have."
    elif not lines:
        confirm_words = "By confirming you say that you have no interests to declare, besides your employer."
    employer = ""
    if row.organisation is not None:
        employer = f"You are never matched to {row.organisation.name}; you need not declare it here."
    return InterestsPage(
        standing=standing,
        colour=colour,
        lead=lead,
        employer=employer,
        lines=lines,
        confirm_words=confirm_words,
        button="Confirm my declaration" if row.interests_confirmed_on else "Make my declaration",
        confirm=url_for("partners.confirm_interests"),
        add=url_for("partners.find_organisation"),
    )


def finder(wanted: str, found: Iterable[Organisation], total: int) -> FinderPage:
    """Organisations by what was typed."""
    known = tuple(
        (each.name, url_for("partners.declare_interest", organisation_id=each.id)) for each in found
    )
    more = (
        f"The first {len(known)} of {total:,} are shown. Type more of the name." if total > len(known) else ""
    )
    return FinderPage(
        action=url_for("partners.find_organisation"),
        back=url_for("partners.interests"),
        wanted=wanted,
        found=known,
        more=more,
    )


def declaring(name: str) -> ActPage:
    """The page on which an interest is declared."""
    return ActPage(
        heading=name,
        caption="Declare an interest",
        guidance=(
            "Unless you only used to work there, you are not matched to this organisation while the interest "
            "stands. Saving also confirms that the rest of your declaration is right today."
        ),
        back=url_for("partners.find_organisation"),
    )


def ending(each: Interest) -> ActPage:
    """The page on which an interest is ended."""
    guidance = "You may then be matched to this organisation again."
    if is_employment(each):
        guidance = (
            "It stays in your declaration as a former employer, and reviewers see it for two years. "
            "You may then be matched to this organisation again."
        )
    return ActPage(
        heading=f"End your interest in {each.organisation.name}",
        caption=choices.title("interest_kind", each.kind),
        guidance=f"{guidance} Ending it also confirms that the rest of your declaration is right today.",
        back=url_for("partners.interests"),
    )


def is_employment(each: Interest) -> bool:
    """Whether ending it leaves a former employer behind."""
    return each.kind.value == "employment"


def standing_words(row: Partner) -> dict[str, str]:
    """What now stands in the declaration, with the version of the profile."""
    lines = [_line(each) for each in row.interests if each.ended_on is None]
    words = "; ".join(f"{line.organisation}: {line.kind}" for line in lines) or "No interests"
    return {"Your declaration": words, "version": str(row.version)}


def _standing(row: Partner, today: date) -> tuple[str, str, str]:
    until = interests.good_until(row)
    if until is None:
        return (
            "Not declared yet",
            "red",
            "You are not matched to anybody until you have declared your interests.",
        )
    confirmed = formats.day(row.interests_confirmed_on)
    if until < today:
        lead = f"Last confirmed on {confirmed}. It held until {formats.day(until)}; since then it keeps you out of "
        return "Stale", "red", f"{lead}matching. Confirm it to be matched again."
    lead = f"Confirmed on {confirmed}. It holds until {formats.day(until)}; after that day you are not matched to "
    lead = f"{lead}anybody until you confirm it again."
    return ("Due soon", "yellow", lead) if until - today <= WARN_BEFORE else ("Up to date", "green", lead)


def _line(each: Interest) -> InterestLine:
    since = f"Declared on {formats.day(each.declared_on)}"
    if each.left_on is not None:
        since = f"Left on {formats.day(each.left_on)}"
    return InterestLine(
        organisation=each.organisation.name,
        kind=choices.title("interest_kind", each.kind),
        since=since,
        note=each.note,
        end=url_for("partners.end_interest", interest_id=each.id),
    )
