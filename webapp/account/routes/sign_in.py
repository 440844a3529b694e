"""Signing in with a password, signing out, choosing a role, signing in again for starred acts."""

from __future__ import annotations

from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, current_standing, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.sign_in import ConfirmForm, RoleForm, SignInForm
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.security import credentials, kept_words, sign_in_cookie
from webapp.security.next_address import safe_next
from webapp.services import accounts, audit, limits, sign_ins
from webapp.services.failures import NotFound, Problem
from webapp.services.sign_ins import Standing
from webapp.ui import navigation
from webapp.ui.fields import Choice

WRONG = "The email address or the password is not right"
ENDED = (
    "Nothing was saved: your sign-in had ended, or your role was changed or taken away. "
    "Sign in again. What you typed is kept for you and stands in the form if you may still send it."
)


@bp.route("/sign-in", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def sign_in() -> ResponseReturnValue:
    """Address and password."""
    form = SignInForm()
    if form.validate_on_submit():
        token = _token_for(form.email.data, form.password.data)
        if token is not None:
            return enter(token)
        form.add_problems([Problem("email", WRONG)])
    return render_template("account/sign_in.html", form=form, said=_why_again()), form.status


@bp.route("/sign-out", methods=["POST"])
@allow(Action.SIGN_IN, form_token=False)
def sign_out() -> ResponseReturnValue:
    """End the row behind the cookie, then take the cookie away."""
    standing = current_standing()
    if standing is not None:
        sign_ins.end(current_unit(), standing.sign_in_id)
    session.clear()
    return sign_in_cookie.drop(make_response(redirect(url_for("account.signed_out"), 303)))


@bp.route("/signed-out")
@allow(Action.SIGN_IN)
def signed_out() -> ResponseReturnValue:
    """Say so."""
    return render_template("account/signed_out.html")


@bp.route("/account/stay")
@allow(Action.OWN_ACCOUNT)
def stay() -> ResponseReturnValue:
    """Still here: like every page, it puts the end of an idle sign-in off."""
    return "", 204


@bp.route("/account/start")
@allow(Action.OWN_ACCOUNT)
def start() -> ResponseReturnValue:
    """Where a person goes after signing in: the page they wanted, or their role's first one."""
    actor = access.current_actor()
    wanted = safe_next(request.args.get("next"))
    if wanted is None and isinstance(actor, Actor):
        wanted = kept_words.page_to_go_on_with(current_unit(), actor) or navigation.home(actor.role)
    return redirect(wanted or "/")


@bp.route("/account/role", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def choose_role() -> ResponseReturnValue:
    """A person with two roles acts in one at a time."""
    standing = signed_in_standing()
    with access.reading_unit() as unit:
        choices = sign_ins.role_choices(unit, standing.user_id)
    form = RoleForm()
    form.role.choices = [Choice(str(choice.membership_id), choice.title) for choice in choices]
    if form.validate_on_submit():
        token = sign_ins.choose_role(current_unit(), standing.sign_in_id, UUID(form.role.data))
        return enter(token)
    return render_template("account/choose_role.html", form=form), form.status


@bp.route("/account/confirm", methods=["GET", "POST"])
@allow(Action.OWN_ACCOUNT, form_token=False)
def confirm() -> ResponseReturnValue:
    """Sign in again for an act that asks for it."""
    standing = signed_in_standing()
    form = ConfirmForm()
    if form.validate_on_submit():
        token = _proven_again(standing, form)
        if token is not None:
            return enter(token)
        form.add_problems([Problem("password", "The password or the code is not right")])
    return render_template(
        "account/confirm.html", form=form, with_code=standing.has_second_factor
    ), form.status


def enter(token: str) -> Response:
    """Send the new identifier and lead on; what is still missing (code, role) is asked for on the way."""
    session.clear()
    wanted = safe_next(request.args.get("next"))
    onwards = url_for("account.start", next=wanted or None)
    return sign_in_cookie.put(make_response(redirect(onwards, 303)), token)


def signed_in_standing() -> Standing:
    """Whoever has given the right password, role chosen or not; 404 for anybody else."""
    standing = current_standing()
    if standing is None:
        raise NotFound("nobody is signed in")
    return standing


def _token_for(email: str, password: str) -> str | None:
    address = str(request.remote_addr)
    known = email.strip().lower()
    by_both = (limits.SIGN_IN_BY_USER_AND_ADDRESS, f"{known} {address}")
    limits.spend(
        access.database(),
        by_both,
        (limits.SIGN_IN_BY_USER, known),
        (limits.SIGN_IN_BY_ADDRESS, address),
        (limits.SIGN_IN_BY_ALL, ""),
    )
    with access.reading_unit() as unit:
        user = accounts.find_by_email(unit, email)
    if not credentials.password_is_right(user, password) or user is None:
        _refused(user.id if user else None)
        return None
    limits.give_back(access.database(), *by_both)
    standing = current_standing()
    if standing is not None:
        sign_ins.end(current_unit(), standing.sign_in_id)
    return sign_ins.start(current_unit(), user_id=user.id)


def _proven_again(standing: Standing, form: ConfirmForm) -> str | None:
    limits.spend(access.database(), (limits.PASSWORD_CHECK, str(standing.user_id)))
    with access.reading_unit() as unit:
        user = accounts.get_user(unit, standing.user_id)
    if not credentials.password_is_right(user, form.password.data):
        _refused(standing.user_id)
        return None
    user = accounts.get_user(current_unit(), standing.user_id)
    if standing.has_second_factor and not credentials.code_is_right(user, form.code.data or ""):
        _refused(standing.user_id)
        return None
    return sign_ins.prove_again(current_unit(), standing.sign_in_id)


def _why_again() -> str:
    """What to say to somebody who comes from a form that could not be saved."""
    return ENDED if f"{kept_words.PARAMETER}=" in (safe_next(request.args.get("next")) or "") else ""


def _refused(user_id: UUID | None) -> None:
    access.record_refusal(
        "account.sign_in", audit.Subject("user", user_id or "unknown"), "wrong password or code"
    )
