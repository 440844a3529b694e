"""Accepting an invitation."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.links import InvitationForm
from webapp.account.routes.passwords import dead_link, is_acceptable, spend_on_link
from webapp.account.routes.sign_in import enter
from webapp.authority import roles
from webapp.authority.matrix import Action
from webapp.security import credentials
from webapp.services import invitations, sign_ins
from webapp.services.invitations import Invitation
from webapp.ui.forms import ActForm, BaseForm


@bp.route("/invitation/<string(length=43):token>", methods=["GET", "POST"])
@allow(Action.SIGN_IN, form_token=False)
def invitation(token: str) -> ResponseReturnValue:
    """Who invites to what; a name and a password for somebody new, one button for somebody known."""
    with access.reading_unit() as unit:
        found = invitations.read(unit, token=token)
    if found is None:
        return dead_link()
    form: BaseForm = ActForm() if found.has_account else InvitationForm(data={"name": found.name})
    if form.validate_on_submit() and _is_acceptable(form, found):
        spend_on_link()
        return _accept(token, form)
    title = roles.TITLES[found.role]
    return render_template("account/invitation.html", form=form, page=found, role=title), form.status


def _accept(token: str, form: BaseForm) -> ResponseReturnValue:
    unit = current_unit()
    if not isinstance(form, InvitationForm):
        invitations.accept(unit, token=token, name="", password_hash=None)
        flash("You have accepted. Sign in to go on.", "success")
        return redirect(url_for("account.sign_in"), 303)
    hashed = credentials.hash_password(form.password.data)
    user = invitations.accept(unit, token=token, name=form.name.data, password_hash=hashed)
    started = sign_ins.start(unit, user_id=user.id)
    return enter(started) if started else redirect(url_for("account.sign_in"), 303)


def _is_acceptable(form: BaseForm, found: Invitation) -> bool:
    if not isinstance(form, InvitationForm):
        return True
    return is_acceptable(form, email=found.email, name=form.name.data)
