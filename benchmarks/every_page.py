"""``python -m benchmarks.every_page``: each page that visitors and each role may open, with a crowd of rows behind it.

For every GET route of the address map it fills the parameters with identifiers of the crowd, asks as each role until
one opens, and writes what the costliest of these looks took: queries, bytes, milliseconds. Addresses with words in them
(the name of a list or of a table) are taken from the links of the pages. The service's clock stands still, so that no
sign-in grows old meanwhile. A page over its limits, or one that fails, makes the programme leave with 1.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import re
import secrets
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import delete, event
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

import webapp  # noqa: F401  # first: its commands and the seeds know each other
from benchmarks import crowd
from benchmarks.crowd import Crowd
from benchmarks.crowd_people import LOOKERS, TOKEN
from webapp import create_app
from webapp.authority.roles import Role
from webapp.settings import Settings
from webapp.store import schema
from webapp.store.rate_limits import RateCount
from webapp.store.unit_of_work import Database, utc_now

MOST_QUERIES = 12
MOST_BYTES = 100_000
LINK = re.compile(r'href="(/[^"#?]*)')
NOT_PAGES = frozenset(
    {
        *("public.static_file", "public.readyz", "public.healthz"),
        *("account.start", "account.stay", "national.next_match"),
        *("account.second_factor", "account.recovery_code"),
        *("national.swap", "national.swap_load"),
    }
)
"""Files and signs of life; what only leads on; what stands between password and code; and the page, with its file, that
reads the instance of a run that was solved."""
CLOSED = {Role.ANONYMOUS.value: HTTPStatus.FOUND}
"""How a page answers whom it is closed to, where not with 403: visitors are led to sign in."""
TRIED, ENOUGH = 40, 4
"""Most combinations of identifiers that are tried for one route and role, and most that are measured."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One page as somebody sees it."""

    endpoint: str
    looker: str
    path: str
    status: int
    queries: int
    size: int
    milliseconds: float
    processor: float
    is_page: bool

    @property
    def breaks(self) -> bool:
        """Whether it failed, or is a page over a limit."""
        is_large = self.queries > MOST_QUERIES or self.size > MOST_BYTES
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR or (self.is_page and is_large)


