"""The service as a person meets it: the application on the test's own database, people signed in, a server.

``signed_in(Role.TRUST_LEAD, organisation_id=...)`` gives a ``Person``. ``person.get("/requests")`` gives a
``Visit``: its page is parsed, its queries are counted. ``person.submit("/requests/new", {...})`` opens it,
fills its form and sends it with all the hidden fields that a browser would send.
"""

from __future__ import annotations

import secrets
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from benchmarks.signed_in import add_sign_in
from tests.engines import Clock
from webapp import create_app
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.settings import Settings
from webapp.store.accounts import Membership, User
from webapp.store.unit_of_work import Database, nobody_waits

Fields = Mapping[str, str | Sequence[str]]


@dataclass
class Visit:
    """One answer of the service, parsed."""

    response: TestResponse
    queries: int

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        """Where it sends one on, as a path."""
        parts = urlsplit(self.response.headers.get("Location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @cached_property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.get_data(as_text=True), "html.parser")

    @property
    def title(self) -> str:
        return _words(self.page.title)

    @property
    def heading(self) -> str:
        return _words(self.page.h1)

    @property
    def text(self) -> str:
        """What the main part says, in one line."""
        return _words(self.page.find("main"))

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        summary = self.page.select_one(".nhsuk-error-summary")
        return [_words(line) for line in summary.select("li")] if summary else []

    def values(self) -> dict[str, str | list[str]]:
        """What the main form holds as it stands, hidden fields included."""
        return _form_values(_form(self.page))


@dataclass
class Person:
    """Somebody with a browser, signed in or not."""

    client: FlaskClient
    database: Database
    actor: Actor | None = None
    token: str = ""
    seen: list[Visit] = field(default_factory=list)

    def get(self, path: str, **options: Any) -> Visit:
        """Open a page."""
        return self._visit("GET", path, **options)

    def post(self, path: str, data: Fields | None = None, **options: Any) -> Visit:
        """Send fields as they are: no hidden ones are added."""
        return self._visit("POST", path, data=data or {}, **options)

    def submit(self, path: str, fields: Fields | None = None, *, form: str | None = None) -> Visit:
        """Open the page, fill in its form (``form``: a CSS selector; else the first that posts) and send it.

        A field set to "" is sent empty; one that the form does not have is sent all the same.
        """
        opened = self.get(path)
        assert opened.status == 200, f"{path} answered {opened.status}: {opened.text[:300]}"
        found = _form(opened.page, form)
        values = {**_form_values(found), **(fields or {})}
        return self.post(urljoin(path, str(found.get("action") or path)), values)

    def _visit(self, method: str, path: str, **options: Any) -> Visit:
        statements: list[str] = []

        def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        event.listen(self.database.engine, "before_cursor_execute", count)
        try:
            response = self.client.open(path, method=method, **options)
            response.get_data()  # a file asks while it is sent
        finally:
            event.remove(self.database.engine, "before_cursor_execute", count)
        work = [
            each
            for each in statements
            if not each.startswith(("BEGIN", "PRAGMA", "SELECT pg_catalog", "SHOW"))
        ]
        response.close()  # a file that was sent is open until then
        self.seen.append(Visit(response, len(work)))
        return self.seen[-1]


def _words(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


def _form(page: BeautifulSoup, selector: str | None = None) -> Tag:
    main = page.find("main") or page
    found = main.select_one(selector or 'form[method="post" i]')
    assert found is not None, f"no form to send on the page {_words(page.title)!r}"
    return found


def _form_values(form: Tag) -> dict[str, str | list[str]]:
    """What a browser would send if the form were sent untouched."""
    values: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), str(control.get("type", "")).lower()
        if kind in ("checkbox", "radio") and not control.has_attr("checked"):
            continue
        if kind in ("submit", "button", "file", "image"):
            continue
        for value in _control_values(control):
            values[name] = [*_as_list(values[name]), value] if name in values else value
    return values


def _control_values(control: Tag) -> list[str]:
    if control.name == "textarea":
        return [control.get_text().removeprefix("\n")]
    if control.name != "select":
        return [str(control.get("value", "on" if control.get("type") in ("checkbox", "radio") else ""))]
    options = control.select("option")
    chosen = [each for each in options if each.has_attr("selected")]
    if not chosen and not control.has_attr("multiple"):
        chosen = options[:1]
    return [str(each.get("value", each.get_text())) for each in chosen]


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class _CompiledOnce(BytecodeCache):
    """Templates compiled by one application, for all that follow in this process."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept, if the template is still the same."""
        checksum, code = self.kept.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.kept[bucket.key] = (bucket.checksum, bucket.code)


TEMPLATES = _CompiledOnce()

# ------------------------------------------------------------------------------------------------ fixtures


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings as in the demonstration: loopback, cookies without ``Secure``."""
    return Settings(
        database_url=database_url,
        queue_url=database_url,
        secret_key=secrets.token_urlsafe(48),
        demonstration={},
    )


@pytest.fixture
def app(settings: Settings, database: Database, clock: Clock) -> Iterator[Flask]:
    """The application on the test's database and clock."""
    app = create_app(settings, clock=clock)
    app.jinja_env.bytecode_cache = TEMPLATES
    app.testing = False  # failures become pages, as in production
    app.extensions["database"].wake_sender = nobody_waits  # no worker listens here
    yield app
    app.extensions["work_queue"].close()
    app.extensions["database"].dispose()


@pytest.fixture
def visitor(app: Flask) -> Person:
    """Somebody who has not signed in."""
    return Person(app.test_client(), app.extensions["database"])


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The bare test client, not signed in."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, database: Database) -> Callable[..., Person]:
    """Sign somebody new in, in one role; or ``user_id`` of somebody whose account is there.

    Needs no page: the rows are written as signing in would write them, second factor included.
    """

    def sign_in(role: Role, *, user_id: uuid.UUID | None = None, **held_for: Any) -> Person:
        token = secrets.token_urlsafe(32)
        name = held_for.pop("name", f"A {role.replace('_', ' ')}")
        with database.unit(writing=True, request_id="sign-in") as unit:
            user = unit.session.get_one(User, user_id) if user_id else _new_user(name)
            unit.session.add(user)
            held = next((each for each in user.memberships if each.role == role), None)
            if held is None:
                held = Membership(role=role, user=user, **held_for)
                unit.session.add(held)
            add_sign_in(unit, held, token)
            actor = held.actor()
        client = app.test_client()
        client.set_cookie("sign-in", token)
        return Person(client, app.extensions["database"], actor, token)

    return sign_in


def _new_user(name: str) -> User:
    slug = secrets.token_hex(6)
    return User(email=f"{slug}@example.org", name=name, password=None)


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name for it
        """Say nothing: a failed test shows the page."""


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The application behind a real server on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.fixture
def let_in(live_server: str) -> Callable[[Any, Person], None]:
    """Give a browser context the sign-in of a ``Person``."""

    def let_in(context: Any, person: Person) -> None:
        context.clear_cookies()
        context.add_cookies([{"name": "sign-in", "value": person.token, "url": live_server}])

    return let_in
