"""An address of a service to sign in through: the service starts without it, and says so where somebody looks."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

import webapp
from webapp.authority.roles import Role

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
FAULT = "OIDC_DISCOVERY_URL: must start with https://"
SENTENCE = "Signing in through another service is not available"


@pytest.fixture
def without_sign_on(app):
    """The service as it stands with a bad address."""
    app.extensions["settings"] = replace(app.extensions["settings"], sign_on_fault=FAULT)
    return app


@ONE_ENGINE
def test_the_sign_in_page_says_so_without_naming_a_setting(without_sign_on, visitor):
    text = visitor.get("/sign-in").text
    assert SENTENCE in text
    assert "OIDC" not in text


@ONE_ENGINE
def test_the_page_of_jobs_names_the_setting(without_sign_on, signed_in):
    assert FAULT in signed_in(Role.SYSTEM_ADMIN).get("/admin/jobs").text


@ONE_ENGINE
def test_without_an_address_nobody_is_told_of_any(visitor, signed_in):
    assert SENTENCE not in visitor.get("/sign-in").text
    assert "another service" not in signed_in(Role.SYSTEM_ADMIN).get("/admin/jobs").text


@ONE_ENGINE
def test_the_log_of_the_start_names_it(without_sign_on, monkeypatch):
    monkeypatch.setattr(webapp.logs, "configure", lambda: None)
    monkeypatch.setattr(webapp, "create_app", lambda: without_sign_on)
    with capture_logs() as lines:
        assert webapp.start() is without_sign_on
    assert [(line["log_level"], line["fault"]) for line in lines] == [("warning", FAULT)]
