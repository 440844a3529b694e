"""Every link that somebody is shown is one that they may open: all roles walk from their home page on."""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.site import Person, Visit
from tests.webapp.national.conftest import Desk
from webapp.authority.roles import Role
from webapp.services import run_documents
from webapp.store.runs import DocumentKind

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
PAGES_OF_A_KIND = 1
"""How many addresses of one route each role follows: the links of a list are alike."""
NOT_WALKED = {
    "trusts.new": "The worksheet is the same page for everybody and knows no reader, so it always leads here.",
    "national.swap": "What a swap does is worked out from a whole instance, which this desk does not have.",
}


@ONE_ENGINE
def test_no_link_leads_to_a_page_that_its_reader_may_not_open(
    app: Flask, desk: Desk, visitor: Person
) -> None:
    with desk.database.unit(writing=True, request_id="result") as unit:
        run_documents.add(unit.session, desk.run_id, DocumentKind.RESULT, b"{}")
    scopes = {
        Role.TRUST_MEMBER: {"organisation_id": desk.organisations["T1"]},
        Role.TRUST_LEAD: {"organisation_id": desk.organisations["T1"]},
        Role.PARTNER_EXPERT: {"partner_id": desk.partners["P-1"]},
        Role.PARTNER_MANAGER: {"organisation_id": desk.organisations["T2"]},
        Role.REGIONAL_READER: {"region_code": "Y1"},
    }
    people = {
        role: visitor if role is Role.ANONYMOUS else desk.who(role, **scopes.get(role, {})) for role in Role
    }
    wrong = []
    for role, person in people.items():
        refused, pages = walk(app, person, "/")
        wrong += [f"{role}: {each}" for each in refused]
        assert len(pages) > 10, f"{role} found only {sorted(pages)}"
    assert not wrong, "\n".join(wrong)


def walk(app: Flask, person: Person, start: str) -> tuple[list[str], Counter[str]]:
    """Follow links from ``start``; gives those that were refused, and how many pages of each route were read."""
    waiting = deque([("the start", start)])
    found = {start}
    read: Counter[str] = Counter()
    wrong = []
    while waiting:
        origin, path = waiting.popleft()
        route = route_of(app, path)
        if route in NOT_WALKED or read[route] >= PAGES_OF_A_KIND:
            continue
        read[route] += 1
        visit = person.get(path)
        if visit.status >= 400:
            wrong.append(f"{origin} leads to {path}, which answers {visit.status}")
        for target in links(path, visit):
            if target not in found:
                found.add(target)
                waiting.append((path, target))
    return wrong, read


def links(path: str, visit: Visit) -> Iterator[str]:
    """The addresses of this service that a page leads to: redirects and links, its parts and sign-out left aside."""
    if visit.location:
        yield visit.location
    if visit.response.mimetype != "text/html":
        return
    for each in visit.page.select("a[href]"):
        target = urlsplit(urljoin(f"http://localhost{path}", str(each["href"])))
        if target.netloc == "localhost" and target.scheme == "http":
            yield target.path + (f"?{target.query}" if target.query else "")


def route_of(app: Flask, path: str) -> str:
    """The route that answers for a path; the path itself where none does, so that it is visited and told."""
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(path).path, method="GET")
    except (RequestRedirect, HTTPException):
        return path
    return str(endpoint)
