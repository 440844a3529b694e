"""What must stay true when an instance is changed in a known way (MODEL.md section 5)."""

from __future__ import annotations

import copy
import string

import networkx as nx
import pytest

from matcher.allocation.solver import allocate
from tests.matcher.instance_documents import as_instance
from tests.matcher.random_instances import random_document

DIGEST = "0" * 64
SEEDS = (1, 4, 8)


def levels_of(document):
    allocation = allocate(as_instance(document), instance_sha256=DIGEST, gap=0.0)
    return {level.name: level.value for level in allocation.levels}


def document_with(seed, ladder):
    document = random_document(seed, partners=5, requests=5)
    document["ladder"] = ladder
    document["previous"] = []
    return document


@pytest.mark.parametrize("seed", SEEDS)
def test_a_partner_more_never_makes_the_first_level_worse(seed):
    document = document_with(seed, ["value"])
    richer = copy.deepcopy(document)
    newcomer = {**document["partners"][0], "id": "p99", "organisation": None, "conflicts": []}
    richer["partners"].append(newcomer)
    rows = [row for row in document["candidates"] if row["partner"] == document["partners"][0]["id"]]
    richer["candidates"] += [{**row, "partner": "p99"} for row in rows]
    assert levels_of(richer)["value"] >= levels_of(document)["value"] - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_more_in_an_open_month_never_makes_the_first_level_worse(seed):
    document = document_with(seed, ["mandated", "value"])
    richer = copy.deepcopy(document)
    for partner in richer["partners"]:
        partner["capacity"] = [days + 1 if days else 0 for days in partner["capacity"]]
    assert levels_of(richer)["mandated"] >= levels_of(document)["mandated"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_candidate_less_never_makes_the_first_level_better(seed):
    document = document_with(seed, ["value"])
    poorer = copy.deepcopy(document)
    poorer["candidates"] = poorer["candidates"][1:]
    poorer["forbidden"] = [pair for pair in poorer["forbidden"] if pair != _pair(document["candidates"][0])]
    assert levels_of(poorer)["value"] <= levels_of(document)["value"] + 1e-6


def _pair(row):
    return [row["partner"], row["request"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_names_and_order_change_no_level(seed):
    document = document_with(seed, ["mandated", "floors", "worst_group", "value", "travel"])
    renamed = copy.deepcopy(document)
    names = {
        partner["id"]: f"{string.ascii_lowercase[25 - at]}q"
        for at, partner in enumerate(document["partners"])
    }
    for partner in renamed["partners"]:
        partner["id"] = names[partner["id"]]
    for row in renamed["candidates"]:
        row["partner"] = names[row["partner"]]
    for request in renamed["requests"]:
        request["excluded"] = [names[partner] for partner in request["excluded"]]
    renamed["forbidden"] = [[names[partner], request] for partner, request in renamed["forbidden"]]
    renamed["partners"].reverse()
    renamed["candidates"].reverse()
    assert levels_of(renamed) == pytest.approx(levels_of(document), abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_doubling_all_weights_doubles_value(seed):
    document = document_with(seed, ["mandated", "value"])
    doubled = copy.deepcopy(document)
    for priority in doubled["priorities"]:
        priority["weight"] *= 2
    before, after = levels_of(document), levels_of(doubled)
    assert after["value"] == pytest.approx(2 * before["value"], abs=1e-6)
    assert after["mandated"] == before["mandated"]


@pytest.mark.parametrize("seed", SEEDS)
def test_components_solved_apart_add_up(seed):
    document = document_with(seed, ["mandated", "value"])
    document["candidates"] = [row for at, row in enumerate(document["candidates"]) if at % 2]
    pairs = [_pair(row) for row in document["candidates"]]
    document["forbidden"] = [pair for pair in document["forbidden"] if pair in pairs]
    graph = nx.Graph((("p", partner), ("r", request)) for partner, request in pairs)
    total = {"mandated": 0.0, "value": 0.0}
    for component in nx.connected_components(graph):
        part = copy.deepcopy(document)
        part["candidates"] = [row for row in part["candidates"] if ("r", row["request"]) in component]
        part["forbidden"] = [pair for pair in part["forbidden"] if ("r", pair[1]) in component]
        for name, value in levels_of(part).items():
            total[name] += value
    assert total == pytest.approx(levels_of(document), abs=1e-5)
