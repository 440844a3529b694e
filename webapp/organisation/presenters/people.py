"""People of ours who offer support: the list, one person, saying no to a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.services import releases
from webapp.services.employees import VOUCHED
from webapp.services.partner_skills import PartnerSkill, SkillEvidence
from webapp.services.partners import Partner
from webapp.services.releases import ReleaseState
from webapp.ui import choices, formats
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.listing import Column, Listing

NOT_ASKED = "Not asked"
LISTING = Listing(
    caption="People of ours who offer support",
    columns=(
        Column("name", "Name", link=lambda line: line.href, sortable=False),
        Column("state", "Taking part", sortable=False),
        Column("release", "Release", tag=lambda line: line.colour, sortable=False),
        Column("skills", "Skills", numeric=True, sortable=False),
        Column("endorsed", "Endorsed", numeric=True, sortable=False),
    ),
    empty=(
        "Nobody of your organisation offers support yet. People register themselves from the start page; you "
        "are told when somebody asks for your release."
    ),
    noun="person",
    nouns="people",
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in the list."""

    name: str
    state: str
    release: str
    colour: str
    skills: int
    endorsed: int
    href: str


@dataclass(frozen=True, slots=True)
class SkillLine:
    """One skill with what the employer may do about it (``act`` is empty where there is nothing to do)."""

    label: str
    level: str
    evidence: str
    act: str
    href: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """One person: what they offer, the release with its history, the skills."""

    name: str
    summary: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    days: BarChart | None
    release: str
    colour: str
    release_words: str
    history: tuple[str, ...]
    give: str
    no: str
    no_words: str
    skills: tuple[SkillLine, ...]
    back: str


@dataclass(frozen=True, slots=True)
class NoPage:
    """The page on which a release is refused or withdrawn."""

    heading: str
    guidance: tuple[str, ...]
    button: str
    back: str


def person_line(row: Partner) -> PersonLine:
    """One line of the list."""
    state = _state(row)
    return PersonLine(
        name=row.name,
        state=choices.title("partner_state", row.state),
        release=choices.title("release_state", state) if state else NOT_ASKED,
        colour=choices.colour("release_state", state) if state else "grey",
        skills=len(row.skills),
        endorsed=sum(each.evidence is SkillEvidence.EMPLOYER_ENDORSED for each in row.skills),
        href=url_for("organisation.person", partner_id=row.id),
    )


def person_page(
    row: Partner, labels: Mapping[str, str], days: Mapping[str, int], *, is_own: bool
) -> PersonPage:
    """The page of one person; on one's own, nothing can be decided."""
    state = _state(row)
    can_give = not is_own and state is not ReleaseState.GIVEN
    can_say_no = not is_own and state in (None, ReleaseState.ASKED, ReleaseState.GIVEN)
    return PersonPage(
        name=row.name,
        summary=tuple(row.summary.split("\n")) if row.summary else (),
        facts=_facts(row, days),
        days=_days(days),
        release=choices.title("release_state", state) if state else NOT_ASKED,
        colour=choices.colour("release_state", state) if state else "grey",
        release_words=_OWN if is_own else _RELEASE_WORDS[state],
        history=tuple(_past(each) for each in row.releases),
        give=url_for("organisation.give_release", partner_id=row.id) if can_give else "",
        no=url_for("organisation.refuse_release", partner_id=row.id) if can_say_no else "",
        no_words="Withdraw the release" if state is ReleaseState.GIVEN else "Refuse the release",
        skills=tuple(
            sorted(
                (_skill(row, each, labels, is_own=is_own) for each in row.skills),
                key=lambda line: line.label.casefold(),
            )
        ),
        back=url_for("organisation.people"),
    )


def no_page(row: Partner, live: int) -> NoPage:
    """Refuse, or withdraw with what stands in view."""
    back = url_for("organisation.person", partner_id=row.id)
    if _state(row) is not ReleaseState.GIVEN:
        stay = "They stay in the registry, but are not matched until you give a release."
        return NoPage(f"Refuse to release {row.name}", (stay,), "Refuse the release", back)
    standing = "They have no live offer or engagement."
    if live:
        standing = (
            f"{formats.plural(live, 'offer or engagement', 'offers and engagements')} of theirs "
            f"{'stands' if live == 1 else 'stand'} now. Withdrawing does not end what was promised: it is "
            "marked, and the national team talks to both sides."
        )
    words = ("From the next run on they are not matched.", standing)
    return NoPage(f"Withdraw the release of {row.name}", words, "Withdraw the release", back)


def now_words(row: Partner) -> dict[str, str]:
    """What now stands about the release, with the version of the profile."""
    state = _state(row)
    return {
        "Release": choices.title("release_state", state) if state else NOT_ASKED,
        "version": str(row.version),
    }


def _state(row: Partner) -> ReleaseState | None:
    newest = releases.newest(row)
    return newest.state if newest else None


_OWN = "This is your own profile, so somebody else of your organisation must decide on the release."
_RELEASE_WORDS: Mapping[ReleaseState | None, str] = {
    None: "They have not asked yet. You may give the release now, so that nothing waits for you later.",
    ReleaseState.ASKED: "They ask you to let them go for the days below. Nobody is promised before both sides agree.",
    ReleaseState.GIVEN: "You let them go for the days they offer. You may withdraw this at any time.",
    ReleaseState.REFUSED: "You do not let them go; they are not matched. You may still give the release.",
    ReleaseState.WITHDRAWN: "You let them go before and withdrew it; they are not matched. You may give it again.",
}


_DONE: Mapping[ReleaseState, str] = {
    ReleaseState.ASKED: "Asked for",
    ReleaseState.GIVEN: "Given",
    ReleaseState.REFUSED: "Refused",
    ReleaseState.WITHDRAWN: "Withdrawn",
}


def _past(each: releases.Release) -> str:
    words = f"{_DONE[each.state]} on {formats.day(each.decided_at or each.asked_on)}"
    return f"{words}: {each.note}" if each.note else words


def _facts(row: Partner, days: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return (
        ("Reference", row.reference),
        ("Taking part", choices.title("partner_state", row.state)),
        ("Days offered in 12 months", formats.days(sum(days.values()))),
        ("Reach", choices.title("reach", row.reach)),
        ("Place of work", choices.title("partner_delivery", row.delivery)),
        ("Cost basis", choices.title("cost_basis", row.cost_basis)),
    )


def _days(days: Mapping[str, int]) -> BarChart | None:
    rows = [
        (formats.month(month), float(count), formats.days(count)) for month, count in sorted(days.items())
    ]
    return bar_chart("Days offered by month", rows) if any(days.values()) else None


def _skill(row: Partner, each: PartnerSkill, labels: Mapping[str, str], *, is_own: bool) -> SkillLine:
    act = route = ""
    if each.evidence not in VOUCHED:
        act, route = "Endorse", "organisation.endorse_skill"
    elif each.evidence is SkillEvidence.EMPLOYER_ENDORSED:
        act, route = "Take back", "organisation.take_back_endorsement"
    used = f", last used in {each.last_used_year}" if each.last_used_year else ""
    evidence = choices.title("seen_evidence", each.evidence)
    if each.endorsed_on is not None:
        evidence = f"{evidence} on {formats.day(each.endorsed_on)}"
    return SkillLine(
        label=labels.get(each.skill_code, each.skill_code),
        level=choices.title("skill_level", each.level) + used,
        evidence=f"{evidence}. {each.evidence_note}" if each.evidence_note else evidence,
        act="" if is_own else act,
        href=url_for(route, partner_id=row.id, code=each.skill_code) if route and not is_own else "",
    )
