"""The work list of a run's review, and the requests left short."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services.bulk_decisions import BulkOutcome
from webapp.services.review import UNDECIDED, ListedMatch, MatchFilter, MatchOrder, Progress, UnmetRequest
from webapp.ui import choices, formats, wording
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter, View
from webapp.ui.wording import Audience

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MatchLine:
    """One match in the work list."""

    request: str
    title: str
    organisation: str
    partner: str
    severity: int | None
    days: int
    fit: float
    flags: int
    decision: str
    colour: str
    href: str


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """One request left short."""

    request: str
    organisation: str
    severity: int | None
    short: int
    reason: str
    remedy: str
    href: str


@dataclass(frozen=True, slots=True)
class WorkListPage:
    """What stands over the work list."""

    back: str
    progress: tuple[str, ...]
    publication: str
    approve: str


@dataclass(frozen=True, slots=True)
class BulkPage:
    """Approving many at once: how many there are."""

    back: str
    lead: str
    is_empty: bool


def work_listing(priorities: Pairs, regions: Pairs) -> Listing:
    """The work list; its filters offer today's priorities and regions."""
    return Listing(
        caption="Proposed matches",
        columns=(
            Column("request", "Request", lambda line: line.title, link=lambda line: line.href),
            Column("organisation", "For", lambda line: line.organisation, sortable=False),
            Column("partner", "Partner", lambda line: line.partner),
            Column("severity", "Severity", lambda line: line.severity, numeric=True),
            Column("days", "Days", lambda line: line.days, numeric=True),
            Column("fit", "Fit", lambda line: line.fit, lambda line: formats.decimal(line.fit), numeric=True),
            Column("judgement", "Flags", lambda line: line.flags, numeric=True),
            Column(
                "decision",
                "Decision",
                lambda line: line.decision,
                tag=lambda line: line.colour,
                sortable=False,
            ),
            Column("reference", "Reference", lambda line: line.request, only_file=True),
        ),
        filters=(
            TextFilter("q", "Search"),
            ChoiceFilter(
                "decision",
                "Decision",
                tuple((code, option.title) for code, option in choices.CHOICES["decision"].items()),
            ),
            ChoiceFilter("priority", "Priority", priorities),
            ChoiceFilter("region", "Region", regions),
        ),
        default_sort="judgement",
        default_descending=True,
        empty="This run proposes no match.",
        noun="match",
        nouns="matches",
    )


UNMET = Listing(
    caption="Requests short of days",
    columns=(
        Column("request", "Request", lambda line: line.request, link=lambda line: line.href, sortable=False),
        Column("organisation", "For", lambda line: line.organisation, sortable=False),
        Column("severity", "Severity", lambda line: line.severity, numeric=True, sortable=False),
        Column("short", "Days short", lambda line: line.short, numeric=True, sortable=False),
        Column("reason", "Why", lambda line: line.reason, sortable=False),
        Column("remedy", "Would be met with", lambda line: line.remedy, sortable=False),
    ),
    empty="Every request has all its days.",
    noun="request",
)


def match_filter(view: View) -> MatchFilter:
    """What the address asks for, in the service's terms."""
    return MatchFilter(
        text=view.filters.get("q", ""),
        decision=view.filters.get("decision"),
        priority_code=view.filters.get("priority"),
        region_code=view.filters.get("region"),
        order=MatchOrder(view.sort),
    )


def match_line(each: ListedMatch) -> MatchLine:
    """One line of the work list."""
    match = each.match
    kind = each.decision.kind.value if each.decision else UNDECIDED
    words = choices.title("decision", kind)
    return MatchLine(
        request=match.request.reference,
        title=match.request.title,
        organisation=match.request.beneficiary.name,
        partner=match.partner.name,
        severity=match.request.severity,
        days=match.days,
        fit=match.fit,
        flags=match.flag_count,
        decision=words if each.decision is None or each.decision.stands else f"{words}: to be confirmed",
        colour=choices.colour("decision", kind),
        href=url_for("national.match", match_id=match.id),
    )


def unmet_line(row: UnmetRequest) -> UnmetLine:
    """One request left short."""
    changes = row.evidence.get("changes", ())
    remedies = [" and ".join(wording.change(code) for code in each["changes"]) for each in changes]
    return UnmetLine(
        request=row.request.title,
        organisation=row.request.beneficiary.name,
        severity=row.request.severity,
        short=row.days_short,
        reason=wording.unmet(row.reason, Audience.NATIONAL),
        remedy="; or ".join(remedies[:3]) or "No single change",
        href=url_for("national.request_page", request_id=row.request_id),
    )


def work_list_page(run_id: UUID, progress: Progress, actor: AnyActor) -> WorkListPage:
    """How far the review is, and where it leads."""
    lines = [f"{progress.undecided:,} not decided"]
    lines += [
        f"{number:,} {choices.title('decision', kind).lower()}" for kind, number in progress.by_kind.items()
    ]
    if progress.unconfirmed:
        lines.append(f"{progress.unconfirmed:,} waiting for a second person")
    reads = matrix.opens(actor, Action.RUN_READ)
    return WorkListPage(
        back=back_to_run(run_id, actor),
        progress=tuple(lines) if reads else (),  # a region's reader sees no count of other regions
        publication=url_for("national.publication", run_id=run_id) if reads else "",
        approve=url_for("national.approve_unflagged", run_id=run_id)
        if progress.undecided and matrix.opens(actor, Action.PROPOSAL_APPROVE)
        else "",
    )


def bulk_page(run_id: UUID, waiting: int) -> BulkPage:
    """The page before approving many at once."""
    return BulkPage(
        back=url_for("national.work_list", run_id=run_id),
        lead=f"{formats.plural(waiting, 'match', 'matches')} without a flag and without a decision. "
        "Matches of your own organisation, and pairs that may no longer be put together, are passed over.",
        is_empty=not waiting,
    )


def said_of(outcome: BulkOutcome) -> str:
    """What approving many at once did."""
    left = f" {outcome.passed_over:,} still need a look, one by one." if outcome.passed_over else ""
    return f"{formats.plural(outcome.approved, 'match', 'matches')} approved.{left}"


def back_to_run(run_id: UUID, actor: AnyActor) -> str:
    """The page that this one hangs on, for this reader."""
    reads = matrix.opens(actor, Action.RUN_READ)
    return url_for("national.run_page", run_id=run_id) if reads else url_for("national.round_list")


def may_export(actor: AnyActor) -> bool:
    """Whether the reader may take lists away as files."""
    return matrix.opens(actor, Action.EXPORT_DOWNLOAD)


def uuid_or_none(given: str | None) -> UUID | None:
    """An identifier from a form; nothing, or nonsense, is none."""
    try:
        return UUID(given) if given else None
    except ValueError:
        return None
