"""The headless Chromium of the tests: found on the path, else installed, else asked for in one line.

``python -m tests.browser`` (part of ``make test``) makes sure that there is one, and fails where not.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """The path of a Chromium, or None: first what the system has, then what Playwright keeps."""
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    if on_path:
        return on_path
    try:
        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
    except Error:
        return None
    return own if Path(own).exists() else None


def launch_options() -> dict[str, object]:
    """What Playwright's ``launch`` needs; raises ``RuntimeError`` where there is no Chromium."""
    path = find()
    if path is None:
        raise RuntimeError(REMEDY)
    return {"executable_path": path, "args": FLAGS}


REMEDY = "No Chromium was found: install one (Debian and Ubuntu: `apt-get install chromium`), then try again."


def _install() -> None:
    quiet = {"stdin": subprocess.DEVNULL, "stdout": sys.stderr, "check": False}
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium ...", file=sys.stderr)
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            **quiet,
        )
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], **quiet)


def main() -> int:
    """Find or install; 1 and one line where neither works."""
    if find() is None:
        _install()
    if find() is None:
        print(REMEDY, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
