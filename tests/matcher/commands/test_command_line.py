"""The commands as a shell runs them: exit codes, errors of one line, and nothing written on refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matcher.commands.command_line import COMMANDS, INTERRUPTED, main
from tests import independent_checker
from tests.matcher.instance_documents import GOLDEN, as_bytes, golden_document

TINY = GOLDEN / "tiny.json"


def shell(*words: object, seconds: float = 240) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def written(folder: Path, document: object, name: str = "instance.json") -> Path:
    path = folder / name
    path.write_bytes(document if isinstance(document, bytes) else as_bytes(document))
    return path


def is_believed(instance: Path, result: Path) -> bool:
    """Whether the independent checker finds no breach."""
    raw, digest = independent_checker.load(str(instance))
    claimed, _ = independent_checker.load(str(result))
    return not independent_checker.check(raw, claimed, digest, 1e-6)[0]


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny instance solved from the shell."""
    result = tmp_path_factory.mktemp("solved") / "result.json"
    done = shell("solve", TINY, "-o", result)
    assert (done.returncode, done.stderr) == (0, "")
    return result


class TestSolve:
    def test_a_small_instance_is_solved_to_proof(self, solved: Path):
        assert json.loads(solved.read_bytes())["status"] == "optimal"
        assert is_believed(TINY, solved)

    def test_the_same_instance_gives_the_same_bytes_but_for_seconds(self, solved: Path, tmp_path: Path):
        again = tmp_path / "again.json"
        assert shell("solve", TINY, "-o", again, "--threads", 2).returncode == 0

        def identity(path: Path) -> str:
            result = json.loads(path.read_bytes())
            result.pop("seconds")
            for level in result["levels"]:
                level.pop("seconds")
            return json.dumps(result)

        assert identity(again) == identity(solved)

    def test_locks_that_clash_are_an_answer(self, tmp_path: Path):
        lock = {"partner": "anna", "request": "flow", "days": [3, 3, 0]}
        document = golden_document() | {"locked": [lock], "forbidden": [["anna", "flow"]]}
        instance, result = written(tmp_path, document), tmp_path / "result.json"
        assert main(["solve", str(instance), "-o", str(result)]) == 4
        answer = json.loads(result.read_bytes())
        assert answer["status"] == "infeasible"
        assert [(item["partner"], item["request"]) for item in answer["clash"]] == [("anna", "flow")]
        assert main(["verify", str(instance), str(result)]) == 0
        assert is_believed(instance, result)

    def test_a_time_limit_is_kept_and_leaves_an_answer(self, tmp_path: Path):
        instance, result = tmp_path / "instance.json", tmp_path / "result.json"
        assert main(["generate", "--scale", "S", "--seed", "5", "-o", str(instance)]) == 0
        started = time.monotonic()
        assert main(["solve", str(instance), "-o", str(result), "--time-limit", "0.05"]) == 3
        assert time.monotonic() - started < 60
        assert json.loads(result.read_bytes())["engagements"]
        assert is_believed(instance, result)


class TestVerify:
    def test_a_true_result_passes(self, solved: Path, capsys: pytest.CaptureFixture[str]):
        assert main(["verify", str(TINY), str(solved)]) == 0
        assert capsys.readouterr().out.startswith("passed: optimal; mandated 4;")

    def test_each_breach_is_a_line(self, solved: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        result = json.loads(solved.read_bytes())
        result["engagements"].reverse()
        result["levels"][0]["value"] = 99
        assert main(["verify", str(TINY), str(written(tmp_path, result))]) == 1
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == 2
        assert all(line.startswith("breach: ") for line in lines)

    def test_a_reason_nobody_knows_is_a_breach(self, solved: Path, tmp_path: Path):
        result = json.loads(solved.read_bytes())
        result["unmet"] = [{"request": "flow", "days_short": 1, "reason": "bored"}]
        assert main(["verify", str(TINY), str(written(tmp_path, result))]) == 1

    @pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"format": "support-matching-result/2"}'])
    def test_a_file_that_is_no_result_is_refused(self, raw: bytes, tmp_path: Path):
        assert main(["verify", str(TINY), str(written(tmp_path, raw))]) == 2

    def test_a_result_for_another_instance(self, solved: Path, tmp_path: Path):
        other = written(tmp_path, golden_document())
        other.write_bytes(other.read_bytes() + b"\n")
        assert main(["verify", str(other), str(solved)]) == 1


class TestGenerate:
    def test_the_same_seed_gives_the_same_file(self, tmp_path: Path):
        paths = [tmp_path / name for name in ("one.json", "two.json")]
        for path in paths:
            assert main(["generate", "--scale", "S", "--seed", "3", "-o", str(path)]) == 0
        assert paths[0].read_bytes() == paths[1].read_bytes()


class TestRefusals:
    def test_every_problem_is_a_line_and_nothing_is_written(self, tmp_path: Path):
        document = golden_document()
        document["requests"][3]["window"] = [2, 1]
        document["candidates"][0]["fit"] = True
        result = tmp_path / "result.json"
        done = shell("solve", written(tmp_path, document), "-o", result)
        assert done.returncode == 2
        assert done.stderr.splitlines() == [
            "requests[3].window: 2 is after 1",
            "candidates[0].fit: must be a number from 0 to 1, not true",
        ]
        assert os.listdir(tmp_path) == ["instance.json"]

    @pytest.mark.parametrize(
        "words",
        [
            [],
            ["dance"],
            ["solve"],
            ["solve", "nowhere.json", "-o", "result.json"],
            ["solve", str(TINY), "-o", str(TINY)],
            ["solve", str(TINY), "-o", "nowhere/result.json"],
            ["solve", str(TINY), "-o", "result.json", "--time-limit", "nan"],
            ["solve", str(TINY), "-o", "result.json", "--gap", "-1"],
            ["solve", str(TINY), "-o", "result.json", "--threads", "0"],
            ["generate", "--scale", "XXL", "--seed", "1", "-o", "x.json"],
            ["generate", "--scale", "S", "--seed", "-1", "-o", "x.json"],
            ["verify", str(TINY)],
            ["verify", str(TINY), str(TINY)],
        ],
    )
    def test_wrong_words_are_refused(
        self,
        words: list[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ):
        monkeypatch.chdir(tmp_path)
        try:
            code = main(words)
        except SystemExit as left:
            code = int(left.code or 0)
        assert code == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) >= 1 or not words
        assert not any("Traceback" in line or line.startswith("usage") for line in lines)
        assert not list(tmp_path.iterdir())

    def test_who_interrupts_while_a_command_is_still_loaded_sees_no_traceback(
        self, monkeypatch: pytest.MonkeyPatch
    ):
        def interrupted(name: str) -> None:
            raise KeyboardInterrupt(name)

        monkeypatch.setattr("importlib.import_module", interrupted)
        assert main(["solve", str(TINY), "-o", "result.json"]) == INTERRUPTED

    def test_help_names_every_command(self, capsys: pytest.CaptureFixture[str]):
        assert main(["--help"]) == 0
        shown = capsys.readouterr().out
        assert all(name in shown for name in COMMANDS)

    def test_a_file_over_two_gibibytes_is_refused_unread(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        huge = tmp_path / "huge.json"
        with huge.open("wb") as target:
            target.truncate(2 * 1024**3 + 1)
        started = time.process_time()
        assert main(["verify", str(huge), str(TINY)]) == 2
        assert time.process_time() - started < 2
        assert "larger than 2 GiB" in capsys.readouterr().err
