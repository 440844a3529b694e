"""A worker as a process of its own: how busy it is, and what it has used."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webapp.settings import ROOT

STILL = 20
"""Looks in a row, four a second, at which the worker must do nothing to count as ready."""


def processor_seconds(pid: int) -> float:
    """What a process, its children and those that they waited for have used."""
    ticks = 0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(entry.parent.name), int(fields[1])):
            ticks += sum(map(int, fields[11:15] if int(entry.parent.name) != pid else fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def until_idle(worker: int) -> None:
    """Wait until the worker and its children have had nothing to do for some seconds, however busy the machine."""
    still = 0
    while still < STILL:
        time.sleep(0.25)
        still = 0 if _is_busy(worker) else still + 1


def _is_busy(pid: int) -> bool:
    for entry in Path("/proc").glob("[0-9]*/task/*/stat"):
        try:
            fields = entry.read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            continue
        if pid in (int(entry.parts[2]), int(fields[1])) and fields[0] in "RD":
            return True
    return False


@contextmanager
def real_worker(url: str) -> Iterator[int]:
    """Start one on a database, as the Procfile does; gives the number of its process, and ends it."""
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": secrets.token_urlsafe(48)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()
