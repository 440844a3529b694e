"""The last lines of a test run: what ran on which engine and browser. A skipped test fails the run.

A fixture says what a test stands on with ``request.node.user_properties.append(("engine", "SQLite 3.45"))``;
the labels counted are ``engine`` and ``browser``.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

LABELS = ("engine", "browser")
PUBLISHED_ODS_FILE = Path(__file__).parents[2] / "shared" / "data" / "ods" / "etr.csv"


@pytest.fixture(scope="session")
def published_ods_file() -> Path | None:
    """The ODS file as published, where this machine has it; the summary says whether it was there."""
    return PUBLISHED_ODS_FILE if PUBLISHED_ODS_FILE.exists() else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    plain = 0
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            if report.when != "call":
                continue
            labels = {label: version for label, version in report.user_properties if label in LABELS}
            counts.update(labels.items())
            plain += not labels
    terminalreporter.section("what ran on what")
    for (label, version), count in sorted(counts.items()):
        terminalreporter.write_line(f"{label:<9}{version}: {count} tests")
    terminalreporter.write_line(f"neither  {plain} tests")
    found = (
        "found"
        if PUBLISHED_ODS_FILE.exists()
        else "not found: the made file of the same shape stood in for it"
    )
    terminalreporter.write_line(f"ODS file as published: {found}")
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(f"SKIPPED, which fails the run: {report.nodeid}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
