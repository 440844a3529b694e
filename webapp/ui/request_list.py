"""Lists of support requests, for who asks and for who decides: the same lines and columns, each side's own choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.services.request_lists import SupportRequest
from webapp.ui import choices, formats
from webapp.ui.listing import Column


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One request in a list."""

    reference: str
    title: str
    organisation: str
    beneficiary: str
    round: str
    priority: str
    severity: int | None
    days: int | None
    state: str
    colour: str
    href: str


#: The columns that every list of requests begins with, and those that it may have besides.
FIRST_COLUMNS = (
    Column("title", "Request", link=lambda line: line.href),
    Column("state", "State", tag=lambda line: line.colour, sortable=False),
    Column("reference", "Reference"),
)
ROUND, PRIORITY = Column("round", "Round"), Column("priority", "Priority")
DAYS = Column("days", "Days", numeric=True)


def request_line(row: SupportRequest, labels: Mapping[str, str], href: str) -> RequestLine:
    """One line of a list; ``labels`` name the priorities. A draft may have no title yet."""
    return RequestLine(
        reference=row.reference,
        title=row.title or "Untitled request",
        organisation=row.requester.name,
        beneficiary=row.beneficiary.name,
        round=row.round.name if row.round else "",
        priority=labels.get(row.priority_code or "", formats.NOTHING),
        severity=row.severity,
        days=row.days,
        state=choices.title("request_state", row.state),
        colour=choices.colour("request_state", row.state),
        href=href,
    )
