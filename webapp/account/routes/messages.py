"""A person's messages: reading them, marking them read, and which kinds come by email."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_standing, current_unit
from webapp.account.blueprint import bp
from webapp.account.forms.messages import ByEmailForm
from webapp.account.presenters import messages as pages
from webapp.authority.matrix import Action
from webapp.services import inbox
from webapp.services.paging import Paging
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE
from webapp.ui.text_rules import whole_number


@bp.route("/account/messages")
@allow(Action.OWN_ACCOUNT)
def messages() -> ResponseReturnValue:
    """The newest first."""
    paging = Paging(whole_number(request.args.get("page", "")) or 1, ROWS_ON_A_PAGE)
    found = inbox.page(current_unit(), actor=current_person(), paging=paging)
    standing = current_standing()
    page = pages.messages_page(found, standing.unread if standing is not None else 0)
    return render_template("account/messages/messages.html", page=page, form=ActForm())


@bp.route("/account/messages/read", methods=["POST"])
@allow(Action.OWN_ACCOUNT)
def mark_all_read() -> ResponseReturnValue:
    """All that there are now."""
    inbox.mark_read(current_unit(), actor=current_person())
    flash("All messages are marked as read.", "success")
    return redirect(url_for("account.messages"), 303)


@bp.route("/account/messages/<uuid:message_id>/read", methods=["POST"])
@allow(Action.OWN_ACCOUNT)
def mark_read(message_id: UUID) -> ResponseReturnValue:
    """One message; its button then is gone, so nothing needs to be said."""
    inbox.mark_read(current_unit(), actor=current_person(), message_id=message_id)
    return redirect(url_for("account.messages", _anchor=f"message-{message_id}"), 303)


@bp.route("/account/messages/by-email", methods=["GET", "POST"])
@allow(Action.OWN_ACCOUNT)
def message_choices() -> ResponseReturnValue:
    """Kinds that can be switched off, and those that cannot."""
    unit, actor = current_unit(), current_person()
    form = ByEmailForm(data={"kinds": sorted(inbox.wanted_by_email(unit, actor=actor))})
    form.kinds.choices = pages.choices(actor.role)
    if form.validate_on_submit() and attempt(
        form, lambda: inbox.choose_by_email(unit, actor=actor, kinds=frozenset(form.kinds.data))
    ):
        flash("Saved.", "success")
        return redirect(url_for("account.messages"), 303)
    return render_template(
        "account/messages/by_email.html", form=form, always=pages.always(actor.role)
    ), form.status
