"""``repair`` from the shell: two files, the fewest dropped, nothing where nothing happened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matcher.commands.command_line import main
from matcher.problem.instance import Engagement
from matcher.serialisation import read_instance, sha256, write_result
from tests import independent_checker
from tests.matcher.instance_documents import GOLDEN
from tests.matcher.truthful_results import truthful

TINY = GOLDEN / "tiny.json"
STOOD = (
    Engagement("anna", "flow", (3, 3, 0)),
    Engagement("ben", "flow", (2, 0, 0)),
    Engagement("collab", "theatres", (6, 0, 0)),
    Engagement("collab", "waits", (0, 0, 4)),
    Engagement("dora", "wards", (0, 2, 3)),
)


def repaired(folder: Path, *events: str) -> tuple[int, dict[tuple[str, str], list[int]]]:
    """Exit code and engagements of a repair after these events; the independent checker must believe them."""
    raw = TINY.read_bytes()
    result, new, changed = (folder / name for name in ("result.json", "new.json", "changed.json"))
    result.write_bytes(write_result(truthful(read_instance(raw), STOOD, sha256(raw))))
    words = ["repair", str(TINY), str(result), "-o", str(new), "--instance-out", str(changed), *events]
    code = main(words)
    if code == 2:
        assert not new.exists()
        assert not changed.exists()
        return code, {}
    instance, digest = independent_checker.load(str(changed))
    claimed, _ = independent_checker.load(str(new))
    assert independent_checker.check(instance, claimed, digest, 1e-6)[0] == []
    assert main(["verify", str(changed), str(new)]) == 0
    assert instance["previous"] == json.loads(result.read_bytes())["engagements"]
    return code, {(each["partner"], each["request"]): each["days"] for each in claimed["engagements"]}


def test_nothing_happened(tmp_path: Path):
    _, engagements = repaired(tmp_path)
    assert engagements == {(each.partner, each.request): list(each.days) for each in STOOD}


def test_a_decline_drops_no_other_and_gives_the_days_away(tmp_path: Path):
    code, engagements = repaired(tmp_path, "--decline", "anna:flow")
    assert code in (0, 3)
    assert ("anna", "flow") not in engagements
    assert {(each.partner, each.request) for each in STOOD[1:]} <= engagements.keys()
    assert ("collab", "flow") in engagements


def test_a_withdrawn_request_holds_nothing(tmp_path: Path):
    _, engagements = repaired(tmp_path, "--withdraw", "flow")
    assert not [pair for pair in engagements if pair[1] == "flow"]
    assert len(engagements) >= 3


def test_it_prints_what_changed_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    repaired(tmp_path, "--decline", "anna:flow")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "gone anna:flow, 6 days: declined"
    assert any(
        line.startswith("new collab:flow, ") and line.endswith("fills a gap in the request") for line in lines
    )
    repaired(tmp_path)
    assert capsys.readouterr().out.splitlines()[0] == "nothing changed"


def test_a_cut_in_capacity_shortens_before_it_drops(tmp_path: Path):
    _, engagements = repaired(tmp_path, "--capacity", "collab:2027-01=4")
    assert engagements["collab", "theatres"] == [4, 0, 0]
    assert engagements["collab", "waits"] == [0, 0, 4]


@pytest.mark.parametrize(
    "event",
    [
        ["--decline", "zoe:flow"],
        ["--decline", "anna"],
        ["--withdraw", "nothing"],
        ["--capacity", "anna:2026-01=1"],
        ["--capacity", "anna:2027-01=1001"],
        ["--capacity", "anna:2027-01=-1"],
    ],
)
def test_an_event_that_cannot_be_is_refused(
    event: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    try:
        code = repaired(tmp_path, *event)[0]
    except SystemExit as left:
        code = int(left.code or 0)
    assert code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
