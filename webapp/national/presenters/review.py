"""What stands over the work list of a run: what needs judgement, how far it is; approving many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.bulk_decisions import BulkOutcome
from webapp.services.review import UNDECIDED, Progress, Run
from webapp.services.review_flags import Alongside, Waiting
from webapp.services.work_lists import (
    CHANGED,
    CLOSE,
    COMMENTED,
    FLAGGED,
    ToLookAt,
)
from webapp.ui import choices, formats
from webapp.ui.fields import Choice
from webapp.ui.files import may_export

PASSED_OVER = (
    "flagged for judgement",
    "commented on by a region",
    "of your own organisation",
    "of a pair that may no longer be put together",
    "of a partner who takes over another match by a swap",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to what it counts; without an address it only says so."""

    number: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class WorkListPage:
    """What stands over the work list."""

    back: str
    progress: str
    figures: tuple[Figure, ...]
    heard: str
    comments_csv: str
    begin: str
    unmet: str
    publication: str
    approve: str
    again: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """Approving many at once: how many there are."""

    back: str
    lead: str
    passed_over: tuple[str, ...]
    is_empty: bool


def work_list_page(
    run: Run,
    progress: Progress,
    look: ToLookAt,
    *,
    severe: int,
    heard: str,
    has_comments: bool,
    actor: AnyActor,
) -> WorkListPage:
    """How far the review is, what asks for a look, and where it leads."""
    run_id, in_review = run.id, run.round.state.value == "in_review"
    reads = matrix.opens(actor, Action.RUN_READ)
    decides = matrix.opens(actor, Action.PROPOSAL_APPROVE)
    is_left = decides and in_review and progress.undecided > 0
    runs_again = in_review and run.is_current and matrix.opens(actor, Action.RUN_START)
    return WorkListPage(
        back=back_to_run(run_id, actor),
        progress=_progress(progress) if reads else "",  # a region's reader sees no count of other regions
        figures=tuple(_figures(run_id, look, severe)),
        heard=heard,
        comments_csv=url_for("national.comments_csv", round_id=run.round_id)
        if has_comments and may_export(actor)
        else "",
        begin=url_for("national.next_match", run_id=run_id) if is_left else "",
        unmet=url_for("national.unmet", run_id=run_id),
        publication=url_for("national.publication", run_id=run_id) if reads else "",
        approve=url_for("national.approve_unflagged", run_id=run_id) if is_left else "",
        again=url_for("national.new_run", round_id=run.round_id) if runs_again else "",
    )


def bulk_page(run_id: UUID, waiting: Waiting) -> BulkPage:
    """The page before approving many at once."""
    return BulkPage(
        back=url_for("national.work_list", run_id=run_id),
        lead=f"{formats.plural(waiting.plain, 'match', 'matches')} without a mark and without a decision.",
        passed_over=PASSED_OVER,
        is_empty=not waiting.total,
    )


def alongside(waiting: Waiting) -> list[Choice]:
    """What may come along, with how many; nothing is offered that is not there."""
    both = f", and {waiting.both:,} that are both if both are ticked" if waiting.both else ""
    offered = (
        (Alongside.CLOSE, "Close calls too", waiting.close, "Another use of these days is about as good"),
        (
            Alongside.SAME_ICB,
            "Matches within one integrated care board too",
            waiting.same_icb,
            "Allowed; worth knowing where support should be independent",
        ),
    )
    return [
        Choice(mark.value, words, f"{number:,}{both}. {meaning}.")
        for mark, words, number, meaning in offered
        if number or waiting.both
    ]


def said_of(outcome: BulkOutcome) -> str:
    """What approving many at once did."""
    left = f" {outcome.passed_over:,} still need a look, one by one." if outcome.passed_over else ""
    return f"{formats.plural(outcome.approved, 'match', 'matches')} approved.{left}"


def kept(partner: str, progress: Progress) -> str:
    """What to say after a decision, on the page of the next match."""
    left = f"{progress.undecided:,} left to decide." if progress.undecided else "Every match is decided."
    return f"Your decision on {partner} is kept. {left}"


def back_to_run(run_id: UUID, actor: AnyActor) -> str:
    """The page that this one hangs on, for this reader."""
    reads = matrix.opens(actor, Action.RUN_READ)
    return url_for("national.run_page", run_id=run_id) if reads else url_for("national.round_list")


def uuid_or_none(given: str | None) -> UUID | None:
    """An identifier from a form; nothing, or nonsense, is none."""
    try:
        return UUID(given) if given else None
    except ValueError:
        return None


def _progress(progress: Progress) -> str:
    lines = [f"{progress.undecided:,} not decided"]
    lines += [
        f"{number:,} {choices.title('decision', kind).lower()}" for kind, number in progress.by_kind.items()
    ]
    if progress.unconfirmed:
        lines.append(f"{progress.unconfirmed:,} waiting for a second person")
    return ", ".join(lines) + "."


def _figures(run_id: UUID, look: ToLookAt, severe: int) -> Iterable[Figure]:
    def matches(**filters: Any) -> str:
        return url_for("national.work_list", run_id=run_id, **filters)

    yield Figure(f"{look.changed:,}", "changed since the run", matches(look=CHANGED))
    yield Figure(
        f"{look.flagged:,}", "flagged for judgement, not decided", matches(decision=UNDECIDED, look=FLAGGED)
    )
    yield Figure(f"{look.close:,}", "close calls, not decided", matches(decision=UNDECIDED, look=CLOSE))
    yield Figure(f"{look.commented:,}", "with a new comment of a region", matches(look=COMMENTED))
    yield Figure(f"{severe:,}", "severe requests short of days", url_for("national.unmet", run_id=run_id))
