"""Offering support: a confirmed address makes the account of somebody who registers themselves."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.links import JoinForm, NewPasswordForm
from webapp.account.routes.passwords import dead_link, is_acceptable, spend_on_link
from webapp.account.routes.sign_in import enter
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.authority.roles import PARTNERS, Role
from webapp.security import credentials, sealing, sign_in_cookie
from webapp.services import limits, registration, sign_ins
from webapp.ui import choices
from webapp.ui.forms import ActForm


@bp.route("/join", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def join() -> ResponseReturnValue:
    """Who offers support, and an address to confirm; the answer is the same for every address."""
    actor = current_actor()
    if isinstance(actor, Actor):
        return redirect(url_for("partners.overview" if actor.role in PARTNERS else "account.join_too"))
    form = JoinForm()
    form.role.choices = choices.items("joining_role")
    if form.validate_on_submit():
        limits.spend(
            access.database(),
            (limits.REGISTER_BY_USER, form.email.data.lower()),
            (limits.REGISTER_BY_ADDRESS, str(request.remote_addr)),
        )
        unit, role = current_unit(), Role(form.role.data)
        if attempt(
            form,
            lambda: registration.ask(
                unit, email=form.email.data, name=form.name.data, role=role, seal=sealing.seal
            ),
        ):
            return redirect(url_for("account.link_sent"), 303)
    return render_template("account/join.html", form=form), form.status


@bp.route("/join/<string(length=43):token>", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def confirm_address(token: str) -> ResponseReturnValue:
    """Choose a password: the account is made, and the person is signed in."""
    with access.reading_unit() as unit:
        found = registration.read(unit, token=token)
    if found is None:
        return dead_link()
    form = NewPasswordForm()
    if form.validate_on_submit() and is_acceptable(form, email=found.email, name=found.name):
        spend_on_link()
        unit = current_unit()
        hashed = credentials.hash_password(form.password.data)
        user = registration.confirm(unit, token=token, password_hash=hashed)
        started = sign_ins.start(unit, user_id=user.id)
        return enter(started) if started else redirect(url_for("account.sign_in"), 303)
    return render_template("account/confirm_address.html", form=form, page=found), form.status


@bp.route("/join/too", methods=["GET", "POST"])
@allow(Action.OWN_ACCOUNT)
def join_too() -> ResponseReturnValue:
    """Somebody with an account offers support as well, in a role of its own."""
    form = ActForm()
    actor = current_person()
    if form.validate_on_submit() and attempt(
        form, lambda: registration.join_too(current_unit(), actor=actor)
    ):
        session.clear()
        flash("You are an expert as well from now on. Sign in again and choose that role.", "success")
        wanted = url_for("account.sign_in", next=url_for("partners.register"))
        return sign_in_cookie.drop(make_response(redirect(wanted, 303)))
    return render_template("account/join_too.html", form=form), form.status
