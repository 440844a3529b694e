"""``python -m benchmarks.pages``: how long pages take on a round of 1,000 requests and 3,000 partners.

One process asks each page again and again, through the whole application on a database of its own, and writes the
median, the 95th percentile, the queries and the bytes of each. With ``--every`` it is ``benchmarks.every_page``
instead: each page that each role may open, with 5,000 requests and 1,500 experts, against its limits.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask

import webapp  # noqa: F401  # first: its commands and the seeds know each other
from benchmarks import every_page, large_round
from benchmarks.every_page import application, counted
from benchmarks.large_round import TOKEN, Large
from webapp.store import schema
from webapp.store.unit_of_work import Database

EVERY = "--every"
WARM_UP = 3
PAGES = {
    "work list, first page": "/national/runs/{run_id}/review",
    "work list, page 5": "/national/runs/{run_id}/review?page=5",
    "work list, undecided of a search": "/national/runs/{run_id}/review?decision=undecided&q=service",
    "on to the next match": "/national/runs/{run_id}/review/next",
    "one match": "/national/matches/{match_id}",
    "letters of a match": "/national/matches/{match_id}/letters",
    "requests short of days": "/national/runs/{run_id}/unmet",
    "one request short of days": "/national/runs/{run_id}/unmet/{unmet_id}",
    "publication": "/national/runs/{run_id}/publication",
    "requests": "/national/requests",
    "partners": "/national/partners",
}
FILES = {
    "matches as CSV": "/national/runs/{run_id}/review.csv",
    "matches as XLSX": "/national/runs/{run_id}/review.csv?as=xlsx",
    "requests as CSV": "/national/requests.csv",
    "requests as XLSX": "/national/requests.csv?as=xlsx",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the round, time the pages, print the table."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if EVERY in given:
        given.remove(EVERY)
        every_page.main(given)
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--partners", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--database", help="address of an empty database (default: a new SQLite file)")
    wanted = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{Path(folder) / 'pages.sqlite'}"
        schema.upgrade(url)
        database = Database(url, statement_limits=False)
        began = time.perf_counter()
        made = large_round.make(database, requests=wanted.requests, partners=wanted.partners)
        print(
            f"{wanted.requests:,} requests, {wanted.partners:,} partners, {made.matches:,} matches ", end=""
        )
        print(f"written in {time.perf_counter() - began:.1f} s\n")
        database.dispose()
        _report(application(url), made, wanted.repeats)


def _report(app: Flask, made: Large, repeats: int) -> None:
    client = app.test_client()
    client.set_cookie("sign-in", TOKEN)
    print(f"{'page':36}{'median':>9}{'p95':>9}{'queries':>9}{'bytes':>10}")
    for name, path in PAGES.items():
        _line(app, client, name, path.format(**_ids(made)), repeats)
    for name, path in FILES.items():
        _line(app, client, name, path.format(**_ids(made)), 3)


def _ids(made: Large) -> dict[str, Any]:
    return {
        name: getattr(made, name) for name in ("round_id", "run_id", "match_id", "request_id", "unmet_id")
    }


def _line(app: Flask, client: Any, name: str, path: str, repeats: int) -> None:
    times, size = [], 0
    with counted(app) as statements:
        answer = client.get(path)
        queries, size = len(statements), len(answer.get_data())
    if answer.status_code >= 400:
        raise SystemExit(f"{path} answered {answer.status_code}")
    for number in range(WARM_UP + repeats):
        began = time.perf_counter()
        client.get(path).get_data()
        if number >= WARM_UP:
            times.append((time.perf_counter() - began) * 1000)
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"{name:36}{statistics.median(times):>6.0f} ms{p95:>6.0f} ms{queries:>9}{size:>10,}", flush=True)


if __name__ == "__main__":
    main()