class Walk:
    """The crowd's pages as the roles see them."""

    def __init__(self, app: Flask, made: Crowd, *, repeats: int = 0, only: str = "") -> None:
        self.app, self.made, self.repeats = app, made, repeats
        self._linked: dict[str, list[str]] = {}
        self.rules = [
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.endpoint not in NOT_PAGES
            and rule.endpoint.startswith(only)
        ]

    def looks(self) -> Iterator[Seen]:
        """The costliest look at each route for each role that can open it; nothing of one that opens to none."""
        for looker in LOOKERS:
            client = self.app.test_client()
            client.set_cookie("sign-in", TOKEN.format(looker))
            self._linked = {}
            for rule in sorted(self.rules, key=self._has_words):
                self._forget_tries()
                yield from self._costliest(client, looker, rule)

    def _has_words(self, rule: Rule) -> bool:
        """Whether an address holds words that only the links of other pages tell."""
        return not rule.arguments <= self.made.ids.keys() | self.made.words.keys()

    def _forget_tries(self) -> None:
        """Whoever opens hundreds of files within the hour would be asked to wait."""
        with self.app.extensions["database"].unit(writing=True) as unit:
            unit.session.execute(delete(RateCount))

    def _costliest(self, client: Any, looker: str, rule: Rule) -> Iterator[Seen]:
        opened: list[Seen] = []
        tried = self._linked.get(rule.endpoint, []) if self._has_words(rule) else self.paths(rule)
        for path in itertools.islice(tried, TRIED):
            look = self._look(client, looker, rule.endpoint, path)
            if look.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                yield look
            opened += [look] if look.status == HTTPStatus.OK else []
            if look.status == CLOSED.get(looker, HTTPStatus.FORBIDDEN) or len(opened) == ENOUGH:
                break  # closed to them, whatever the identifiers; or seen often enough
        if opened:
            worst = max(opened, key=lambda each: (each.queries, each.size))
            again = [self._look(client, looker, rule.endpoint, worst.path) for _ in range(self.repeats)]
            times = sorted(again or [worst], key=lambda each: each.milliseconds)
            yield times[len(times) // 2]

    def paths(self, rule: Rule) -> Iterator[str]:
        """Addresses to try, the busiest identifiers first."""
        names = sorted(rule.arguments)
        known = [self.made.ids.get(name) or self.made.words.get(name, []) for name in names]
        near = itertools.product(*map(list, map(enumerate, known)))
        for chosen in sorted(
            near, key=lambda each: sum(place for place, _ in each)
        ):  # the busiest of each first
            values = [value for _, value in chosen]
            with self.app.test_request_context():
                yield self.app.url_for(rule.endpoint, **dict(zip(names, values, strict=True)))

    def _look(self, client: Any, looker: str, endpoint: str, path: str) -> Seen:
        with counted(self.app) as statements:
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(path)
            content = answer.get_data()
            took = (time.perf_counter() - began) * 1000
            spent = (time.process_time() - worked) * 1000
            answer.close()
        is_page = answer.mimetype == "text/html"
        if is_page:
            self._follow(content.decode())
        return Seen(
            endpoint, looker, path, answer.status_code, len(statements), len(content), took, spent, is_page
        )

    def _follow(self, page: str) -> None:
        """Note the links of a page that no identifier of the crowd leads to."""
        addresses = self.app.url_map.bind("127.0.0.1")
        for path in LINK.findall(page):
            try:
                rule, _ = addresses.match(path, return_rule=True)
            except HTTPException:
                continue
            noted = self._linked.setdefault(rule.endpoint, [])
            if self._has_words(rule) and path not in noted:
                noted.append(path)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, without those of the transaction itself."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SELECT pg_catalog", "SHOW")):
            statements.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the crowd, open every page, print what each costs; leave with 1 where one breaks a limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.every_page", description=__doc__)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--partners", type=int, default=1500)
    parser.add_argument("--most", type=int, default=300, help="rows of one person or body")
    parser.add_argument("--repeats", type=int, default=3, help="looks at each page; the median is shown")
    parser.add_argument("--only", default="", help="addresses by the start of their names: national.policy")
    parser.add_argument("--database", help="address of an empty database (default: a new SQLite file)")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        url = wanted.database or f"sqlite:///{Path(folder) / 'crowd.sqlite'}"
        schema.upgrade(url)
        database = Database(url, statement_limits=False)
        made = crowd.make(database, requests=wanted.requests, partners=wanted.partners, most=wanted.most)
        database.dispose()
        app = application(url)
        looks = list(Walk(app, made, repeats=wanted.repeats, only=wanted.only).looks())
    _report(app, looks, wanted.only)
    if any(each.breaks for each in looks):
        raise SystemExit(1)


def application(url: str) -> Flask:
    """The service on that database, silent about answers that went well; its clock stands still."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = Settings(
        database_url=url, queue_url=url, secret_key=secrets.token_urlsafe(48), demonstration={}
    )
    now = utc_now()
    return create_app(settings, clock=lambda: now)


def _report(app: Flask, looks: Sequence[Seen], only: str) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    wanted = {name for name in routes - NOT_PAGES if name.startswith(only)}
    opened = {each.endpoint for each in looks if each.status == HTTPStatus.OK}
    print(
        f"{len(looks):,} looks at {len(opened):,} of {len(wanted):,} addresses, the costliest role of each:\n"
    )
    print(f"{'page or file':40}{'who':20}{'queries':>8}{'bytes':>11}{'ms':>8}{'cpu ms':>8}")
    for look in sorted(_costliest_roles(looks), key=lambda each: (not each.is_page, -each.size)):
        _line(look)
    print("\nopened by nobody:", ", ".join(sorted(wanted - opened)) or "none")
    over = [each for each in looks if each.breaks]
    print(f"\nover {MOST_QUERIES} queries or {MOST_BYTES:,} bytes, or failed: {len(over)}")
    for look in over:
        _line(look)
        print(f"    {look.status} {look.path}")


def _costliest_roles(looks: Iterable[Seen]) -> list[Seen]:
    found: dict[str, Seen] = {}
    for look in looks:
        other = found.get(look.endpoint)
        if other is None or (look.queries, look.size) > (other.queries, other.size):
            found[look.endpoint] = look
    return list(found.values())


def _line(look: Seen) -> None:
    words = f"{look.endpoint:40}{look.looker:20}{look.queries:>8}{look.size:>11,}"
    print(f"{words}{look.milliseconds:>8.0f}{look.processor:>8.0f}")


if __name__ == "__main__":
    main()
