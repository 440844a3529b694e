"""``explain`` and ``compare`` as a shell asks them: JSON that says what it was drawn from."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matcher.candidates.graph import build
from matcher.commands.command_line import main
from matcher.problem.instance import Engagement
from matcher.problem.snapshot_format import write_snapshot
from matcher.serialisation import read_instance, sha256, write_instance, write_result
from tests.matcher import snapshot_factory
from tests.matcher.instance_documents import GOLDEN
from tests.matcher.truthful_results import random_engagements, truthful

TINY = GOLDEN / "tiny.json"
ENGAGED = (
    Engagement("anna", "flow", (3, 3, 0)),
    Engagement("collab", "waits", (0, 0, 4)),
    Engagement("dora", "wards", (0, 2, 3)),
)


@pytest.fixture
def result(tmp_path: Path) -> Path:
    raw = TINY.read_bytes()
    path = tmp_path / "result.json"
    path.write_bytes(write_result(truthful(read_instance(raw), ENGAGED, sha256(raw))))
    return path


def asked(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    assert main([str(word) for word in words]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


class TestExplain:
    def test_a_request_that_is_short_says_why(self, result: Path, capsys: pytest.CaptureFixture[str]):
        answer = asked(capsys, "explain", TINY, result, "--request", "theatres")
        assert answer["has_snapshot"] is False
        assert answer["unmet"]["days_short"] == 6
        assert answer["unmet"]["reason"] == "outranked"

    def test_a_pair_that_is_not_matched(self, result: Path, capsys: pytest.CaptureFixture[str]):
        answer = asked(capsys, "explain", TINY, result, "--pair", "ben:flow")
        assert answer["is_engaged"] is False
        assert answer["standing"] == "room_left"
        priced = answer["if_engaged"]
        assert [each["level"] for each in priced["levels"]] == ["mandated", "floors", "value"]
        assert priced["rules_kept"] is True
        assert "flow" in priced["neighbourhood"]["requests"]
        assert priced["neighbourhood"]["requests_of_all"] == len(read_instance(TINY.read_bytes()).requests)

    def test_a_pair_that_is_no_candidate_has_no_price(self, result: Path, capsys: pytest.CaptureFixture[str]):
        instance = read_instance(TINY.read_bytes())
        strangers = [
            f"{partner.id}:{request.id}"
            for partner in instance.partners
            for request in instance.requests
            if instance.row_of(partner.id, request.id) is None
        ]
        answer = asked(capsys, "explain", TINY, result, "--pair", strangers[0])
        assert (answer["standing"], answer["if_engaged"]) == ("not_a_candidate", None)

    @pytest.mark.parametrize("pair", ["zoe:flow", "ben:nothing"])
    def test_a_pair_with_an_unknown_id_is_refused(
        self, pair: str, result: Path, capsys: pytest.CaptureFixture[str]
    ):
        assert main(["explain", str(TINY), str(result), "--pair", pair]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.splitlines()[0].endswith(": is not known to the instance")

    def test_another_document_is_named_as_such_in_one_line(
        self, result: Path, capsys: pytest.CaptureFixture[str]
    ):
        for words in (
            ("compare", TINY, result, TINY),
            ("explain", TINY, result, "--request", "flow", "--snapshot", TINY),
        ):
            assert main([str(word) for word in words]) == 2
            (line,) = capsys.readouterr().err.splitlines()
            assert "format: must be" in line
            assert ("-result/1" if words[0] == "compare" else "-snapshot/1") in line

    def test_bottlenecks_come_with_the_worth_of_a_day(self, result: Path, capsys: pytest.CaptureFixture[str]):
        answer = asked(capsys, "explain", TINY, result, "--bottlenecks")
        assert answer["days_wanted"] == 23
        assert {found["month"] for found in answer["worth_of_one_more_day"]} == {0, 1, 2}
        assert answer["worth_confirmed"]
        for each in answer["worth_confirmed"]:
            assert each["price"] > 0
            assert each["rules_kept"] is True
            assert next((gain for gain in each["a_day_more"].values() if gain), 0) >= 0

    def test_each_level_has_a_price_as_a_range(self, result: Path, capsys: pytest.CaptureFixture[str]):
        answer = asked(capsys, "explain", TINY, result, "--bottlenecks")
        assert [each["level"] for each in answer["price_of_levels"]] == ["mandated", "floors"]
        for each in answer["price_of_levels"]:
            assert 0 == each["costs_at_least"] <= each["likely"] <= each["costs_at_most"]

    def test_a_snapshot_adds_scores(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        snapshot = snapshot_factory.snapshot(snapshot_factory.partner(), snapshot_factory.request())
        instance = build(snapshot).instance
        paths = [tmp_path / name for name in ("instance.json", "result.json", "snapshot.json")]
        paths[0].write_bytes(write_instance(instance))
        answer = truthful(instance, random_engagements(instance, 1), sha256(paths[0].read_bytes()))
        paths[1].write_bytes(write_result(answer))
        paths[2].write_bytes(write_snapshot(snapshot))
        request = instance.requests[0].id
        found = asked(capsys, "explain", *paths[:2], "--snapshot", paths[2], "--request", request)
        assert found["has_snapshot"] is True

    @pytest.mark.parametrize(
        "question",
        [["--request", "nobody"], ["--pair", "anna:nobody"], ["--pair", "anna"], [], ["--request"]],
    )
    def test_a_question_without_an_answer_is_refused(
        self, question: list[str], result: Path, capsys: pytest.CaptureFixture[str]
    ):
        try:
            code = main(["explain", str(TINY), str(result), *question])
        except SystemExit as left:
            code = int(left.code or 0)
        assert code == 2
        assert len(capsys.readouterr().err.splitlines()) == 1

    def test_a_result_with_a_breach_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        raw = TINY.read_bytes()
        false = replace(truthful(read_instance(raw), ENGAGED, sha256(raw)), engagements=ENGAGED[:2])
        path = tmp_path / "false.json"
        path.write_bytes(write_result(false))
        assert main(["explain", str(TINY), str(path), "--bottlenecks"]) == 2
        assert "short of days and not listed" in capsys.readouterr().err


class TestCompare:
    def test_who_gains_and_who_loses(self, result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
        instance = read_instance(TINY.read_bytes())
        other = tmp_path / "other.json"
        second = (ENGAGED[0], Engagement("collab", "theatres", (3, 0, 0)), ENGAGED[2])
        other.write_bytes(write_result(truthful(instance, second, "0" * 64)))
        answer = asked(capsys, "compare", TINY, result, other)
        assert [each["request"] for each in answer["gainers"]] == ["theatres"]
        assert [each["request"] for each in answer["losers"]] == ["waits"]
        assert answer["results"]["second"]["is_for_this_instance"] is False

    def test_ids_that_do_not_match_are_refused(
        self, result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        other = tmp_path / "other.json"
        other.write_bytes(result.read_bytes().replace(b'"anna"', b'"otto"'))
        assert main(["compare", str(TINY), str(result), str(other)]) == 2
        assert "otto is no partner of the instance" in capsys.readouterr().err
