"""A person's own account: overview, name, other sign-ins, password."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, attempt, current_actor, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.own import ChangePasswordForm, NameForm
from webapp.account.routes.sign_in import signed_in_standing
from webapp.authority import roles
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.security import credentials
from webapp.services import accounts, audit, limits, sign_ins
from webapp.services.failures import Problem
from webapp.ui.forms import ActForm


@bp.route("/account")
@allow(Action.OWN_ACCOUNT)
def overview() -> ResponseReturnValue:
    """Who one is here, and what one can change."""
    standing, unit = signed_in_standing(), current_unit()
    choices = sign_ins.role_choices(unit, standing.user_id)
    actor = current_actor()
    title = roles.TITLES[actor.role] if isinstance(actor, Actor) else ""
    return render_template(
        "account/overview.html",
        standing=standing,
        role=title,
        has_choice=len(choices) > 1,
        elsewhere=sign_ins.elsewhere(unit, standing),
        form=ActForm(),
    )


@bp.route("/account/sign-ins/end", methods=["POST"])
@allow(Action.OWN_ACCOUNT)
def end_elsewhere() -> ResponseReturnValue:
    """Sign out on every other device: a telephone that was lost, a computer that is shared."""
    if ActForm().validate_on_submit():
        sign_ins.end_elsewhere(current_unit(), signed_in_standing())
        flash("You are signed out everywhere but here.", "success")
    return redirect(url_for("account.overview"), 303)


@bp.route("/account/name", methods=["GET", "POST"])
@allow(Action.OWN_ACCOUNT)
def change_name() -> ResponseReturnValue:
    """One's name, as others read it."""
    unit, user_id = current_unit(), signed_in_standing().user_id
    form = NameForm(obj=accounts.get_user(unit, user_id))

    def save() -> None:
        accounts.rename(
            unit,
            actor=current_actor(),
            user_id=user_id,
            name=form.name.data,
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, save):
        flash("Your name is changed.", "success")
        return redirect(url_for("account.overview"), 303)
    return render_template("account/change_name.html", form=form), form.status


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
