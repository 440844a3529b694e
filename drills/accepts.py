"""1,000 parallel accepts for the last days of 50 partners, over HTTP, on both engines (RELIABILITY.md, C01).

Each partner has 20 engagements of one day in a month and two days left in it; each of the 20 waits for a yes to one
day more. Eight processes let go together give that yes. Two of 20 may have it, 18 are told 409, and afterwards the
days are counted anew from the engagements. On PostgreSQL the same is done to a server whose promise is naive (read,
then write): the count must find that out.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import URL, create_engine, text

from drills.last_days import PARTNERS, Try, build
from tests import postgres_server
from tests.promised_days import breaches
from webapp.store import schema
from webapp.store.unit_of_work import Database

PROCESSES = 8
HIDDEN = re.compile(r'name="(csrf_token|form_token)" value="([^"]+)"')
READY_SECONDS = 60.0


def run() -> bool:
    """The drill on SQLite and on PostgreSQL; says what came of it."""
    passed = []
    with tempfile.TemporaryDirectory(prefix="drill-") as folder, postgres_server.running() as server:
        for name, url in (("sqlite", f"sqlite:///{folder}/drill.sqlite"), ("postgresql", None)):
            address = url or postgres_database(server, "drill")
            passed.append(_one(name, address, "wsgi:app"))
        naive = postgres_database(server, "naive")
        found = not _one("postgresql, naive", naive, "drills.naive:app")
        print(f"  the naive way was found out: {'yes' if found else 'NO'}")
        passed.append(found)
    return all(passed)


def _one(name: str, url: str, app: str) -> bool:
    schema.upgrade(url)
    database = Database(url, statement_limits=False)
    with database.unit(writing=True) as unit:
        tries = build(unit)
    with serving(url, app) as port:
        began = time.monotonic()
        statuses = all_at_once(port, tries)
        seconds = time.monotonic() - began
    with database.unit(writing=False) as unit:
        broken = breaches(unit.session)
    database.dispose()
    won = statuses[303]
    failed = sum(count for status, count in statuses.items() if status >= 500)
    print(
        f"accepts, {name}: {sum(statuses.values())} tries by {PROCESSES} processes in {seconds:.0f} s: "
        f"{won} had the days, {statuses[409]} were told 409, {failed} failures; "
        f"{len(broken)} of {PARTNERS} partners over capacity",
        flush=True,
    )
    return not broken and not failed and won == 2 * PARTNERS


def all_at_once(port: int, tries: list[list[Try]]) -> Counter[int]:
    """Rounds of eight tries for the same partner or offer, let go together; how often each status was answered."""
    barrier = multiprocessing.Barrier(PROCESSES)
    results: multiprocessing.Queue[Counter[int]] = multiprocessing.Queue()
    shares: list[list[Try | None]] = [[] for _ in range(PROCESSES)]
    for of_partner in tries:
        for start in range(0, len(of_partner), PROCESSES):
            group: list[Try | None] = [*of_partner[start : start + PROCESSES]]
            group += [None] * (PROCESSES - len(group))
            for share, each in zip(shares, group, strict=True):
                share.append(each)
    workers = [
        multiprocessing.Process(target=_work, args=(port, share, barrier, results)) for share in shares
    ]
    for worker in workers:
        worker.start()
    statuses = Counter[int]()
    for _ in workers:
        statuses.update(results.get())
    for worker in workers:
        worker.join()
    return statuses


def _work(port: int, share: list[Try | None], barrier: object, results: object) -> None:
    statuses = Counter[int]()
    for each in share:
        prepared = _prepare(port, each) if each is not None else None
        barrier.wait(120)  # type: ignore[attr-defined]  # multiprocessing's own type is private
        if prepared is not None:
            statuses[_send(port, *prepared)] += 1
    results.put(statuses)  # type: ignore[attr-defined]


def _prepare(port: int, each: Try) -> tuple[str, str, str]:
    """Open the page as a browser would: its cookies, and the hidden fields of its first form."""
    cookie = f"__Host-sign-in={each.token}"
    status, headers, body = _ask(port, "GET", each.page, cookie)
    if status != 200:
        raise RuntimeError(f"{each.page} answered {status}")
    cookies = [cookie, *(value.split(";")[0] for key, value in headers if key.lower() == "set-cookie")]
    fields = {**dict(HIDDEN.findall(body)), "version": "1"} | ({"reason": each.answer} if each.answer else {})
    return each.act, "; ".join(cookies), urlencode(fields)


def _send(port: int, path: str, cookies: str, body: str) -> int:
    return _ask(port, "POST", path, cookies, body)[0]


def _ask(
    port: int, method: str, path: str, cookies: str, body: str | None = None
) -> tuple[int, list[tuple[str, str]], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookies, "Host": f"127.0.0.1:{port}", "Referer": f"https://127.0.0.1:{port}{path}"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read().decode()
    finally:
        connection.close()


@contextmanager
def serving(url: str, app: str) -> Iterator[int]:
    """The service as it runs in production, with four web processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "TRUSTED_HOSTS": f"127.0.0.1,127.0.0.1:{port}",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--workers",
        "4",
        "--preload",
        "--bind",
        f"127.0.0.1:{port}",
        app,
    ]
    with Path(tempfile.gettempdir(), f"drill-{port}.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _await(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def _await(port: int) -> None:
    ends = time.monotonic() + READY_SECONDS
    while True:
        try:
            if _ask(port, "GET", "/healthz", "")[0] == 200:
                return
        except OSError:
            if time.monotonic() > ends:
                raise
        time.sleep(0.2)


def postgres_database(server: URL, name: str) -> str:
    """The address of a new database on the server."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    return server.set(database=name).render_as_string(hide_password=False)
