"""A partner's overview: who they are, what is missing or stale, and the days by month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from webapp.partners.presenters.days import Days, days_shown
from webapp.partners.presenters.profile import facts
from webapp.partners.presenters.registration import paid_words
from webapp.services import employers, interests, releases
from webapp.services.capacity import MonthOfDays
from webapp.services.offer_lists import Waiting
from webapp.services.partners import Partner
from webapp.services.published import Switches
from webapp.ui import choices, formats
from webapp.ui.offer_list import waiting_words

WARN_BEFORE = timedelta(days=60)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Todo:
    """Something missing or stale: what it is, where to mend it, and whether it keeps matching away."""

    text: str
    link: str
    href: str
    blocks: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One key number with its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Act:
    """The button that starts, pauses or resumes taking part; ``words`` say what it does."""

    words: str
    button: str
    href: str
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the overview."""

    name: str
    kind: str
    state: str
    colour: str
    lead: str
    waiting: str
    offers: str
    todos: tuple[Todo, ...]
    figures: tuple[Figure, ...]
    days: Days
    profile: Mapping[str, str]
    edit: str
    employer: str
    capacity: str
    act: Act | None
    go_on: str
    leave: str


def overview(
    row: Partner, cells: Iterable[MonthOfDays], offers: tuple[int, Waiting], today: date, switches: Switches
) -> Overview:
    """The page of one partner; ``offers``: how many there were so far, and those that wait for an answer."""
    matches, waiting = offers
    days = days_shown(cells)
    state = row.state.value
    todos = tuple(sorted(_todos(row, days, today, switches), key=lambda todo: not todo.blocks))
    return Overview(
        name=row.name,
        kind=choices.title("partner_kind", row.kind),
        state=choices.title("partner_state", state),
        colour=choices.colour("partner_state", state),
        lead=_lead(state, todos),
        waiting=waiting_words(waiting, "your"),
        offers=url_for("partners.matches"),
        todos=todos,
        figures=(
            Figure(f"{days.total.offered:,}", "days offered in 12 months"),
            Figure(f"{days.total.promised:,}", "days promised"),
            Figure(f"{len(row.skills):,}", "skill" if len(row.skills) == 1 else "skills"),
            Figure(f"{matches:,}", "match offered to you" if matches == 1 else "matches offered to you"),
        ),
        days=days,
        profile={**_home(row), **facts(row)},
        edit=url_for("partners.profile"),
        employer=url_for("partners.employer") if employers.may_change(row) else "",
        capacity=url_for("partners.capacity"),
        act=_act(row),
        go_on=url_for("partners.register") if state == "registering" else "",
        leave="" if state == "left" else url_for("partners.leave"),
    )


def _lead(state: str, todos: tuple[Todo, ...]) -> str:
    if state == "paused":
        return "You are paused: nobody is proposed to you until you take part again."
    if state == "left":
        return "You have left. Ask the national team if you want to come back."
    if state == "registering":
        return "Your registration is not finished yet. Nobody is proposed to you before it is."
    if any(todo.blocks for todo in todos):
        return "Something below keeps you out of matching."
    return "You are part of matching: the next run of a round counts you in."


def _act(row: Partner) -> Act | None:
    state = row.state.value
    if state == "active":
        return Act(
            "If you cannot take on anything new for a while, pause. What is promised stays promised.",
            "Pause taking part",
            url_for("partners.pause"),
            is_link=True,
        )
    if state in ("left", "registering"):
        return None
    return Act(
        "Taking part means that you may be proposed to organisations inside your reach. You are asked before "
        "anything is agreed.",
        "Take part",
        url_for("partners.take_part"),
    )


def _todos(row: Partner, days: Days, today: date, switches: Switches) -> Iterator[Todo]:
    if row.state.value == "registering":
        return
    yield from _interest_todos(row, today)
    paid = paid_words(row, switches)
    if paid:
        yield Todo(paid, "Change the cost basis", url_for("partners.profile"), True)
    yield from _skill_todos(row)
    if not days.total.offered:
        yield Todo(
            "You offer no days in the coming 12 months.", "Offer days", url_for("partners.capacity"), True
        )
    yield from _release_todos(row, switches)
    if row.checked_on is None or row.checked_on < today - YEAR:
        when = f"on {formats.day(row.checked_on)}" if row.checked_on else "never"
        yield Todo(
            f"Your profile was last checked {when}. Reviewers see that it may be out of date.",
            "Look through your profile and save it",
            url_for("partners.profile"),
            False,
        )
    if not row.summary:
        yield Todo(
            "Your profile does not say in words what you can help with.",
            "Write two or three sentences",
            url_for("partners.profile"),
            False,
        )


def _interest_todos(row: Partner, today: date) -> Iterator[Todo]:
    until, href = interests.good_until(row), url_for("partners.confirm_interests")
    if until is None:
        whole = url_for("partners.interests")
        yield Todo("You have not declared your interests yet.", "Declare them, even if none", whole, True)
    elif until < today:
        confirmed = formats.day(row.interests_confirmed_on)
        yield Todo(
            f"Your interests were last confirmed on {confirmed}, more than a year ago.",
            "Confirm your interests",
            href,
            True,
        )
    elif until - today <= WARN_BEFORE:
        yield Todo(
            f"Your declaration of interests holds until {formats.day(until)}.",
            "Confirm your interests",
            href,
            False,
        )


def _skill_todos(row: Partner) -> Iterator[Todo]:
    href = url_for("partners.skills")
    if not row.skills:
        yield Todo("You have not named any skills yet.", "Add your skills", href, True)
    undated = sum(each.last_used_year is None for each in row.skills)
    if undated:
        without = "has" if undated == 1 else "have"
        yield Todo(
            f"{formats.plural(undated, 'skill')} {without} no year of last use.", "Add the year", href, False
        )


def _release_todos(row: Partner, switches: Switches) -> Iterator[Todo]:
    if row.kind.value != "expert":
        return
    newest = releases.newest(row)
    state = newest.state.value if newest else ""
    insists = " The national policy insists on it." if switches.missing_release_blocks else ""
    employer = row.organisation.name if row.organisation else "your employer"
    if newest is not None and state in ("refused", "withdrawn"):
        did = "refused" if state == "refused" else "withdrew"
        why = f" They say: {newest.note.rstrip('.')}." if newest.note else ""
        yield Todo(
            f"{employer} {did} its release on {formats.day(newest.decided_at)}.{why} What is promised stays "
            "promised; you are not matched to anybody new.",
            "Ask again",
            url_for("partners.ask_release"),
            True,
        )
    elif state == "asked":
        asked = f"{employer} has been asked to release you and has not answered yet."
        yield Todo(f"{asked}{insists}", "", "", switches.missing_release_blocks)
    elif state != "given":
        yield Todo(
            f"{employer} has not been asked yet to release you.{insists}",
            "Ask for the release",
            url_for("partners.ask_release"),
            switches.missing_release_blocks,
        )


def _home(row: Partner) -> dict[str, str]:
    words = {"Reference": row.reference}
    if row.organisation is not None:
        words["Employer" if row.kind.value == "expert" else "Organisation"] = row.organisation.name
    newest = releases.newest(row)
    if newest is not None:
        words["Release by the employer"] = choices.title("release_state", newest.state)
    return words
