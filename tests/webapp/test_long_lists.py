"""Every page asks as many queries in a crowd with long lists as in a small one, and shows at most 100 rows of each;
every file asks as many too, with all the rows.

The addresses are those of the application, so a new list is walked as soon as it has one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from benchmarks import crowd
from benchmarks.crowd_people import TOKEN
from benchmarks.every_page import MOST_BYTES, MOST_QUERIES, Walk
from tests.engines import Clock, Engine
from tests.site import Person, Visit
from webapp import create_app
from webapp.authority.roles import Role
from webapp.services.paging import MOST_ROWS
from webapp.settings import Settings
from webapp.store.unit_of_work import Database

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
READERS = (
    Role.NATIONAL_ADMIN,
    Role.TRUST_LEAD,
    Role.PARTNER_MANAGER,
    Role.PARTNER_EXPERT,
    Role.SYSTEM_ADMIN,
    Role.BOARD_MEMBER,
)
BOUNDED = {"national.communities_of", "national.communities_file"}
"""They ask for partners only once there is a community to show, which a small crowd has none of."""
TRIED = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """What the first page or file cost that opened at an address."""

    is_page: bool
    queries: int
    size: int
    rows: int


def walked(engine: Engine, clock: Clock, most: int) -> dict[str, Shown]:
    """Each page and file by its name, opened by the first reader who may."""
    url = engine.copy()
    database = Database(url, clock=clock)
    made = crowd.make(database, requests=3 * most, partners=3 * most, most=most)
    settings = Settings(database_url=url, queue_url=url, secret_key="k" * 48, demonstration={})
    app = create_app(settings, clock=clock)
    walk, site = Walk(app, made), app.extensions["database"]
    people = [Person(app.test_client(), site) for _ in READERS]
    for person, role in zip(people, READERS, strict=True):
        person.client.set_cookie("sign-in", TOKEN.format(role.value))
    found: dict[str, Shown] = {}
    for rule in walk.rules:
        for path, person in itertools.product(list(itertools.islice(walk.paths(rule), TRIED)), people):
            visit = person.get(path)
            kind = visit.response.mimetype
            if visit.status == 200 and kind in ("text/html", "text/csv"):
                found[rule.endpoint] = shown(visit, is_page=kind == "text/html")
                break
    site.dispose()
    database.dispose()
    engine.drop(url)
    return found


def shown(visit: Visit, *, is_page: bool) -> Shown:
    """What one look cost, and how many rows the longest table (or the file) has."""
    sent = visit.response.get_data()
    if not is_page:
        return Shown(is_page, visit.queries, len(sent), sent.count(b"\n") - 1)
    rows = max((len(body.select("tr")) for body in visit.page.select("tbody")), default=0)
    return Shown(is_page, visit.queries, len(sent), rows)


@ONE_ENGINE
def test_no_page_and_no_file_grows_in_queries_with_its_lists(engine: Engine, clock: Clock) -> None:
    few, many = walked(engine, clock, 8), walked(engine, clock, MOST_ROWS + 8)
    pages = {name: shown for name, shown in many.items() if shown.is_page}
    files = {name: shown for name, shown in many.items() if not shown.is_page}
    assert len(pages) > 100
    assert len(files) > 20
    both = (few.keys() & many.keys()) - BOUNDED
    grown = {name: (few[name].queries, many[name].queries) for name in both}
    assert {name: pair for name, pair in grown.items() if pair[0] < pair[1]} == {}
    assert {name: shown for name, shown in many.items() if shown.queries > MOST_QUERIES} == {}
    assert {name: shown for name, shown in pages.items() if shown.rows > MOST_ROWS} == {}
    assert {name: shown for name, shown in pages.items() if shown.size > MOST_BYTES} == {}
    assert max(shown.rows for shown in files.values()) > MOST_ROWS
