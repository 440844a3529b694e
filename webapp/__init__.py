"""The web application: matching improvement experts to NHS organisations that ask for help.

``create_app`` only wires; nothing is decided here.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask_wtf import CSRFProtect
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader

from webapp import access, errors, logs
from webapp.cli import registering
from webapp.security import headers, library, route_policy
from webapp.security.sealing import Sealer
from webapp.services.work_queue import WorkQueue
from webapp.settings import Settings, SettingsError, load
from webapp.store import schema
from webapp.store.unit_of_work import Clock, Database, utc_now
from webapp.ui import site

MIB = 1024 * 1024
JINJA_OPTIONS: dict[str, Any] = {"undefined": ChainableUndefined, "autoescape": True}
"""What the NHS macros need: undefined values chain; and every template escapes, whatever its name ends in."""
GROUPS = ("public", "account", "organisation", "trusts", "partners", "engagements", "national", "admin")

CANNOT_START = 4
"""Exit code of a start that was refused; gunicorn takes it as final and does not try again for ever."""


def start() -> Flask:
    """The application of a process of its own: logs as JSON; a bad setting ends it in one plain line."""
    logs.configure()
    try:
        return create_app()
    except SettingsError as error:
        click.echo(f"The service was not started. {error}", err=True)
        raise SystemExit(CANNOT_START) from None


def create_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """The application; fails if a setting is bad or a route has no policy."""
    settings = settings or load()
    schema.metadata()  # every table is known before the first row is written
    app = Flask("webapp", static_folder=None)
    app.jinja_options = JINJA_OPTIONS
    app.config.update(_configuration(settings))
    app.jinja_loader = ChoiceLoader([PackageLoader("webapp"), PackageLoader("nhsuk_frontend_jinja")])
    app.extensions["settings"] = settings
    queue = WorkQueue(settings.queue_url)
    app.extensions["work_queue"] = queue
    app.extensions["database"] = Database(settings.database_url, clock=clock)
    app.extensions["sealer"] = Sealer(settings)
    app.extensions["database"].wake = queue.wake
    app.extensions["database"].wake_sender = queue.wake_sender
    headers.wire(app)
    logs.wire(app)
    csrf = CSRFProtect(app)
    library.wire(app, settings, clock)
    access.wire(app)
    errors.wire(app)
    site.wire(app)
    app.context_processor(lambda: {"site": _frame(settings)})
    registering.register(app)
    _register_groups(app)
    route_policy.check_every_route(app)
    for endpoint in access.WITHOUT_CSRF_TOKEN:
        csrf.exempt(app.view_functions[endpoint])
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    secure = not settings.is_demonstration
    return {
        "SECRET_KEY": settings.secret_key,
        "SECRET_KEY_FALLBACKS": list(settings.secret_key_fallbacks),
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "MAX_CONTENT_LENGTH": 2 * MIB,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 500,
        "SESSION_COOKIE_NAME": "__Host-form" if secure else "form",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": True,
    }


def _frame(settings: Settings) -> site.Site:
    actor, standing = access.current_actor(), access.current_standing()
    return site.frame(
        actor,
        is_signed_in=standing is not None,
        unread=standing.unread if standing is not None else 0,
        is_demonstration=settings.is_demonstration,
    )


def _register_groups(app: Flask) -> None:
    """Each group's routes, then its blueprint; one that is missing stops the start."""
    for group in GROUPS:
        import_module(f"webapp.{group}.routes")
        app.register_blueprint(import_module(f"webapp.{group}.blueprint").bp)
