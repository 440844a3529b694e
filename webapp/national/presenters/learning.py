"""What the rounds have taught, in words: tables with pictures, each with its gist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for

from webapp.services.learning import (
    MOST_ROUNDS,
    OVERRULING,
    SETTLING,
    Answers,
    Lessons,
    Outcomes,
    Round,
    Unmet,
    Verdicts,
    Wait,
)
from webapp.services.review import DecisionKind
from webapp.ui import choices, formats, wording
from webapp.ui.charts import BarChart, bar_chart
from webapp.ui.listing import Column, Listing, Table
from webapp.ui.wording import Audience


@dataclass(frozen=True, slots=True)
class Part:
    """One comparison: a picture and its table."""

    key: str
    title: str
    gist: str
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


def _kind_column(kind: DecisionKind, *, only_file: bool) -> Column:
    """How many proposals of a round were decided so."""

    def pairs(row: Verdicts) -> int:
        return row.by_kind.get(kind, 0)

    title = choices.title("decision", kind)
    return Column(kind.value, title, pairs, numeric=True, sortable=False, only_file=only_file)


VERDICTS = Listing(
    caption="How often people overruled the proposals",
    columns=(
        Column("round", "Round", lambda row: f"Round {row.round}", sortable=False),
        Column("decided", "Decided", numeric=True, sortable=False),
        *(_kind_column(kind, only_file=kind not in OVERRULING) for kind in DecisionKind if kind in SETTLING),
        Column("overruled", "Overruled", numeric=True, sortable=False),
        Column(
            "rate",
            "Share",
            lambda row: round(row.rate, 4),
            lambda row: formats.share(row.rate, 1),
            numeric=True,
            sortable=False,
        ),
    ),
    empty="No proposal has been decided on yet.",
)
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
        Column("offers", "Offers", numeric=True, sortable=False),
        Column("to_offer", "Days to the offer", numeric=True, sortable=False),
        Column("to_answer", "Days to the answer", numeric=True, sortable=False),
    ),
    empty="No offer has been made yet.",
)
UNMET = Listing(
    caption="Unmet need",
    columns=(
        Column("code", "Reason or skill", sortable=False),
        Column("requests", "Requests", numeric=True, sortable=False),
        Column("days", "Days short", numeric=True, sortable=False),
    ),
    empty="No request is short of days.",
)
OUTCOMES = Listing(
    caption="Outcomes",
    columns=(
        Column("code", "Group", sortable=False),
        Column("ended", "Ended", numeric=True, sortable=False),
        Column("early", "Of these early", numeric=True, sortable=False),
        Column("measured", "Measured", numeric=True, sortable=False),
        Column("better", "Measure got better", numeric=True, sortable=False),
        Column("score", "Mean rating, 1 to 5", numeric=True, sortable=False),
    ),
    empty="No engagement has ended yet.",
)


def codes_of(found: Lessons) -> set[str]:
    """The taxonomy codes that the page names."""
    return {each.code for each in found.unmet_skills} | {each.code for each in found.skills}


def shown(found: Lessons, labels: Mapping[str, str], rounds: Sequence[Round]) -> LearningShown:
    """The page; ``labels`` has the words for skills."""
    return LearningShown(
        ledger_href=url_for("national.overruled"),
        fairness=url_for("national.fairness_page"),
        communities=tuple(
            (row.name, url_for("national.communities_of", round_id=row.id)) for row in rounds[:MOST_ROUNDS]
        ),
        parts=parts(found, labels),
    )


def parts(found: Lessons, labels: Mapping[str, str]) -> tuple[Part, ...]:
    """The comparisons, in the order of the page."""
    return (
        _verdicts(found.verdicts),
        _answers(found.answers),
        Part(
            "waits",
            "How long people waited",
            _wait(found.waits),
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


def _verdicts(found: Sequence[Verdicts]) -> Part:
    title = VERDICTS.caption
    bars = [(f"Round {row.round}", row.rate, formats.share(row.rate, 1)) for row in found]
    gist = ""
    if found:
        last = found[-1]
        gist = f"Round {last.round}: {last.overruled:,} of {last.decided:,}, {formats.share(last.rate)}."
    lead = (
        "Of the proposals that were approved, locked, rejected, forbidden or swapped in a round, how many were set "
        "aside. What is on hold, and a swap that waits for its second person, is not counted yet."
    )
    return Part("overrides", title, gist, lead, bar_chart(f"{title}: share by round", bars), VERDICTS, found)


def _wait(found: Sequence[Wait]) -> str:
    last = next((row for row in reversed(found) if row.to_offer is not None), None)
    return f"Round {last.round}: {last.to_offer:g} days to the offer." if last else ""


def _answers(found: Sequence[Answers]) -> Part:
    rows = [(choices.title("offer_state", row.state), _why(row), row.offers) for row in found]
    bars = [(", ".join(each for each in row[:2] if each), row[2], formats.count(row[2])) for row in rows]
    lead = "Saying no is never counted against a partner. The reasons show what to change in what is asked."
    gist = f"{bars[0][0]}: {bars[0][2]} of {sum(row[2] for row in rows):,}." if bars else ""
    return Part("answers", "How offers ended", gist, lead, bar_chart("How offers ended", bars), ANSWERS, rows)


def _why(row: Answers) -> str:
    """The reason in the words of whoever gave it; what ended by itself has none."""
    if row.side is None:
        return ""
    return choices.title(f"{row.side.value}_refusal", row.reason)


def _unmet(key: str, title: str, lead: str, rows: Sequence[Unmet]) -> Part:
    bars = [(row.code, row.days, formats.count(row.days)) for row in rows]
    gist = f"Most: {rows[0].code.rstrip('.')}, {formats.days(rows[0].days)}." if rows else ""
    return Part(key, title, gist, lead, bar_chart(title, bars), replace(UNMET, caption=title), rows)


def _outcomes(key: str, title: str, rows: Sequence[Outcomes]) -> Part:
    bars = [
        (row.code, row.better / row.measured, f"{row.better} of {row.measured}")
        for row in rows
        if row.measured
    ]
    lead = (
        "Engagements that have ended. The picture shows in how many of those measured the measure got better."
    )
    if key == "skills":
        lead += " An engagement counts under each skill that it was asked for."
    gist = _best_known(rows) if key == "skills" else _in_all(rows)
    return Part(
        key, title, gist, lead, bar_chart(title, bars, most=1.0), replace(OUTCOMES, caption=title), rows
    )


def _in_all(rows: Sequence[Outcomes]) -> str:
    better, measured = sum(row.better for row in rows), sum(row.measured for row in rows)
    return f"The measure got better in {better:,} of {measured:,}." if measured else ""


def _best_known(rows: Sequence[Outcomes]) -> str:
    """The group that was measured most often: where an engagement counts under several, their sum means nothing."""
    most = max(rows, key=lambda row: row.measured, default=None)
    if most is None or not most.measured:
        return ""
    return f"Measured most often: {most.code}, better in {most.better:,} of {most.measured:,}."
