"""The transparency record: from live settings, small counts hidden, a version whenever it changed."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from tests.factories.organisations import add_network
from tests.factories.policies import confirmed_policy
from tests.factories.taxonomy import add_taxonomy
from tests.services.conftest import Country, country
from webapp.services import transparency
from webapp.services.published import Facts
from webapp.services.transparency import RecordFacts
from webapp.store import transparency as store
from webapp.ui.transparency import record

__all__ = ["country"]
PAGE = "/transparency-record"


@pytest.fixture
def set_up(unit):
    """A taxonomy and a policy in force."""
    add_network(unit.session)
    add_taxonomy(unit.session)
    unit.commit()
    confirmed_policy(unit)
    unit.commit()


def keep(database):
    with database.unit(writing=True) as unit:
        return transparency.keep(unit, rows=record(transparency.facts(unit)))


class TestRecord:
    def test_it_says_what_the_policy_in_force_says(self, set_up, visitor):
        page = visitor.get(PAGE)
        assert "Priority UEC, weight" in page.text
        assert "Mandated support first" in page.text
        assert "Paid offers are not used" in page.text
        assert "Since when do these settings hold? 1 January 2026." in page.text
        assert page.queries <= 12

    def test_a_version_is_kept_when_it_changed_and_only_then(self, set_up, database, visitor, unit):
        assert [keep(database), keep(database)] == [True, False]
        assert "Version 1, since 2 November 2026" in visitor.get(PAGE).text
        confirmed_policy(unit, name="Spring", effective_from=unit.now.date())
        unit.commit()
        assert "Changed since version 1" in visitor.get(PAGE).text
        assert keep(database)
        newest, first = visitor.get(PAGE), visitor.get(f"{PAGE}/1")
        assert "Version 2, since" in newest.text
        assert "Since when do these settings hold? 1 January 2026." in first.text
        assert visitor.get(f"{PAGE}/3").status == 404

    def test_files_hold_the_same(self, set_up, database, visitor):
        keep(database)
        rows = [[*row] for row in record(_facts(database))]
        answer = visitor.get(f"{PAGE}.json").response
        data = answer.get_json()
        assert [list(each.values()) for each in data["record"]] == rows
        assert (data["version"], data["kept"][:10]) == (1, "2026-11-02")
        assert "transparency-record-version-1.json" in answer.headers["Content-Disposition"]
        text = visitor.get(f"{PAGE}.csv?version=1").response.get_data(as_text=True)
        assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:] == rows
        book = load_workbook(io.BytesIO(visitor.get(f"{PAGE}.csv?version=1&as=xlsx").response.get_data()))
        assert [list(row) for row in book.active.iter_rows(min_row=2, values_only=True)] == rows
        assert visitor.get(f"{PAGE}.json?version=7").status == 404

    def test_what_has_changed_since_the_last_version_is_no_version(self, set_up, database, visitor, unit):
        keep(database)
        confirmed_policy(unit, name="Spring", effective_from=unit.now.date())
        unit.commit()
        data = visitor.get(f"{PAGE}.json").response.get_json()
        assert (data["version"], data["kept"]) == (None, None)

    def test_small_counts_are_not_shown(self, unit, country: Country, monkeypatch):
        counts = {"rounds": 1, "requests": 4, "proposed": 5, "overruled": 0, "offers": 1}
        monkeypatch.setattr(store, "published_counts", lambda _session: counts)
        shown = transparency.facts(unit).counts
        assert shown == {"rounds": 1, "requests": None, "proposed": 5, "overruled": 0, "offers": None}
        words = next(
            answer for _, question, answer in record(transparency.facts(unit)) if "How often" in question
        )
        assert "Requests in them: fewer than 5. Matches put to reviewers: 5." in words

    def test_before_the_first_policy_it_says_so(self):
        rows = record(
            RecordFacts(
                Facts((), None),
                None,
                dict.fromkeys(("rounds", "requests", "proposed", "overruled", "offers"), 0),
            )
        )
        assert [answer for _, _, answer in rows].count("No policy is in force yet.") == 4


def _facts(database):
    with database.unit(writing=False) as unit:
        return transparency.facts(unit)
