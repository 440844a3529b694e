"""Emails that wait and emails that were given up, in words."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.services.mail_failures import MailState
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class FailureLine:
    """The failures of one kind."""

    kind: str
    title: str
    count: str
    last: str
    reason: str


@dataclass(frozen=True, slots=True)
class EmailsPage:
    """The page."""

    waiting: str
    failures: tuple[FailureLine, ...]


def emails_page(state: MailState, *, sends: bool) -> EmailsPage:
    """What is shown; ``sends`` is whether there is anything to send with."""
    lines = tuple(
        FailureLine(
            each.kind,
            each.title,
            formats.plural(each.count, "email"),
            formats.moment(each.last_at),
            each.last_reason[:1].upper() + each.last_reason[1:],
        )
        for each in state.failures
    )
    return EmailsPage(_waiting(state) if sends else _NOTHING_TO_SEND_WITH, lines)


_NOTHING_TO_SEND_WITH = (
    "Nothing is sent by email: neither a mail server nor GOV.UK Notify is set. Messages stand on people's own "
    "pages."
)


def _waiting(state: MailState) -> str:
    if not state.waiting:
        return "No email waits."
    count, since = formats.plural(state.waiting, "email"), formats.moment(state.oldest_waiting_at)
    return f"{count} waiting, the oldest since {since}."
