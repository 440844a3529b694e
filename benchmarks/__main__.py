"""``python -m benchmarks``: generate instances, let everybody solve them, write ``benchmarks/results/latest.md``."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.assignments import assignment
from benchmarks.contest import OURS, Contestant, Score, run
from benchmarks.openreview import Checkout
from benchmarks.peers import peers
from benchmarks.tables import median_score, ratios, table
from matcher.allocation.solver import versions
from matcher.candidates.graph import build
from matcher.problem.instance import DEFAULT_LADDER, Instance
from matcher.synthetic.generator import generate
from seeds.demonstration.matcher_snapshot import snapshot
from seeds.demonstration.network import network

RESULTS = Path(__file__).parent / "results" / "latest.md"
DEMONSTRATION, ASSIGNMENTS = "demonstration", "assignments"
_LIMITS = {DEMONSTRATION: 60.0, ASSIGNMENTS: 60.0, "S": 5.0, "N": 120.0, "M": 300.0, "L": 600.0, "XL": 1800.0}
_SHORT_LADDER = ("mandated", "floors", "value")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what was asked for and write the table."""
    wanted = _parse(arguments)
    lines = _preface(wanted)
    for scale in wanted.scales:
        for seed in wanted.seeds if scale != DEMONSTRATION else [0]:
            lines += _section(scale, seed, wanted)
            _write(lines, wanted.output)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scales", nargs="+", choices=list(_LIMITS), default=[DEMONSTRATION, "S", "N"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--repeats", type=int, default=3, help="runs of each contestant; the median is shown")
    parser.add_argument(
        "--limit",
        type=float,
        help="seconds for our run (default: "
        + ", ".join(f"{seconds:g} at {scale}" for scale, seconds in _LIMITS.items())
        + ")",
    )
    parser.add_argument("--gap", type=float, default=0.001, help="relative gap that our run aims at")
    parser.add_argument("--full-ladder", action="store_true", help="all levels, not mandated, floors, value")
    parser.add_argument(
        "--openreview", type=Path, help="a checkout of openreview-matcher, to ask its solvers"
    )
    parser.add_argument(
        "--openreview-python",
        type=Path,
        default=Path(sys.executable),
        help="the Python that has what it needs",
    )
    parser.add_argument("--output", type=Path, default=RESULTS)
    return parser.parse_args(arguments)


def _section(scale: str, seed: int, wanted: argparse.Namespace) -> list[str]:
    instance = _instance(scale, seed)
    if scale != ASSIGNMENTS:
        instance = replace(instance, ladder=DEFAULT_LADDER if wanted.full_ladder else _SHORT_LADDER)
    checkout = Checkout(wanted.openreview, wanted.openreview_python) if wanted.openreview else None
    limit = wanted.limit or _LIMITS[scale]
    scores: list[Score] = []
    known = [Contestant(name, peer) for name, peer in peers(checkout).items()]
    for who in (Contestant(OURS), *known):
        runs = [run(who, instance, limit_seconds=limit, gap=wanted.gap) for _ in range(wanted.repeats)]
        scores.append(median_score(runs))
        print(f"{scale} seed {seed}: {who.name} done", flush=True)
    name = "The demonstration network" if scale == DEMONSTRATION else f"{scale}, seed {seed}"
    title = (
        f"## {name}: {len(instance.partners):,} partners, {len(instance.requests):,} requests, "
        f"{len(instance.candidates):,} candidates"
    )
    return ["", title, "", *table(scores), "", *ratios(scores)]


def _instance(scale: str, seed: int) -> Instance:
    if scale == DEMONSTRATION:
        return build(snapshot(network())).instance
    if scale == ASSIGNMENTS:
        return assignment(seed)
    return generate(scale, seed)


def _preface(wanted: argparse.Namespace) -> list[str]:
    known = ", ".join(f"{name} {version}" for name, version in sorted(versions().items()))
    ladder = "the default ladder" if wanted.full_ladder else ", ".join(_SHORT_LADDER)
    return [
        "# Benchmarks",
        "",
        f"Our ladder: {ladder} (assignments: worst_request, value); gap asked {wanted.gap:g}; "
        f"medians of {wanted.repeats} runs. "
        f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}; {known}.",
        "",
        "All contestants solve the same instance, each in a process of its own. The bound is ours, proven over all "
        "candidates. A peer's wishes are cut to the rules, the most valuable first, and leftovers are given "
        "away; `breaches` is what the verifier finds then, in brackets how many rules the wishes broke. Peers do "
        "not hold mandated support and floors, so their value is free of what ours must keep. Seconds and "
        "memory differ between machines: read the ratios.",
    ]


def _write(lines: Sequence[str], output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
