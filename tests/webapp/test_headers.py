"""Headers on every kind of answer, the host that is asked for, the pages of failures."""

import pytest
from sqlalchemy.exc import OperationalError

from webapp.authority.roles import Role
from webapp.security.headers import FIXED

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
STATUSES = (400, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503)


def assert_protected(response):
    for name, value in FIXED.items():
        assert response.headers[name] == value, name
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'nonce-")
    assert "style-src 'self';" in policy
    assert "unsafe" not in policy
    for rule in ("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'"):
        assert rule in policy


@ONE_ENGINE
class TestHeaders:
    @pytest.mark.parametrize(
        "path", ["/", "/sign-in", "/healthz", "/readyz", "/static/app.css", "/no-such-page", "/account"]
    )
    def test_every_answer_is_protected(self, visitor, path):
        assert_protected(visitor.get(path).response)

    @pytest.mark.parametrize("status", STATUSES)
    def test_error_pages_too(self, probed, visitor, status):
        visit = visitor.get(f"/probe/fail/{status}")
        assert visit.status == status
        assert visit.heading
        assert "Reference" in visit.text or "reference" in visit.text
        assert_protected(visit.response)

    def test_private_pages_are_not_kept_by_browsers(self, app, signed_in):
        response = signed_in(Role.TRUST_MEMBER).get("/account").response
        assert response.headers["Cache-Control"] == "no-store"
        assert "Cookie" in response.headers["Vary"]

    def test_our_own_files_may_be_kept(self, visitor):
        response = visitor.get("/static/app.css").response
        assert "max-age=3600" in response.headers["Cache-Control"]
        assert "Set-Cookie" not in response.headers

    def test_the_nonce_is_of_this_answer(self, visitor):
        first, second = visitor.get("/"), visitor.get("/")
        nonces = [visit.page.select_one("script[nonce]")["nonce"] for visit in (first, second)]
        assert nonces[0] != nonces[1]
        assert f"'nonce-{nonces[0]}'" in first.response.headers["Content-Security-Policy"]

    @pytest.mark.parametrize("path", ["/", "/sign-in", "/account"])
    def test_a_forged_host_is_refused_and_never_repeated(self, visitor, path):
        visit = visitor.get(path, headers={"Host": "evil.example"})
        assert visit.status == 400
        assert "evil.example" not in visit.response.get_data(as_text=True)
        assert_protected(visit.response)

    def test_no_style_attribute_and_no_bare_script(self, visitor):
        for path in ("/", "/sign-in", "/how-matching-works", "/privacy", "/accessibility"):
            page = visitor.get(path).page
            assert not page.select("[style], [onclick], [onload]"), path
            assert all(tag.get("src") or tag.get("nonce") for tag in page.select("script")), path


@ONE_ENGINE
class TestFailures:
    def test_an_unforeseen_failure_tells_nothing(self, probed, visitor):
        visit = visitor.get("/probe/raise/plain")
        assert (visit.status, visit.heading) == (500, "Sorry, there is a problem with the service")
        assert "secret detail" not in visit.response.get_data(as_text=True)
        assert visit.response.headers["X-Request-ID"] in visit.text

    def test_a_step_that_is_closed_says_why(self, probed, visitor):
        visit = visitor.get("/probe/raise/now")
        assert visit.status == 409
        assert "It is closed" in visit.text

    def test_a_broken_layout_still_gives_a_page(self, probed, visitor, monkeypatch):
        monkeypatch.setattr("webapp.errors.render_template", lambda *_, **__: 1 / 0)
        visit = visitor.get("/probe/fail/404")
        assert (visit.status, visit.heading) == (404, "Page not found")

    def test_without_a_database_pages_are_503_and_the_process_lives(self, app, visitor, monkeypatch):
        def gone(*_args, **_options):
            raise OperationalError("SELECT secret", {}, Exception("no such host"))

        monkeypatch.setattr("sqlalchemy.orm.Session.scalars", gone)
        monkeypatch.setattr("sqlalchemy.orm.Session.scalar", gone)
        visit = visitor.get("/")
        assert (visit.status, visit.heading) == (503, "Sorry, the service is not available just now")
        assert "secret" not in visit.response.get_data(as_text=True)
        assert visitor.get("/readyz").status == 503
        assert visitor.get("/healthz").status == 200

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
    def test_other_methods(self, visitor, method):
        assert visitor.client.open("/", method=method).status_code == 405
