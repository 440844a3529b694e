"""A person's own account: overview and password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, current_actor, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.own import ChangePasswordForm
from webapp.account.routes.sign_in import signed_in_standing
from webapp.authority import roles
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.security import credentials
from webapp.services import accounts, audit, limits, sign_ins
from webapp.services.failures import Problem


@bp.route("/account")
@allow(Action.OWN_ACCOUNT)
def overview() -> ResponseReturnValue:
    """Who one is here, and what one can change."""
    standing = signed_in_standing()
    choices = sign_ins.role_choices(current_unit(), standing.user_id)
    actor = current_actor()
    title = roles.TITLES[actor.role] if isinstance(actor, Actor) else ""
    return render_template(
        "account/overview.html", standing=standing, role=title, has_choice=len(choices) > 1
    )


@bp.route("/account/password", methods=["GET", "POST"])
@allow(Action.OWN_ACCOUNT, form_token=False)
def change_password() -> ResponseReturnValue:
    """The old one, then a new one; every other sign-in of the person ends."""
    standing = signed_in_standing()
    form = ChangePasswordForm()
    if form.validate_on_submit() and _is_acceptable(form):
        accounts.change_password(
            current_unit(),
            actor=current_actor(),
            user_id=standing.user_id,
            password_hash=credentials.hash_password(form.new_password.data),
            keep=standing.sign_in_id,
        )
        flash("Your password has been changed. Other devices have been signed out.", "success")
        return redirect(url_for("account.overview"), 303)
    return render_template("account/change_password.html", form=form), form.status


def _is_acceptable(form: ChangePasswordForm) -> bool:
    standing = signed_in_standing()
    problem = credentials.problem_with_password(
        form.new_password.data, email=standing.email, name=standing.name
    )
    if problem:
        form.add_problems([Problem("new_password", problem)])
    limits.spend(access.database(), (limits.PASSWORD_CHECK, str(standing.user_id)))
    with access.reading_unit() as unit:
        user = accounts.get_user(unit, standing.user_id)
    if not credentials.password_is_right(user, form.password.data):
        form.add_problems([Problem("password", "Your current password is not right")])
        access.record_refusal(
            "user.change_password", audit.Subject("user", standing.user_id), "wrong password"
        )
    return not form.errors
