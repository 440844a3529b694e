"""Accounts: who may sign in."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.admin.blueprint import bp
from webapp.admin.presenters import accounts as pages
from webapp.authority.matrix import Action
from webapp.services import account_lists
from webapp.services.paging import Paging
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/admin/accounts")
@allow(Action.USERS_SWITCH)
def accounts() -> ResponseReturnValue:
    """All accounts."""
    view = pages.LISTING.read(request.args)
    state = view.filters.get("state")
    found = account_lists.listing(
        current_unit(),
        actor=current_person(),
        text=view.text,
        active=None if state is None else state == "on",
        paging=Paging(view.page, ROWS_ON_A_PAGE),
    )
    table = pages.LISTING.page(view, list(map(pages.account_line, found.rows)), found.total)
    return render_template("admin/accounts/accounts.html", table=table)


@bp.route("/admin/accounts/<uuid:user_id>")
@allow(Action.USERS_SWITCH)
def account(user_id: UUID) -> ResponseReturnValue:
    """One account."""
    return _page(user_id, ActForm())


@bp.route("/admin/accounts/<uuid:user_id>/switch", methods=["POST"])
@allow(Action.USERS_SWITCH)
def switch_account(user_id: UUID) -> ResponseReturnValue:
    """Switch it on or off."""
    form = ActForm()

    def act() -> None:
        account_lists.switch(
            current_unit(),
            actor=current_person(),
            user_id=user_id,
            active=request.form.get("active") == "yes",
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, act):
        flash("The account is switched.", "success")
        return redirect(url_for("admin.account", user_id=user_id), 303)
    return _page(user_id, form)


def _page(user_id: UUID, form: ActForm) -> ResponseReturnValue:
    unit, actor = current_unit(), current_person()
    user = account_lists.account(unit, actor=actor, user_id=user_id)
    if not form.is_submitted():
        form.version.data = str(user.version)
    page = pages.account_page(user, actor)
    return render_template("admin/accounts/account.html", page=page, form=form), form.status
