"""Every route stands on a cell of the matrix, takes typed values, and keeps to the known methods."""

import re
from pathlib import Path
from uuid import UUID

import pytest
from werkzeug.routing import Map, UnicodeConverter

import webapp
from webapp.authority import matrix
from webapp.security import route_policy
from webapp.services.message_kinds import KINDS, letter

NEVER_ASKED = {"OVERRIDE_PROPOSE", "TOKEN_MANAGE", "USERS_VIEW_AS"}
"""Rows that are published and asked by nothing; ``authority/actions.py`` says why each stands."""
ANY_TEXT = UnicodeConverter(Map()).regex
ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ONE_ENGINE
class TestRoutes:
    def test_every_route_names_its_cells(self, app):
        for rule in app.url_map.iter_rules():
            policy = route_policy.policy_of(app, rule.endpoint)
            assert policy is not None, rule
            assert policy.read in matrix.CELLS, rule
            assert policy.write in matrix.CELLS, rule

    def test_every_value_in_an_address_is_typed(self, app):
        """Ids are UUIDs, a code is short (``<string(maxlength=20):code>``); nothing takes any text at all."""
        for rule in app.url_map.iter_rules():
            for name, converter in rule._converters.items():
                assert converter.regex != ANY_TEXT, f"{rule}: {name}"

    def test_no_route_takes_other_methods(self, app):
        for rule in app.url_map.iter_rules():
            assert rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}, rule

    def test_every_link_in_a_message_meets_a_page(self, app):
        addresses = app.url_map.bind("example.org")
        for kind in KINDS.values():
            about = {name: str(UUID(int=1)) if name.endswith("_id") else "abc" for name in kind.names}
            written = letter(kind, about, secret="s" * 43)
            for path in filter(None, (written.path, written.unsubscribe_path)):
                assert addresses.test(path.partition("?")[0], method="GET"), f"{kind.name}: {path}"

    def test_a_group_that_is_missing_stops_the_start(self, app, monkeypatch):
        assert set(webapp.GROUPS) <= set(app.blueprints)
        monkeypatch.setattr(webapp, "GROUPS", (*webapp.GROUPS, "no_such_group"))
        with pytest.raises(ModuleNotFoundError, match="no_such_group"):
            webapp.create_app(app.extensions["settings"])


def test_every_row_of_the_matrix_is_asked_by_something():
    """A right that no door asks for reads like one that somebody holds."""
    rooms = Path(webapp.__file__).parent
    files = [path for path in rooms.rglob("*.py") if path.parent.name != "authority"]
    asked = {name for path in files for name in re.findall(r"\bAction\.([A-Z_]+)", path.read_text("utf-8"))}
    assert {each.name for each in matrix.Action} - asked == NEVER_ASKED


@ONE_ENGINE
class TestPages:
    def test_a_visitor_can_open_the_start_page(self, visitor):
        visit = visitor.get("/")
        assert visit.status == 200
        assert visit.heading
        assert visit.queries <= 12
