"""Workers and their work in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from webapp.services.jobs import DeliveryState, Job, Machinery, WorkerSeen
from webapp.ui import choices, formats
from webapp.ui.listing import Column, Listing

LISTING = Listing(
    caption="Runs",
    columns=(
        Column("queued", "Queued", sortable=False),
        Column("number", "Run", sortable=False),
        Column("state", "State", tag=lambda line: line.colour, sortable=False),
        Column("attempt", "Attempts", numeric=True, sortable=False),
        Column("started", "Started", sortable=False),
        Column("finished", "Ended", sortable=False),
        Column("lease", "Held until", sortable=False),
    ),
    empty="No run has been started yet.",
    noun="run",
)
NOT_YET = "Not yet"
EMAILS = {
    DeliveryState.WAITING: "Waiting to be sent",
    DeliveryState.SENT: "Sent",
    DeliveryState.FAILED: "Failed",
    DeliveryState.NOT_EMAILED: "Shown in the service only: no mail server is set",
    DeliveryState.SWITCHED_OFF: "Not wanted by email",
}


@dataclass(frozen=True, slots=True)
class JobLine:
    """One run in the list."""

    number: str
    state: str
    colour: str
    attempt: int
    queued: str
    started: str
    finished: str
    lease: str


@dataclass(frozen=True, slots=True)
class WorkerLine:
    """One worker: its machine, its last sign, whether that is long ago."""

    machine: str
    seen: str
    state: str
    colour: str


@dataclass(frozen=True, slots=True)
class JobsPage:
    """What stands above the list of runs."""

    workers: tuple[WorkerLine, ...]
    warning: str
    emails: tuple[tuple[str, str], ...]


def jobs_page(found: Machinery) -> JobsPage:
    """Who works, and a warning where nobody does."""
    alive = any(not each.is_quiet for each in found.workers)
    warning = (
        ""
        if alive
        else (
            "No worker has given a sign of life in the last three minutes. Runs and emails wait until one is "
            "started: look at the process called worker."
        )
    )
    emails = tuple(
        (words, f"{found.emails[state]:,}") for state, words in EMAILS.items() if found.emails.get(state)
    )
    return JobsPage(tuple(map(_worker, found.workers)), warning, emails)


def job_line(job: Job) -> JobLine:
    """One line of the list."""
    return JobLine(
        number=f"{'Scenario' if job.is_scenario else 'Run'} {job.number}",
        state=choices.title("run_state", job.state),
        colour=choices.colour("run_state", job.state),
        attempt=job.attempt,
        queued=formats.moment(job.queued_at),
        started=_when(job.started_at),
        finished=_when(job.finished_at),
        lease="Nobody" if job.lease_until is None or job.finished_at else formats.moment(job.lease_until),
    )


def _worker(each: WorkerSeen) -> WorkerLine:
    state, colour = ("Silent", "red") if each.is_quiet else ("Alive", "green")
    return WorkerLine(each.machine, formats.moment(each.seen_at), state, colour)


def _when(instant: datetime | None) -> str:
    return NOT_YET if instant is None else formats.moment(instant)
