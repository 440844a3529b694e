"""The door of every route: who is signed in, what the matrix says, one unit of work, one effect for a form.

Each view says which cell of the matrix it stands on::

    @bp.route("/requests/<uuid:request_id>", methods=["GET", "POST"])
    @allow(Action.REQUEST_READ_DRAFT, post=Action.REQUEST_DRAFT)
    def edit(request_id): ...

and gets, before it runs: 404 or 403 where the actor has no right at all (services ask again per object),
a redirect to the sign-in page for visitors, another sign-in for starred acts, refusal of repeated parameters,
the form token claimed in the request's own transaction. After it: a commit if it answered with a success or
a redirect, a rollback otherwise. ``check_every_route`` (``security.route_policy``) stops the start if one has none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, current_app, g, make_response, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.datastructures import MultiDict

from webapp.authority import matrix
from webapp.authority.actor import Actor, AnyActor, Visitor
from webapp.authority.matrix import AccessDenied, Action
from webapp.security import form_tokens, kept_words, refusals, sign_in_cookie
from webapp.security.next_address import safe_next
from webapp.security.refusals import SAFE_METHODS
from webapp.security.route_policy import Policy, policy_of
from webapp.services import audit, limits, sign_ins
from webapp.services.failures import Rejected, StaleVersion
from webapp.services.sign_ins import NextStep, Standing
from webapp.store.unit_of_work import Database, UnitOfWork

VISITOR = Visitor()
WITHOUT_CSRF_TOKEN = ("public.leave",)
"""Routes on which the address itself proves the right, for programs that have no form: all of them."""
NEXT_PAGES = {
    NextStep.SECOND_FACTOR: "account.second_factor",
    NextStep.SET_UP_SECOND_FACTOR: "account.set_up_second_factor",
    NextStep.CHOOSE_ROLE: "account.choose_role",
}
View = TypeVar("View", bound=Callable[..., Any])


def allow(
    action: Action,
    *,
    post: Action | None = None,
    form_token: bool = True,
    upload_bytes: int | None = None,
    limit: limits.Limit | None = None,
) -> Callable[[View], View]:
    """Put a view on its cell of the matrix; goes directly above the function, below ``route``.

    ``post`` is the cell for unsafe methods where it differs. ``form_token`` false only where a form
    sent twice makes nothing twice (signing in). ``upload_bytes`` raises the body's limit for this route.
    ``limit`` counts each person's unsafe requests (every request of a route that only reads).
    """
    policy = Policy(action, post or action, form_token, upload_bytes, limit)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**values: Any) -> Response:
            return _answer(view, policy, values)

        guarded.policy = policy  # type: ignore[attr-defined]  # read back by policy_of
        return guarded  # type: ignore[return-value]  # same call, checked answer

    return decorate


def database() -> Database:
    """The application's database."""
    found = current_app.extensions["database"]
    assert isinstance(found, Database)
    return found


def current_unit() -> UnitOfWork:
    """The request's one unit of work: a writing one for unsafe methods; opened when first asked for."""
    if "unit" not in g:
        g.unit = database().unit(writing=request.method not in SAFE_METHODS, request_id=g.request_id)
    unit = g.unit
    assert isinstance(unit, UnitOfWork)
    return unit


def reading_unit() -> UnitOfWork:
    """A unit apart for looking something up before the writing one opens (use with ``with``)."""
    return database().unit(writing=False, request_id=g.request_id)


def current_standing() -> Standing | None:
    """Whom the cookie stands for, complete or not; read once for each request."""
    if "standing" not in g:
        token = sign_in_cookie.read()
        g.standing = None
        if token is not None:
            with reading_unit() as unit:
                g.standing = sign_ins.find(unit, token)
    standing: Standing | None = g.standing
    return standing


def current_actor() -> AnyActor:
    """The person in their role, or a visitor."""
    standing = current_standing()
    return standing.actor if standing is not None and standing.actor is not None else VISITOR


def current_person() -> Actor:
    """The person in their role, on a route that its cell keeps visitors out of."""
    actor = current_actor()
    assert isinstance(actor, Actor)
    return actor


def record_refusal(action: str, subject: audit.Subject, reason: str) -> None:
    """Roll this request's unit back and note the refused attempt in a transaction of its own."""
    close_unit(rollback=True)
    audit.record_refusal(database(), current_actor(), action, subject, reason=reason, request_id=g.request_id)


def is_walled() -> bool:
    """Whether this route stays inside one organisation, so that the general audit holds nothing of it."""
    policy = policy_of(current_app, request.endpoint or "")
    return policy is not None and policy.action(request.method) in matrix.WALLED


