"""Answers to questions about a run: why not another partner, what a day and a level are worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.question_parts import Part, of_why_not
from webapp.national.presenters.worth_parts import A_DAY, FILE_HEADS, of_prices
from webapp.services.match_pages import MatchPage
from webapp.services.questions import QuestionKind, QuestionState, RunQuestion
from webapp.services.unmet_pages import UnmetPage
from webapp.ui import formats, wording
from webapp.ui.wording import Audience

RELOAD_SECONDS = 2
NAME_ANOTHER = (
    "Name another partner to read which rule keeps it off, or what each level would lose if it came in."
)
PRICES = (
    f"What one more day of a partner would add to the benefit, month by month, in {A_DAY}. The ranges were found by "
    "working out again what is near the partner whose day is dearest there."
)
NOT_KNOWN = "This partner did not take part when the run began, so the run knows nothing of them."
NO_DAY_SCARCE = "By the estimate no day is scarce in this run: more days would hardly add to the benefit."


@dataclass(frozen=True, slots=True)
class WhyNotPage:
    """Asking about another partner for a match, or for a request short of days."""

    caption: str
    back: str
    back_text: str
    lead: str
    candidates: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PartShown:
    """A table of the answer, and where its file is."""

    part: Part
    csv: str


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """A question and, once it is there, its answer."""

    title: str
    caption: str
    back: str
    back_text: str
    reload_seconds: int
    lead: str
    reasons: tuple[str, ...] = ()
    parts: tuple[PartShown, ...] = ()
    note: str = ""


def why_not_page(found: MatchPage) -> WhyNotPage:
    """The page that asks which partner is meant."""
    caption = f"{found.request.title}, {found.request.requester.name}"
    back = url_for("national.match", match_id=found.match.id)
    candidates = tuple(
        (
            f"{each.partner.name}, fit {each.alternative.fit:.2f}",
            url_for("national.why_not", match_id=found.match.id, partner=each.partner.name),
        )
        for each in found.alternatives
    )
    lead = f"{found.partner.name} is proposed. {NAME_ANOTHER}"
    return WhyNotPage(caption, back, "Back to the match", lead, candidates)


def why_not_unmet_page(found: UnmetPage) -> WhyNotPage:
    """The same for a request that a run leaves short."""
    request = found.row.request
    address: dict[str, Any] = {"run_id": found.row.run_id, "request_id": request.id}
    candidates = tuple(
        (
            f"{found.names[each.partner]}, fit {each.fit:.2f}",
            url_for("national.why_not_unmet", **address, partner=found.names[each.partner]),
        )
        for each in found.nearest
    )
    return WhyNotPage(
        caption=f"{request.title}, {request.requester.name}",
        back=url_for("national.unmet_request", **address),
        back_text="Back to the request",
        lead=f"{formats.days(found.row.days_short)} of {formats.count(request.days)} stay open. {NAME_ANOTHER}",
        candidates=candidates,
    )


def codes_of(row: RunQuestion) -> set[str]:
    """The codes of skills in an answer, for their names."""
    return {each["skill"] for each in (row.answer or {}).get("worth", ()) if each["skill"]}


def question_page(row: RunQuestion, labels: Mapping[str, str], actor: AnyActor) -> QuestionPage:
    """The page of a question; it loads itself again while a worker is at it."""
    title, caption, back, back_text = _head(row)
    is_waiting = row.state is QuestionState.WAITING
    if row.answer is None:
        lead = "A worker is working it out. This takes seconds, for large rounds a minute."
        if not is_waiting:
            lead = "It could not be worked out. Ask again; if it fails again, tell the system administrator."
        seconds = RELOAD_SECONDS if is_waiting else 0
        return QuestionPage(title, caption, back, back_text, seconds, lead)
    lead, reasons = _lead(row)
    has_files = matrix.opens(actor, Action.EXPORT_DOWNLOAD)
    shown = tuple(
        PartShown(
            part, url_for("national.question_file", question_id=row.id, key=part.key) if has_files else ""
        )
        for part in parts(row, labels)
    )
    is_priced = row.kind is QuestionKind.PRICES and bool(row.answer["worth"])
    note = "" if not is_priced or row.answer["levels"] else "No level stands before the benefit in this run."
    return QuestionPage(title, caption, back, back_text, 0, lead, reasons, shown, note)


def parts(row: RunQuestion, labels: Mapping[str, str]) -> tuple[Part, ...]:
    """The tables of an answer that is there."""
    answer = row.answer or {}
    if row.kind is QuestionKind.PRICES:
        return tuple(of_prices(answer, labels)) if answer else ()
    if not answer or answer["forced"] is None or answer["pair"]["is_engaged"] or answer["pair"]["reasons"]:
        return ()
    return tuple(of_why_not(answer["forced"], labels))


def file_heads(part: Part) -> tuple[str, ...]:
    """The heads of a table's file."""
    return FILE_HEADS.get(part.key, part.heads)


def _lead(row: RunQuestion) -> tuple[str, tuple[str, ...]]:
    """What is said before the tables, and the rules that keep a pair apart."""
    answer = row.answer or {}
    if row.kind is QuestionKind.PRICES:
        if not answer["worth"]:
            return "No price could be drawn from this run.", ()
        return PRICES if any(each["highest"] > 0 for each in answer["worth"]) else NO_DAY_SCARCE, ()
    pair, forced = answer["pair"], answer["forced"]
    if pair is None:
        return NOT_KNOWN, ()
    reasons = tuple(wording.reason(code, Audience.NATIONAL) for code in pair["reasons"])
    if pair["is_engaged"]:
        return "This partner is proposed for the request.", ()
    if reasons:
        return "A rule keeps them apart:", reasons
    if forced is None:
        said = wording.standing(pair["standing"]) if pair["standing"] else ""
        return f"No way was found to put them together around what is locked. {said}.".strip(), ()
    return (
        f"They fit by {formats.share(pair['fit'], 0)}, place {pair['rank']} of {pair['candidates']} candidates. "
        f"Put together for {formats.plural(forced['days'], 'day')}, with everything near them worked out again "
        "and all else kept, it would come to this:",
        (),
    )


def _head(row: RunQuestion) -> tuple[str, str, str, str]:
    run_href = url_for("national.run_page", run_id=row.run_id)
    caption = f"{row.run.round.name}, run {row.run.number}"
    if row.partner is None or row.request is None:
        return "What a day and a level are worth", caption, run_href, "Back to the run"
    title = f"Why not {row.partner.name}?"
    caption = f"{row.request.title}, {row.request.requester.name}"
    return title, caption, url_for("national.work_list", run_id=row.run_id), "Back to the matches"
