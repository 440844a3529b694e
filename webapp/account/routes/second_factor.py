"""The second step of signing in: code, recovery code, setting it up."""

from __future__ import annotations

from collections.abc import Callable

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, current_actor, current_standing, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.own import SecondFactorForm
from webapp.account.forms.sign_in import CodeForm, RecoveryCodeForm
from webapp.account.routes.sign_in import enter
from webapp.authority.matrix import Action
from webapp.security import credentials, sign_in_cookie
from webapp.security.next_address import safe_next
from webapp.services import accounts, audit, limits, sign_ins
from webapp.services.failures import Problem
from webapp.services.sign_ins import NextStep, Standing

WRONG = "The code is not right. Wait for the next one and enter that"


@bp.route("/sign-in/code", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def second_factor() -> ResponseReturnValue:
    """The code of the authenticator app."""
    return _prove(CodeForm(), credentials.code_is_right, "account/second_factor.html")


@bp.route("/sign-in/recovery-code", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def recovery_code() -> ResponseReturnValue:
    """A code kept for the day the phone is lost."""
    return _prove(RecoveryCodeForm(), credentials.use_recovery_code, "account/recovery_code.html")


@bp.route("/account/second-factor", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def set_up_second_factor() -> ResponseReturnValue:
    """Show a secret as picture and key; keep it once a code proves that the app has it."""
    standing = current_standing()
    if standing is None or standing.next_step is NextStep.SECOND_FACTOR:
        return redirect(url_for("account.sign_in"))
    if standing.actor is not None and not standing.is_recent(access.database().clock()):
        return redirect(url_for("account.confirm", next=request.path))
    form = SecondFactorForm()
    if form.validate_on_submit():
        limits.spend(access.database(), (limits.SECOND_FACTOR, str(standing.user_id)))
        user = accounts.get_user(current_unit(), standing.user_id)
        if credentials.code_is_right(user, form.code.data, sealed=form.sealed.data):
            return _keep(standing, form.sealed.data)
        _refuse(standing, form)
    offered = credentials.offered_second_factor(form.sealed.data, standing.email)
    form.sealed.data = offered.sealed
    return render_template("account/set_up_second_factor.html", form=form, offered=offered), form.status


def _prove(
    form: CodeForm | RecoveryCodeForm, is_right: Callable[..., bool], template: str
) -> ResponseReturnValue:
    standing = _waiting(NextStep.SECOND_FACTOR)
    if standing is None:
        return redirect(url_for("account.sign_in"))
    if form.validate_on_submit():
        limits.spend(access.database(), (limits.SECOND_FACTOR, str(standing.user_id)))
        if is_right(accounts.get_user(current_unit(), standing.user_id), form.code.data):
            return enter(sign_ins.complete(current_unit(), standing.sign_in_id))
        _refuse(standing, form)
    return render_template(template, form=form), form.status


def _keep(standing: Standing, sealed: str) -> ResponseReturnValue:
    unit = current_unit()
    user = accounts.set_second_factor(unit, actor=current_actor(), user_id=standing.user_id, sealed=sealed)
    codes = credentials.new_recovery_codes(user)
    token = sign_ins.complete(unit, standing.sign_in_id)
    session.clear()
    wanted = safe_next(request.args.get("next"))
    onwards = url_for("account.start", next=wanted or None)
    page = make_response(render_template("account/recovery_codes.html", codes=codes, onwards=onwards))
    return sign_in_cookie.put(page, token)


def _waiting(step: NextStep) -> Standing | None:
    standing = current_standing()
    return standing if standing is not None and standing.next_step is step else None


def _refuse(standing: Standing, form: CodeForm | RecoveryCodeForm | SecondFactorForm) -> None:
    form.add_problems([Problem("code", WRONG)])
    access.record_refusal("account.second_factor", audit.Subject("user", standing.user_id), "wrong code")
