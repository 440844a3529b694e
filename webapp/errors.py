"""One table from failure to page: status, heading, what to do next, reference; never a stack, SQL or path."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from webapp import access
from webapp.authority.actor import Actor, Visitor
from webapp.authority.matrix import AccessDenied
from webapp.security import form_tokens, kept_words
from webapp.security.refusals import SAFE_METHODS
from webapp.services import audit
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion, TooManyTries

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What one status says."""

    heading: str
    text: str


PAGES = {
    400: ErrorPage("The request could not be read", "Go back, reload the page and try again."),
    403: ErrorPage(
        "You do not have access to this page",
        "If you need it for your work, ask the lead of your organisation.",
    ),
    404: ErrorPage(
        "Page not found",
        "Check the address. If you followed a link, what it led to may have moved or been removed.",
    ),
    405: ErrorPage("This address cannot do that", "Go back and use the buttons and links of the page."),
    408: ErrorPage("The request took too long to arrive", "Check your connection and try again."),
    409: ErrorPage(
        "This has changed since you opened it",
        "Nothing was saved. Open the page again to see what it says now, then make your change.",
    ),
    413: ErrorPage("This is too large", "Send a smaller file, or less text."),
    414: ErrorPage("The address is too long", "Go back and use the links of the page."),
    415: ErrorPage("This kind of file cannot be read", "Send a file of the kind the page asks for."),
    422: ErrorPage("There is a problem with what was entered", "Go back, check your answers and try again."),
    429: ErrorPage("Too many tries", "Wait a few minutes, then try again."),
    431: ErrorPage("The request is too large", "Delete the cookies of this site, then try again."),
    500: ErrorPage("Sorry, there is a problem with the service", "Nothing was saved. Try again later."),
    503: ErrorPage(
        "Sorry, the service is not available just now", "Nothing was saved. Try again in a few minutes."
    ),
}
SHOWS_WORDS = (409, 500, 503)
"""Statuses after which a page that was not saved is gone: its words are shown once more."""
PLAIN = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    "<title>{0} - Support partner matching</title></head>"
    "<body><main><h1>{0}</h1><p>{1}</p><p>Reference: {2}</p></main></body></html>"
)


def wire(app: Flask) -> None:
    """Answer every failure with a page of the table."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, lambda _error: _plain_page(400))
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(AccessDenied, _denied)
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(NotAllowedNow, _not_now)
    app.register_error_handler(StaleVersion, lambda _error: page(409))
    app.register_error_handler(StaleDataError, lambda _error: page(409))
    app.register_error_handler(Rejected, lambda error: page(422, text=str(error)))
    app.register_error_handler(TooManyTries, _too_many)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(Exception, _unforeseen)


def page(status: int, *, heading: str | None = None, text: str | None = None) -> Response:
    """The page for a status; falls back to plain HTML if even the layout cannot be made."""
    access.close_unit(rollback=True)
    known = PAGES.get(status) or PAGES[500 if status >= 500 else 400]
    heading, text, reference = heading or known.heading, text or known.text, str(g.get("request_id", "-"))
    try:
        body = render_template(
            "errors/error.html",
            heading=heading,
            text=text,
            reference=reference,
            status=status,
            typed=_typed() if status in SHOWS_WORDS else (),
        )
    except Exception:
        log.exception("the layout of an error page failed")
        return _plain_page(status)
    return make_response(body, status)


def _typed() -> tuple[str, ...]:
    """What the person had written in a form that was not saved, to be copied; only from pages that keep words."""
    if request.method in SAFE_METHODS or kept_words.FIELD not in request.form:
        return ()
    hidden = {*form_tokens.PROTECTIONS, kept_words.FIELD, "version"}
    return tuple(value for name, value in request.form.items() if name not in hidden and len(value) >= 3)


def _plain_page(status: int) -> Response:
    """Without the layout: for a host that is not ours, and where the layout itself fails."""
    known = PAGES.get(status) or PAGES[500]
    return make_response(PLAIN.format(known.heading, known.text, g.get("request_id", "-")), status)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    answer = page(error.code)
    for name, value in error.get_headers(request.environ):
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _csrf(_error: CSRFError) -> Response:
    """A form of before: its words are kept for the writer, who is led back to them (after signing in again)."""
    note, actor = kept_words.note_of_request(), access.current_actor()
    kept = access.kept_form() if note is not None else None
    if note is None or kept is None:
        return _too_long_open()
    if not isinstance(actor, Actor):
        return make_response(redirect(url_for("account.sign_in", next=kept), 303))
    if note.is_by(actor):
        return make_response(redirect(kept, 303))
    return page(
        400,
        heading="You are signed in as somebody else now",
        text="Nothing was saved. What was typed is kept for a day, for whoever typed it: sign in as before to go on.",
    )


def _too_long_open() -> Response:
    return page(
        400,
        heading="This page had been open too long",
        text="Nothing was saved. Go back, reload the page and send the form again.",
    )


def _denied(error: AccessDenied) -> Response:
    if not isinstance(access.current_actor(), Visitor):
        access.record_refusal(error.action, _subject(), "not allowed")
    return page(404 if error.hidden else 403)


def _not_now(error: NotAllowedNow) -> Response:
    if not (isinstance(access.current_actor(), Visitor) or access.is_walled()):
        access.record_refusal(f"{request.endpoint}"[:80], _subject(), "not allowed in this state")
    return page(409, heading="This cannot be done now", text=str(error) or None)


def _too_many(error: TooManyTries) -> Response:
    answer = page(429)
    answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def _database(error: SQLAlchemyError) -> Response:
    passing = isinstance(error, OperationalError | InterfaceError | PoolTimeoutError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
    log.error("the database failed: %s", type(error.__cause__ or error).__name__, exc_info=not passing)
    return page(503 if passing else 500)


def _unforeseen(error: Exception) -> Response:
    log.error("unforeseen: %s", type(error).__name__, exc_info=error)
    return page(500)


def _subject() -> audit.Subject:
    values = {} if access.is_walled() else request.view_args or {}
    return audit.Subject(
        "route", "/".join([str(request.endpoint), *(str(value) for value in values.values())])
    )