def attempt(
    form: Any, call: Callable[[], Any], *, newer: Callable[[], Mapping[str, str]] | None = None
) -> bool:
    """Call a service for a form; ``False`` when the person has something to mend.

    A ``Rejected`` puts its problems on the form's fields (422). A stale version keeps the person's words, and
    ``newer`` (called on a clean unit) gives what now stands as ``{label: value, "version": ...}`` to show
    beside them (409). Anything else goes to the error pages. Answer ``False`` with ``form.status``.
    """
    try:
        call()
        current_unit().flush()
    except Rejected as rejected:
        current_unit().rollback()
        form.add_problems(rejected.problems)
    except (StaleVersion, StaleDataError):
        if newer is None:
            raise
        current_unit().rollback()
        form.mark_stale(newer())
    else:
        return True
    return False


def close_unit(*, rollback: bool = False) -> None:
    """End the request's unit; what was not committed is gone."""
    unit: UnitOfWork | None = g.pop("unit", None)
    if unit is not None:
        if rollback:
            unit.rollback()
        unit.close()


def wire(app: Flask) -> None:
    """Close the unit of every request, whatever happened."""
    app.teardown_appcontext(lambda _error: close_unit())


def _answer(view: Callable[..., Any], policy: Policy, values: Mapping[str, Any]) -> Response:
    if policy.upload_bytes is not None:
        request.max_content_length = policy.upload_bytes
    refusals.refuse_unclear_parameters()
    elsewhere = _check_actor(policy.action(request.method), hidden=bool(request.view_args), policy=policy)
    if elsewhere is not None:
        return elsewhere
    _touch()
    refusals.refuse_worksheet()
    if policy.limit is not None and (request.method not in SAFE_METHODS or policy.read == policy.write):
        limits.spend(database(), (policy.limit, _person()))
    if request.method in SAFE_METHODS:
        return make_response(view(**values))
    claimed = form_tokens.claim(current_unit(), _person()) if policy.form_token else None
    if claimed is not None and claimed.location:
        close_unit(rollback=True)
        return make_response(redirect(claimed.location, 303))
    return _finish(make_response(view(**values)), policy)


def _finish(response: Response, policy: Policy) -> Response:
    """Commit before a success leaves; a commit that fails raises, and the error page answers."""
    if response.status_code >= 400:
        close_unit(rollback=True)
        return response
    if policy.form_token:
        form_tokens.remember(current_unit(), _person(), response.headers.get("Location") or request.path)
    if kept_words.PARAMETER in request.args and isinstance(actor := current_actor(), Actor):
        kept_words.forget(current_unit(), actor.user_id)
    if "unit" in g:
        current_unit().commit()
        close_unit()
    return response


def _check_actor(action: Action, *, hidden: bool, policy: Policy) -> Response | None:
    actor = current_actor()
    if not matrix.opens(actor, action):
        if isinstance(actor, Visitor):
            return make_response(redirect(_way_in(kept_form()), 303 if request.method == "POST" else 302))
        raise AccessDenied(action, hidden=hidden)
    standing = current_standing()
    starred = {action, policy.write} & matrix.RECENT_SIGN_IN
    if starred and standing is not None and not standing.is_recent(database().clock()):
        return make_response(redirect(url_for("account.confirm", **_next_parameter(kept_form()))))
    return None


def kept_form() -> str | None:
    """Keep this request's form for whoever was writing it; the address that opens it again, or None."""
    note = kept_words.note_of_request() if request.method not in SAFE_METHODS else None
    if note is None:
        return None
    close_unit(rollback=True)
    try:
        with database().unit(writing=True, request_id=g.request_id) as unit:
            return kept_words.keep(unit, note)
    except SQLAlchemyError:
        current_app.logger.warning("a form could not be kept")
        return None


def words_kept_for_this_page() -> MultiDict[str, str] | None:
    """What this person typed here before the sign-in ended, to be put back into the form."""
    if request.method not in SAFE_METHODS or kept_words.PARAMETER not in request.args:
        return None
    actor = current_actor()
    return kept_words.words_for_this_page(current_unit(), actor) if isinstance(actor, Actor) else None


def _way_in(wanted: str | None = None) -> str:
    standing = current_standing()
    if standing is not None and standing.next_step in NEXT_PAGES:
        return url_for(NEXT_PAGES[standing.next_step], **_next_parameter(wanted))
    return url_for("account.sign_in", **_next_parameter(wanted))


def _next_parameter(known: str | None = None) -> dict[str, Any]:
    if known is not None:
        return {"next": known}
    query = urlencode(list(request.args.items(multi=True)))
    wanted = request.path + (f"?{query}" if query else "")
    kept = safe_next(wanted) if request.method in SAFE_METHODS else None
    return {"next": kept} if kept else {}


def _person() -> str:
    standing = current_standing()
    return str(standing.user_id) if standing is not None else f"address:{request.remote_addr}"


def _touch() -> None:
    standing = current_standing()
    now = database().clock()
    if standing is None or now - standing.last_seen_at < sign_ins.TOUCH_EVERY:
        return
    try:
        with database().unit(writing=True, request_id=g.request_id) as unit:
            sign_ins.touch(unit, standing.sign_in_id)
    except SQLAlchemyError:
        current_app.logger.warning("the time of a sign-in could not be noted")
