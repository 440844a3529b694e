"""Reading an instance: what is kept, and that every breach of the format is named with its path."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.formats.candidate_reading import refuse_too_many
from matcher.formats.document import FormatError, nesting
from matcher.problem.instance import DEFAULT_LADDER
from matcher.serialisation import read_instance, write_instance
from tests.matcher.instance_documents import GOLDEN, as_bytes, as_instance, golden_document, problems_of

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> list[str]:
    document = golden_document()
    change(document)
    return problems_of(document)


class TestWhatIsRead:
    def test_rows_are_sorted_whatever_the_order_of_the_file(self):
        document = golden_document()
        for name in ("partners", "requests", "candidates"):
            document[name].reverse()
        assert write_instance(as_instance(document)) == (GOLDEN / "tiny.json").read_bytes()

    def test_a_candidate_is_found_with_its_skills(self):
        instance = as_instance(golden_document())
        row = instance.row_of("anna", "flow")
        assert row is not None
        assert instance.candidate(row).covers == ("flow", "coaching")
        assert instance.row_of("dora", "flow") is None

    def test_what_may_be_left_out_has_its_default(self):
        document = golden_document()
        for key in (
            *("mandated_share", "skill_bonus", "essential_is_hard", "ladder"),
            *("locked", "forbidden", "previous"),
        ):
            del document[key]
        instance = as_instance(document)
        assert (instance.mandated_share, instance.skill_bonus, instance.essential_is_hard) == (
            0.5,
            0.5,
            False,
        )
        assert instance.ladder == DEFAULT_LADDER
        assert instance.locked == instance.forbidden == instance.previous == ()

    def test_an_instance_without_anybody_is_read(self):
        document = golden_document() | {"partners": [], "requests": [], "candidates": []}
        document |= {"forbidden": [], "previous": []}
        assert len(as_instance(document).candidates) == 0

    def test_a_lock_that_breaks_a_rule_is_read_because_infeasible_is_an_answer(self):
        lock = {"partner": "anna", "request": "flow", "days": [9, 9, 9]}
        document = golden_document() | {"locked": [lock], "forbidden": [["anna", "flow"]]}
        assert as_instance(document).locked[0].total_days == 27

    def test_writing_is_the_inverse_of_reading(self):
        raw = (GOLDEN / "tiny.json").read_bytes()
        assert write_instance(read_instance(raw)) == raw


REFUSALS: list[tuple[Change, str]] = [
    (lambda d: d.update(surprise=1), "surprise: is not a known key"),
    (lambda d: d.pop("regions"), "regions: is missing"),
    (lambda d: d.update(months=[]), "months: must hold 1 to 60 months, not 0"),
    (
        lambda d: d["months"].__setitem__(1, "2027-13"),
        'months[1]: "2027-13" is not a month written "YYYY-MM"',
    ),
    (lambda d: d["months"].__setitem__(1, "2027-01"), 'months[1]: "2027-01" is listed twice'),
    (lambda d: d.update(mandated_share=True), "mandated_share: must be a number from 0 to 1, not true"),
    (lambda d: d.update(skill_bonus=101), "skill_bonus: must be a number from 0 to 100, not 101"),
    (lambda d: d.update(essential_is_hard=1), "essential_is_hard: must be true or false, not 1"),
    (lambda d: d.update(ladder=["value", "speed"]), 'ladder[1]: "speed" is no level'),
    (lambda d: d.update(ladder=["value", "value"]), 'ladder[1]: "value" is listed twice'),
    (lambda d: d["priorities"][0].update(weight=0), "priorities[0].weight: must be more than 0"),
    (lambda d: d["priorities"][1].update(code="UEC"), 'priorities[1].code: "UEC" is already taken'),
    (lambda d: d["regions"][0].update(floor=1.5), "regions[0].floor: must be a number from 0 to 1, not 1.5"),
    (
        lambda d: d["partners"][0].update(capacity=[1, 2]),
        "partners[0].capacity: must hold 3 whole numbers, one for each month, not 2",
    ),
    (
        lambda d: d["partners"][0]["capacity"].__setitem__(2, 1001),
        "partners[0].capacity[2]: must be a whole number from 0 to 1000, not 1001",
    ),
    (lambda d: d["partners"][0].update(id="a b"), 'partners[0].id: "a b" is not an id'),
    (lambda d: d["partners"][1].update(id="anna"), 'partners[1].id: "anna" is already taken'),
    (lambda d: d["partners"][1].update(region="EAST"), 'partners[1].region: "EAST" is not known'),
    (lambda d: d["requests"][3].update(window=[2, 1]), "requests[3].window: 2 is after 1"),
    (
        lambda d: d["requests"][3].update(window=[0, 3]),
        "requests[3].window[1]: 3 is no month of the horizon (0 to 2)",
    ),
    (
        lambda d: d["requests"][0].update(days=5.0),
        "requests[0].days: must be a whole number from 1 to 10000, not 5.0",
    ),
    (
        lambda d: d["requests"][0].update(severity=5),
        "requests[0].severity: must be a whole number from 1 to 4",
    ),
    (lambda d: d["requests"][0].update(priority="X"), 'requests[0].priority: "X" is not known'),
    (lambda d: d["requests"][0].update(excluded=["zoe"]), 'requests[0].excluded: "zoe" is no partner'),
    (
        lambda d: d["requests"][0]["skills"][0].update(weight=0.4),
        "requests[0].skills: weights add to 0.9, not to 1",
    ),
    (
        lambda d: d["requests"][0]["skills"][1].update(skill="flow"),
        'requests[0].skills[1].skill: "flow" is asked for twice',
    ),
    (lambda d: d["candidates"][0].pop("fit"), "candidates[0].fit: is missing"),
    (lambda d: d["candidates"][0].update(note=""), "candidates[0].note: is not a known key"),
    (lambda d: d["candidates"].__setitem__(0, 7), "candidates[0]: must be an object, not 7"),
    (lambda d: d["candidates"][0].update(partner="zoe"), 'candidates[0].partner: "zoe" is no partner'),
    (lambda d: d["candidates"][0].update(request=None), "candidates[0].request: must be an id, not null"),
    (
        lambda d: d["candidates"][0].update(fit=float("nan")),
        "candidates[0].fit: must be a number from 0 to 1, not NaN",
    ),
    (
        lambda d: d["candidates"][0].update(min_days=10**30),
        "candidates[0].min_days: must be a whole number from 1 to 10000, not 1000000000000000000000000000000",
    ),
    (lambda d: d["candidates"][0].update(min_days=7), "candidates[0].min_days: is more than max_days"),
    (
        lambda d: d["candidates"][0].update(covers=["theatres"]),
        'candidates[0].covers: "theatres" is no skill that the request asks for',
    ),
    (
        lambda d: d["candidates"][0].update(covers=["flow", "flow"]),
        "candidates[0].covers: names a skill twice",
    ),
    (
        lambda d: d["candidates"].append(copy.deepcopy(d["candidates"][0])),
        "candidates[9]: is the same pair as an earlier candidate",
    ),
    (
        lambda d: d["requests"][0].update(organisation="T1"),
        "candidates[0]: is the partner's own organisation",
    ),
    (
        lambda d: d["partners"][0].update(conflicts=["T2"]),
        "candidates[0]: is a conflict that the partner has declared",
    ),
    (
        lambda d: d["requests"][0].update(excluded=["anna"]),
        "candidates[0]: is a partner that the request excludes",
    ),
    (
        lambda d: d["locked"].append({"partner": "dora", "request": "flow", "days": [0, 0, 0]}),
        "locked[0]: dora is no candidate for flow",
    ),
    (
        lambda d: d["locked"].append({"partner": "anna", "request": "flow", "days": [1]}),
        "locked[0].days: must hold 3 whole numbers, one for each month, not 1",
    ),
    (
        lambda d: d["locked"].append({"partner": "anna", "request": "flow", "days": [-1, 0, 0]}),
        "locked[0].days[0]: must be a whole number from 0 to 10000, not -1",
    ),
    (lambda d: d["forbidden"].append(["anna"]), "forbidden[1]: must be a list of two ids"),
    (lambda d: d["forbidden"].append(["anna", "x"]), 'forbidden[1].request: "x" is no request'),
    (lambda d: d["previous"].append(d["previous"][0]), "previous[1]: collab and flow are listed twice"),
]


class TestWhatIsRefused:
    @pytest.mark.parametrize(("change", "line"), REFUSALS, ids=[line for _, line in REFUSALS])
    def test_each_breach_is_named_with_its_path(self, change: Change, line: str):
        problems = changed(change)
        assert any(problem.startswith(line) for problem in problems), problems

    def test_every_problem_is_told_at_once(self):
        def spoil(document: dict[str, Any]) -> None:
            document["requests"][3]["window"] = [2, 1]
            document["candidates"][5]["fit"] = -1
            document["partners"][0]["max_concurrent"] = "many"

        assert len(changed(spoil)) == 3

    @pytest.mark.parametrize(
        ("raw", "line"),
        [
            (b"", "file: is not JSON at line 1 column 1"),
            (b"\xff", "file: is not UTF-8 at byte 0"),
            (b"[" * 40 + b"]" * 40, "file: is nested more than 32 deep"),
            (b"[" * 100_000, "file: is nested more than 32 deep"),
            (b"9" * 5000, "file: is not JSON that can be read"),
            (b"[]", "file: must be an object, not a list"),
            (b'{"format": "support-matching-instance/2"}', 'format: must be "support-matching-instance/1"'),
            (b'{"months": [], "months": []}', "months: is written more than once"),
        ],
    )
    def test_a_file_that_is_no_instance_at_all(self, raw: bytes, line: str):
        assert any(problem.startswith(line) for problem in problems_of(raw))

    def test_a_repeated_key_of_a_candidate_is_seen(self):
        raw = (GOLDEN / "tiny.json").read_bytes().replace(b'"fit":0.8', b'"fit":0.8,"fit":0.9')
        assert problems_of(raw) == ["candidates[0].fit: is written more than once"]

    def test_too_many_candidates_are_refused_from_the_bytes_alone(self):
        with pytest.raises(FormatError, match="more than 3 candidates"):
            refuse_too_many(b'{"min_days" : 1}' * 4, limit=3)
        refuse_too_many(b'["min_days"]' * 4, limit=3)

    def test_brackets_in_texts_are_no_nesting(self):
        assert nesting(b'{"a": "[[[[\\"[[", "b": [[]]}') == 3


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, as the keys that lead to it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


class TestAnyDocument:
    @settings(max_examples=150, deadline=None)
    @given(data=st.data(), value=JSON_VALUES)
    def test_a_changed_instance_is_read_or_refused_with_paths(self, data: st.DataObject, value: Any):
        document = golden_document()
        place = data.draw(st.sampled_from(places(document)[1:]))
        owner: Any = document
        for key in place[:-1]:
            owner = owner[key]
        owner[place[-1]] = value
        for problem in problems_of(json.dumps(document).encode()):
            path, separator, what = problem.partition(": ")
            assert path
            assert separator
            assert what
            assert "\n" not in problem

    @settings(max_examples=100, deadline=None)
    @given(raw=st.binary(max_size=60))
    def test_any_bytes_are_refused_without_a_crash(self, raw: bytes):
        assert problems_of(raw)

    @settings(max_examples=50, deadline=None)
    @given(seed=st.integers(0, 2**32 - 1))
    def test_the_order_of_a_file_never_shows_in_the_bytes_written(self, seed: int):
        document = golden_document()
        chance = np.random.default_rng(seed)
        for name in ("partners", "requests", "candidates"):
            chance.shuffle(document[name])
        assert write_instance(as_instance(document)) == write_instance(as_instance(golden_document()))

    def test_bytes_read_twice_give_the_same_bytes(self):
        raw = as_bytes(golden_document())
        assert write_instance(read_instance(raw)) == write_instance(read_instance(raw))
