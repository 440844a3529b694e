"""The door: every role at every cell, one unit for each request, refusals on record."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from webapp.authority import matrix
from webapp.authority.matrix import Action
from webapp.authority.roles import Role
from webapp.security import route_policy
from webapp.security.next_address import safe_next
from webapp.services import accounts
from webapp.store.accounts import User
from webapp.store.audit import AuditEntry, Outcome

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ELSEWHERE = (
    "",
    "e",
    "//e",
    "/\\e",
    "///e",
    "\\e",
    "@e",
    "https:e",
    "http:///e",
    "javascript:alert(1)",
    "/\t/e",
    "/%2f%2fe",
    "/%5ce",
    "/ok\r\nSet-Cookie: a=b",
    "/" + "a" * 600,
)
ROLES = [role for role in Role if role is not Role.ANONYMOUS]


@ONE_ENGINE
class TestMatrixAtTheDoor:
    @pytest.mark.parametrize("role", ROLES)
    def test_sections_and_things_open_as_the_matrix_says(self, probed, signed_in, role):
        person = signed_in(role)
        wrong = []
        for action in Action:
            opens = matrix.opens(person.actor, action)
            section = person.get(f"/probe/section/{action}").status
            thing = person.get(f"/probe/thing/{uuid4()}/{action}").status
            if (section, thing) != ((200, 200) if opens else (403, 404)):
                wrong.append((action, section, thing))
        assert wrong == []

    def test_a_visitor_is_led_to_the_sign_in_page_and_back(self, probed, visitor):
        open_to_all = {Action.PUBLIC_READ, Action.WORKSHEET_READ, Action.SIGN_IN, Action.BULLETIN_SUBSCRIBE}
        for action in set(Action) - open_to_all:
            visit = visitor.get(f"/probe/section/{action}?page=2")
            assert visit.status == 302, action
            assert visit.location == f"/sign-in?next=/probe/section/{action}?page%3D2"

    def test_a_refusal_is_on_record_and_a_look_is_not(self, probed, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        person.get("/probe/section/run.publish")
        person.get("/probe/section/plan.read")
        with database.unit(writing=False) as unit:
            rows = list(unit.session.scalars(select(AuditEntry)))
        assert [(row.action, row.outcome, row.actor_id) for row in rows] == [
            ("run.publish", Outcome.REFUSED, person.actor.user_id)
        ]

    def test_what_was_not_found_looks_like_what_is_not_allowed(self, probed, signed_in):
        person = signed_in(Role.TRUST_MEMBER)
        refused = person.get(f"/probe/thing/{uuid4()}/run.read")
        absent = person.get("/probe/no-such-page")
        assert (refused.status, refused.heading, refused.title) == (404, absent.heading, absent.title)

    def test_a_policy_that_fails_opens_nothing(self, probed, signed_in, monkeypatch):
        person = signed_in(Role.NATIONAL_ADMIN)
        monkeypatch.setattr(matrix, "cell", lambda *_: 1 / 0)
        assert person.get("/probe/section/run.read").status == 500

    def test_a_route_without_a_policy_stops_the_start(self, app):
        app.add_url_rule("/bare", "bare", lambda: "open to all")
        with pytest.raises(RuntimeError, match="bare"):
            route_policy.check_every_route(app)

    def test_no_route_of_ours_fails_on_an_absent_id(self, app, signed_in):
        """Every GET route as every role, with identifiers that nobody has: a page or a refusal, never a failure."""
        failed = []
        for role in ROLES:
            person = signed_in(role)
            for rule in app.url_map.iter_rules():
                values = dict.fromkeys(rule.arguments, uuid4())
                with app.test_request_context():
                    path = app.url_for(rule.endpoint, **values)
                status = person.get(path).status
                if status >= 500 and rule.endpoint != "public.readyz":
                    failed.append((role, path, status))
        assert failed == []


class TestOneUnit:
    def test_a_success_is_kept_with_its_audit_row(self, probed, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        visit = person.submit("/probe/name", {"name": "Wei Zhang"})
        assert (visit.status, visit.location) == (303, "/account?named=2")
        with database.unit(writing=False) as unit:
            assert unit.session.get_one(User, person.actor.user_id).name == "Wei Zhang"
            assert unit.session.scalars(select(AuditEntry.action)).all() == ["probe.name"]

    def test_a_failed_commit_is_an_error_page_and_nothing_is_kept(self, probed, signed_in, database):
        person = signed_in(Role.TRUST_MEMBER)
        hidden = person.submit("/probe/name", {"name": ""}).values()
        visit = person.post("/probe/bad-commit", {**hidden, "name": "x"})
        assert visit.status == 500
        with database.unit(writing=False) as unit:
            assert accounts.find_by_email(unit, "upper@example.org") is None

    def test_a_problem_from_a_service_goes_to_its_field(self, probed, signed_in):
        visit = signed_in(Role.TRUST_MEMBER).submit("/probe/name", {"name": "taken"})
        assert (visit.status, visit.errors) == (422, ["That name is taken"])
        assert visit.page.select_one("#name-error")
        assert visit.page.select_one("#name")["value"] == "taken"

    def test_somebody_else_saved_first(self, probed, signed_in, database):
        """The words typed stay in the form, the newer ones stand beside them, and sending again replaces them."""
        person = signed_in(Role.TRUST_MEMBER)
        form = person.get("/probe/name").values()
        person.submit("/probe/name", {"name": "First"})
        second = person.post("/probe/name", {**form, "name": "Second"})
        assert second.status == 409
        assert "First" in second.text
        assert second.page.select_one("#name")["value"] == "Second"
        again = person.post("/probe/name", second.values())
        assert again.status == 303
        with database.unit(writing=False) as unit:
            assert unit.session.get_one(User, person.actor.user_id).name == "Second"


class TestSafeNext:
    @pytest.mark.parametrize("target", ELSEWHERE)
    def test_no_other_host(self, target):
        assert safe_next(target) is None

    @pytest.mark.parametrize("target", ["/", "/requests?page=2", "/national/rounds#a"])
    def test_a_path_of_ours(self, target):
        assert safe_next(target) == target
