"""A forgotten password: asking for a link, and choosing a new one with it."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.links import AddressForm, NewPasswordForm
from webapp.authority.matrix import Action
from webapp.security import credentials, sealing
from webapp.services import limits, password_resets
from webapp.services.failures import Problem
from webapp.ui.forms import BaseForm


@bp.route("/forgotten-password", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link; the answer is the same for every address."""
    form = AddressForm()
    if form.validate_on_submit():
        limits.spend(
            access.database(),
            (limits.RESET_BY_USER, form.email.data.lower()),
            (limits.RESET_BY_ADDRESS, str(request.remote_addr)),
        )
        password_resets.ask(current_unit(), email=form.email.data, seal=sealing.seal)
        return redirect(url_for("account.link_sent", what="password"), 303)
    return render_template("account/forgotten_password.html", form=form), form.status


@bp.route("/link-sent")
@allow(Action.SIGN_IN)
def link_sent() -> ResponseReturnValue:
    """Where to look for the link."""
    is_password = request.args.get("what") == "password"
    return render_template("account/link_sent.html", is_password=is_password)


@bp.route("/reset/<string(length=43):token>", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def reset(token: str) -> ResponseReturnValue:
    """Choose a new password: the link works once."""
    with access.reading_unit() as unit:
        user = password_resets.read(unit, token=token)
    if user is None:
        return dead_link()
    form = NewPasswordForm()
    if form.validate_on_submit() and is_acceptable(form, email=user.email, name=user.name):
        spend_on_link()
        hashed = credentials.hash_password(form.password.data)
        password_resets.choose(current_unit(), token=token, password_hash=hashed)
        flash("Your password is changed. Sign in with it.", "success")
        return redirect(url_for("account.sign_in"), 303)
    return render_template("account/reset.html", form=form, email=user.email), form.status


def dead_link() -> Response:
    """The page of a link that is used, over, withdrawn or was never one."""
    return make_response(render_template("account/dead_link.html"), 410)


def spend_on_link() -> None:
    """Count a try with a link from this address."""
    limits.spend(access.database(), (limits.LINK_BY_ADDRESS, str(request.remote_addr)))


def is_acceptable(form: BaseForm, *, email: str, name: str) -> bool:
    """Whether the password on the form may be used; says on the form why not."""
    field = form._fields["password"]
    problem = credentials.problem_with_password(field.data, email=email, name=name)
    if problem:
        form.add_problems([Problem("password", problem)])
    return not problem
