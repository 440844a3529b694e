"""Letters in plain English from stored reasons: one page each, in the words of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.services.letters import MatchLetter, UnmetLetter
from webapp.ui import choices, formats, wording
from webapp.ui.reasons import THEY, YOU, Who, holding, months, place, skill_codes
from webapp.ui.wording import Audience

NOT_SENT = "Preview: not sent yet"
DAYS_TO_QUERY = "five working days"
PERSON = "A person looks at it, not a computer."


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter: a heading, paragraphs, and points."""

    heading: str
    lines: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterShown:
    """A letter as it is read and printed."""

    title: str
    to: str
    date: str
    reference: str
    parts: tuple[Part, ...]


def codes_of(letter: MatchLetter) -> set[str]:
    """The codes of the taxonomy that the letter names."""
    return set(letter.reasons.covers) | skill_codes(letter.reasons)


def to_requester(letter: MatchLetter, labels: Mapping[str, str]) -> LetterShown:
    """To the organisation that asked: who was found, why, who else, what to do, how to query."""
    row, partner = letter.request, letter.partner
    kind = choices.title("partner_kind", partner.kind).lower()
    return LetterShown(
        title=f"A support partner for “{row.title}”",
        to=row.requester.name,
        date=_date(letter.sent_on),
        reference=row.reference,
        parts=(
            Part(
                "Who can help you",
                (
                    f"In {letter.round_name}, {partner.name} ({kind}) has been matched with your support request"
                    f"{_for(letter)}. You are offered {_days_of(letter)}:",
                ),
                _months(letter),
            ),
            Part("Why this partner", tuple(_why(letter, THEY))),
            *_held("What they hold of what you asked for", letter, labels, THEY),
            Part("Who else was possible", (_others(letter),)),
            Part("What to do now", (_answer(letter, "your request"),)),
            Part("If something is wrong", (_query(row.reference, "Your contact in the national team"),)),
        ),
    )


def to_partner(letter: MatchLetter, labels: Mapping[str, str]) -> LetterShown:
    """To the partner: whom they are asked to help, why they, what a no would mean, how to query."""
    row = letter.request
    return LetterShown(
        title=f"You are asked to support {row.beneficiary.name}",
        to=letter.partner.name,
        date=_date(letter.sent_on),
        reference=row.reference,
        parts=(
            Part(
                "What you are asked for",
                (
                    f"In {letter.round_name}, you have been matched with “{row.title}” of {row.beneficiary.name}. "
                    f"You are asked for {_days_of(letter)}, no more than you offered:",
                ),
                _months(letter),
            ),
            Part("Why you", tuple(_why(letter, YOU))),
            *_held("What you hold of what they asked for", letter, labels, YOU),
            Part("If you say no", (_no(letter),)),
            Part("What to do now", (_answer(letter, "the match"),)),
            Part("If something is wrong", (_query(row.reference, "The national team"),)),
        ),
    )


def to_unmet(letter: UnmetLetter) -> LetterShown:
    """To an organisation that got nothing, or too little: the honest reason, the next step, the bonus for waiting."""
    row = letter.request
    is_nothing = letter.days_short >= (row.days or 0)
    found = "no support partner was found" if is_nothing else f"{formats.days(letter.days_short)} are missing"
    return LetterShown(
        title=f"The result for “{row.title}”",
        to=row.requester.name,
        date=_date(letter.sent_on),
        reference=row.reference,
        parts=(
            Part(
                "What became of it",
                (
                    f"You asked for {formats.days(row.days)} of support in {letter.round_name}. We are sorry: {found}.",
                ),
            ),
            Part("Why", tuple(_why_not(letter))),
            Part("What you can do", tuple(_next(letter)), tuple(_would_help(letter))),
            Part("If something is wrong", (_query(row.reference, "Your contact in the national team"),)),
        ),
    )


def _date(sent: object) -> str:
    return formats.day(sent) if sent else NOT_SENT  # type: ignore[arg-type]  # a day where there is one


def _for(letter: MatchLetter) -> str:
    row = letter.request
    return "" if row.requester_id == row.beneficiary_id else f" for {row.beneficiary.name}"


def _days_of(letter: MatchLetter) -> str:
    asked = letter.request.days or 0
    return f"all {formats.days(asked)}" if letter.days >= asked else f"{formats.days(letter.days)} of {asked}"


def _months(letter: MatchLetter) -> tuple[str, ...]:
    return tuple(f"{month}: {days}" for month, days in months(letter.days_by_month))


def _why(letter: MatchLetter, who: Who) -> Iterable[str]:
    why = letter.reasons
    verb = "were" if who is THEY else "are"
    yield (
        f"{who.name} {verb} {place(why)} by fit: skills, experience, way of working, nearness and method together. "
        f"{who.name} are {formats.apart(why.distance_km)}."
    )
    if why.rank > 1:
        yield "Partners with a better fit had no days left that suited, or were needed more by another request."
    if why.waiting_credit > 0:
        yield "The request, or its region or type of provider, had waited, which counted in its favour."


def _held(heading: str, letter: MatchLetter, labels: Mapping[str, str], who: Who) -> Iterable[Part]:
    lines = holding(letter.reasons, labels, who)
    if lines:
        yield Part(heading, lines)


def _others(letter: MatchLetter) -> str:
    if not letter.others:
        return "No other partner passed all the rules for your request."
    names = ", ".join(f"{name} (fit {formats.decimal(fit)})" for name, fit in letter.others)
    own = formats.decimal(letter.reasons.fit)
    return f"Also possible were {names}; the partner above has fit {own}. If you decline, the next best may be offered."


def _answer(letter: MatchLetter, where: str) -> str:
    if letter.lapses_on is None:
        return f"Nothing yet. After publication you have {DAYS_TO_QUERY} to accept or decline."
    until = formats.day(letter.lapses_on)
    return f"Please accept or decline on the page of {where} by {until}. An offer that nobody answers lapses."


def _no(letter: MatchLetter) -> str:
    words = "It is never counted against you, and your days are free again at once."
    if letter.others_waiting:
        could = formats.plural(letter.others_waiting, "other request")
        return f"{words} {could} that lacked days could use yours; the national team looks for the next best partner."
    return f"{words} The national team looks for the next best partner."


def _why_not(letter: UnmetLetter) -> Iterable[str]:
    if letter.reason is None:
        yield "A partner was proposed. A reviewer looked at the match and decided against it."
    else:
        yield wording.unmet(letter.reason, Audience.REQUESTER)
    if letter.candidates:
        yield f"{formats.plural(letter.candidates, 'partner')} in the network could have helped in principle."
    yield "Days are scarce. They went by need and fit under the published rules; your request was not judged less good."


def _next(letter: UnmetLetter) -> Iterable[str]:
    if letter.next_step:
        yield wording.next_step(letter.next_step)
    if letter.waiting_credit > 0:
        yield (
            "Ask again in the next round: having waited adds "
            f"{formats.share(letter.waiting_credit)} to the fit of every partner for you."
        )
    if letter.remedies:
        yield "Each of these would have brought more days:"


def _would_help(letter: UnmetLetter) -> Iterable[str]:
    for each in letter.remedies[:3]:
        words = wording.remedy(each.changes, each.days)
        yield words[:1].upper() + words[1:]


def _query(reference: str, who: str) -> str:
    return (
        f"{who} answers questions about this letter: give the reference {reference} within {DAYS_TO_QUERY}, and say "
        f"what seems wrong or was left out. {PERSON}"
    )
