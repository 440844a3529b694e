"""The pages on which an engagement is started, paused and ended."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services.engagement_rows import Engagement
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class StepWords:
    """The words of one step."""

    title: str
    lead: str
    button: str
    done: str
    variant: str = ""


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step."""

    title: str
    caption: str
    lead: str
    button: str
    variant: str
    back: str


START = StepWords(
    "The work has started",
    "Check-ins are due six weeks and six months after this day, and can be answered from two weeks before. "
    "Days can be logged from this day on.",
    "Save the start",
    "The start is saved.",
)
PAUSE = StepWords(
    "Pause the work",
    "The planned days stay promised. If they should move, propose a change of days. The other side is told.",
    "Pause",
    "The work is paused.",
)
END = StepWords(
    "End the engagement",
    "Log the last days first: afterwards the log is closed. Planned days from this month on that were not worked "
    "are free again. This cannot be undone. Both sides are asked how it went.",
    "End the engagement",
    "The engagement has ended. Say how it went.",
    "warning",
)
END_EARLY = StepWords(
    "End the engagement early",
    "Log the last days first: afterwards the log is closed. Planned days from this month on that were not worked "
    "are free again, and the other side is told. This cannot be undone.",
    "End it early",
    "The engagement has ended early.",
    "warning",
)


def step_page(row: Engagement, words: StepWords) -> StepPage:
    """The page of one step."""
    return StepPage(
        words.title,
        f"{row.request.title}, {row.request.reference}",
        words.lead,
        words.button,
        words.variant,
        url_for("engagements.engagement", engagement_id=row.id),
    )


def stands_now(row: Engagement) -> dict[str, str]:
    """What somebody else has done meanwhile."""
    return {
        "State": choices.title("engagement_state", row.state),
        "Days planned": formats.days(sum(row.days_by_month.values())),
        "version": str(row.version),
    }
