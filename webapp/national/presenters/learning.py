"""What the rounds have taught, in words: the ledger of overruled matches, and tables with pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import url_for

from webapp.services.learning import (
    MOST_ROUNDS,
    Answers,
    Lessons,
    Outcomes,
    Overrule,
    Round,
    Supporter,
    Unmet,
)
from webapp.ui import choices, formats, ladder, wording
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.listing import ChoiceFilter, Column, Listing, Table, View
from webapp.ui.wording import Audience


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One overruled match."""

    when: str
    request: str
    organisation: str
    partner: str
    decision: str
    reason: str
    price: str
    since: str
    href: str


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison: a picture and its table."""

    key: str
    title: str
    lead: str
    chart: BarChart
    listing: Listing
    rows: Sequence[object]

    @property
    def table(self) -> Table:
        """The rows on one page, with the way to their file."""
        view = self.listing.read({})
        href = url_for("national.lesson_file", key=self.key)
        return replace(self.listing.page(view, self.rows, len(self.rows), csv_href=href), pages=None)


@dataclass(frozen=True, slots=True)
class LearningShown:
    """The page."""

    ledger_href: str
    fairness: str
    communities: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]


ANSWERS = Listing(
    caption="How offers ended",
    columns=(
        Column("state", "Offers that are", lambda row: row[0], sortable=False),
        Column("reason", "Why", lambda row: row[1], sortable=False),
        Column("offers", "Offers", lambda row: row[2], numeric=True, sortable=False),
    ),
    empty="No offer has been made yet.",
)
WAITS = Listing(
    caption="How long people waited",
    columns=(
        Column("round", "Round", lambda row: f"Round {row.round}", sortable=False),
        Column("offers", "Offers", lambda row: row.offers, numeric=True, sortable=False),
        Column("to_offer", "Days to the offer", lambda row: row.to_offer, numeric=True, sortable=False),
        Column("to_answer", "Days to the answer", lambda row: row.to_answer, numeric=True, sortable=False),
    ),
    empty="No offer has been made yet.",
)
UNMET = Listing(
    caption="Unmet need",
    columns=(
        Column("code", "Reason or skill", lambda row: row.code, sortable=False),
        Column("requests", "Requests", lambda row: row.requests, numeric=True, sortable=False),
        Column("days", "Days short", lambda row: row.days, numeric=True, sortable=False),
    ),
    empty="No request is short of days.",
)
OUTCOMES = Listing(
    caption="Outcomes",
    columns=(
        Column("code", "Group", lambda row: row.code, sortable=False),
        Column("ended", "Ended", lambda row: row.ended, numeric=True, sortable=False),
        Column("early", "Of these early", lambda row: row.early, numeric=True, sortable=False),
        Column("measured", "Measured", lambda row: row.measured, numeric=True, sortable=False),
        Column("better", "Measure got better", lambda row: row.better, numeric=True, sortable=False),
        Column("score", "Mean rating, 1 to 5", lambda row: row.score, numeric=True, sortable=False),
    ),
    empty="No engagement has ended yet.",
)


def ledger_listing(rounds: Sequence[Round]) -> Listing:
    """The ledger of overruled matches."""
    return Listing(
        caption="Overruled matches",
        columns=(
            Column("when", "Decided", lambda line: line.when, sortable=False),
            Column(
                "request", "Request", lambda line: line.request, sortable=False, link=lambda line: line.href
            ),
            Column("organisation", "For", lambda line: line.organisation, sortable=False),
            Column("partner", "Partner", lambda line: line.partner, sortable=False),
            Column("decision", "Decision", lambda line: line.decision, sortable=False),
            Column("reason", "Reason", lambda line: line.reason, sortable=False),
            Column("price", "Most it could cost", lambda line: line.price, sortable=False),
            Column("since", "What came of it", lambda line: line.since, sortable=False),
        ),
        filters=(
            ChoiceFilter("round", "Round", tuple((str(row.id), f"Round {row.number}") for row in rounds)),
        ),
        noun="overruled match",
        nouns="overruled matches",
        empty="No proposed match has been overruled.",
    )


def chosen_round(view: View) -> UUID | None:
    """The round that the ledger is narrowed to."""
    wanted = view.filters.get("round")
    return UUID(wanted) if wanted else None


def ledger_line(row: Overrule) -> LedgerLine:
    """One overruled match in words."""
    decision = choices.title("decision", row.decision.kind)
    if row.replacement is not None:
        decision += f": {row.replacement.name}"
    if not row.decision.stands:
        decision += ", waits for a second person"
    return LedgerLine(
        when=formats.day(row.decision.decided_at),
        request=row.request.title,
        organisation=row.request.beneficiary.name,
        partner=row.partner.name,
        decision=decision,
        reason=row.decision.reason,
        price="; ".join(_lost(level, loss) for level, loss in row.price.items()) or "Nothing on any level",
        since="; ".join(_supporter(each) for each in row.since[:3]) or "Nobody has been offered since",
        href=url_for("national.match", match_id=row.decision.match_id),
    )


def codes_of(found: Lessons) -> set[str]:
    """The taxonomy codes that the page names."""
    return {each.code for each in found.unmet_skills} | {each.code for each in found.skills}


def shown(found: Lessons, labels: Mapping[str, str], rounds: Sequence[Round]) -> LearningShown:
    """The page; ``labels`` has the words for skills."""
    return LearningShown(
        ledger_href=url_for("national.overrules"),
        fairness=url_for("national.fairness_page"),
        communities=tuple(
            (row.name, url_for("national.communities_of", round_id=row.id)) for row in rounds[:MOST_ROUNDS]
        ),
        parts=parts(found, labels),
    )


def parts(found: Lessons, labels: Mapping[str, str]) -> tuple[Part, ...]:
    """The comparisons, in the order of the page."""
    return (
        _answers(found.answers),
        Part(
            "waits",
            "How long people waited",
            "Median days from a request sent in to its offer, and from the offer to its answer.",
            bar_chart(
                "Median days from a request to its offer",
                [
                    (f"Round {row.round}", row.to_offer, formats.decimal(row.to_offer, 1))
                    for row in found.waits
                    if row.to_offer is not None
                ],
            ),
            WAITS,
            found.waits,
        ),
        _unmet(
            "reasons",
            "Why requests stayed short",
            "Days short in the newest rounds, by the reason that binds.",
            [replace(row, code=wording.unmet(row.code, Audience.NATIONAL)) for row in found.unmet_reasons],
        ),
        _unmet(
            "missing-skills",
            "Skills that were missing",
            "Days short of requests that need the skill. A request counts under each skill that it needs.",
            [replace(row, code=labels.get(row.code, row.code)) for row in found.unmet_skills],
        ),
        _outcomes(
            "shapes",
            "Outcomes by shape of support",
            [replace(row, code=choices.title("shape", row.code)) for row in found.shapes],
        ),
        _outcomes(
            "skills",
            "Outcomes by skill",
            [replace(row, code=labels.get(row.code, row.code)) for row in found.skills],
        ),
    )


def part_of(found: Lessons, labels: Mapping[str, str], key: str) -> Part | None:
    """One comparison by its key."""
    return next((each for each in parts(found, labels) if each.key == key), None)


def _answers(found: Sequence[Answers]) -> Part:
    rows = [(choices.title("offer_state", row.state), _why(row), row.offers) for row in found]
    bars = [(", ".join(each for each in row[:2] if each), row[2], formats.count(row[2])) for row in rows]
    lead = "Saying no is never counted against a partner. The reasons show what to change in what is asked."
    return Part("answers", "How offers ended", lead, bar_chart("How offers ended", bars), ANSWERS, rows)


def _why(row: Answers) -> str:
    """The reason in the words of whoever gave it; what ended by itself has none."""
    if row.side is None:
        return ""
    return choices.title(f"{row.side.value}_refusal", row.reason)


def _unmet(key: str, title: str, lead: str, rows: Sequence[Unmet]) -> Part:
    bars = [(row.code, row.days, formats.count(row.days)) for row in rows]
    return Part(key, title, lead, bar_chart(title, bars), replace(UNMET, caption=title), rows)


def _outcomes(key: str, title: str, rows: Sequence[Outcomes]) -> Part:
    bars = [
        (row.code, row.better / row.measured, f"{row.better} of {row.measured}")
        for row in rows
        if row.measured
    ]
    lead = (
        "Engagements that have ended. The picture shows in how many of those measured the measure got better."
    )
    return Part(key, title, lead, bar_chart(title, bars, most=1.0), replace(OUTCOMES, caption=title), rows)


def _lost(level: str, loss: float) -> str:
    return f"{ladder.LEVELS[level].title}: {ladder.difference(level, loss)}"


def _supporter(each: Supporter) -> str:
    state = (
        choices.title("engagement_state", each.engagement)
        if each.engagement is not None
        else choices.title("offer_state", each.offer)
    )
    words = f"{each.name}: {state.lower()}"
    if each.change is not None:
        way = "better" if each.change.improved else "not better"
        before, after = formats.decimal(each.change.before, 1), formats.decimal(each.change.after, 1)
        words += f", {each.change.measure} from {before} to {after} ({way})"
    return words + (f", rated {formats.decimal(each.score, 1)} of 5" if each.score is not None else "")
