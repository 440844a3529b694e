"""Where results are written to: files, links and pipes, and what cannot be written at all."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from matcher.commands.command_line import main
from matcher.commands.files import RefusedError, refuse_unwritable, write_whole
from tests.matcher.instance_documents import GOLDEN

TINY = GOLDEN / "tiny.json"


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path):
    pipe, heard = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: heard.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert main(["solve", str(TINY), "-o", str(pipe)]) == 0
    assert pipe.is_fifo()
    reader.join(10)
    assert json.loads(heard[0])["status"] == "optimal"
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_pipe_whose_reader_leaves_is_told_and_nothing_is_left_behind(tmp_path: Path):
    pipe, beside = tmp_path / "pipe", tmp_path / "beside.json"
    os.mkfifo(pipe)
    threading.Thread(target=lambda: pipe.open("rb").close(), daemon=True).start()
    with pytest.raises(RefusedError, match="cannot be written: Broken pipe"):
        write_whole({beside: b"{}", pipe: b"{}" * 1_000_000})
    assert os.listdir(tmp_path) == ["pipe"]


def test_a_link_stays_one_and_what_it_names_is_written(tmp_path: Path):
    link, target = tmp_path / "link.json", tmp_path / "elsewhere" / "result.json"
    target.parent.mkdir()
    link.symlink_to(target)
    assert main(["solve", str(TINY), "-o", str(link)]) == 0
    assert link.is_symlink()
    assert json.loads(target.read_bytes())["status"] == "optimal"
    assert os.listdir(target.parent) == [target.name]


def test_names_are_as_long_as_they_may_be_and_one_that_is_longer_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    longest, longer = tmp_path / ("r" * 255), tmp_path / ("r" * 256)
    assert main(["solve", str(TINY), "-o", str(longest)]) == 0
    assert main(["solve", str(TINY), "-o", str(longer)]) == 2
    assert "cannot be written: File name too long" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [longest.name]


def test_an_output_that_is_the_input_by_another_name_is_refused(tmp_path: Path):
    link = tmp_path / "link.json"
    link.symlink_to(TINY)
    with pytest.raises(RefusedError, match="would replace a file that is read"):
        refuse_unwritable(link, TINY)


def test_a_repair_writes_two_files_whatever_they_are_called(tmp_path: Path):
    result, new = tmp_path / "result.json", tmp_path / "new.json"
    assert main(["solve", str(TINY), "-o", str(result)]) == 0
    (tmp_path / "folder").mkdir()
    same = tmp_path / "folder" / ".." / "new.json"
    assert main(["repair", str(TINY), str(result), "-o", str(new), "--instance-out", str(same)]) == 2
    assert not new.exists()


def shell(redirected: str, *words: object) -> subprocess.CompletedProcess[str]:
    """A command as a shell runs it with its streams redirected."""
    command = shlex.join([sys.executable, "-m", "matcher", *map(str, words)])
    return subprocess.run(
        ["sh", "-c", f"{command} {redirected}"], capture_output=True, text=True, check=False
    )


def test_an_answer_that_cannot_be_printed_is_told_in_a_line_and_is_no_breach(tmp_path: Path):
    result = tmp_path / "result.json"
    assert main(["solve", str(TINY), "-o", str(result)]) == 0
    done = shell("> /dev/full", "verify", TINY, result)
    assert (done.returncode, done.stderr) == (2, "matcher: cannot go on: No space left on device\n")


def test_streams_that_are_closed_take_nothing_from_a_command(tmp_path: Path):
    result = tmp_path / "result.json"
    assert shell("<&- >&- 2>&-", "solve", TINY, "-o", result).returncode == 0
    assert json.loads(result.read_bytes())["status"] == "optimal"
    done = shell(">&-", "compare", TINY, result, result)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_that_cannot_be_loaded_says_so_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def missing(name: str) -> None:
        raise ImportError(f"{name}: failed to map segment")

    monkeypatch.setattr("importlib.import_module", missing)
    assert main(["verify", str(TINY), str(TINY)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "matcher: cannot be loaded: matcher.commands.verify: failed to map segment"
    ]
