"""Scores as tables in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.contest import OURS, Score

_HEAD = (
    "contestant",
    "value / bound",
    "value",
    "worst group",
    "worst request",
    "mandated",
    "days short of floors",
    "skills covered",
    "breaches (as wished)",
    "seconds",
    "MB",
)


def median_score(scores: Sequence[Score]) -> Score:
    """The run of median seconds, with the median memory."""
    ordered = sorted(scores, key=lambda score: score.seconds)
    middle = ordered[len(ordered) // 2]
    return replace(middle, megabytes=statistics.median(score.megabytes for score in scores))


def table(scores: Sequence[Score]) -> list[str]:
    """One row for each contestant, ours first; ratios to our bound."""
    bound = next((score.bound for score in scores if score.name == OURS and score.bound), None)
    lines = [_row(_HEAD), _row(["---"] * len(_HEAD))]
    for score in scores:
        lines.append(_row(_cells(score, bound)))
    return lines


def ratios(scores: Sequence[Score]) -> list[str]:
    """How we stand to each peer: value, seconds, memory."""
    ours = next((score for score in scores if score.name == OURS and score.levels), None)
    if ours is None:
        return []
    lines = []
    for score in scores:
        if score.name != OURS and score.levels and score.levels[-1] > 0:
            value = ours.levels[-1] / score.levels[-1]
            seconds = ours.seconds / max(score.seconds, 1e-3)
            memory = ours.megabytes / max(score.megabytes, 1.0)
            lines.append(
                f"- against {score.name}: value x {value:.3f}, seconds x {seconds:.1f}, memory x {memory:.1f}"
            )
    return lines


def _cells(score: Score, bound: float | None) -> list[str]:
    if not score.levels:
        return [score.name, score.note, *[""] * (len(_HEAD) - 2)]
    mandated, floors, group, request, value = score.levels
    share = f"{value / bound:.4f}" if bound else ""
    return [
        score.name,
        share,
        f"{value:.1f}",
        f"{group:.3f}",
        f"{request:.3f}",
        f"{mandated:.0f}",
        f"{floors:.0f}",
        str(score.covered),
        f"{score.breaches} ({score.raw_breaches})",
        f"{score.seconds:.1f}",
        f"{score.megabytes:.0f}",
    ]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
