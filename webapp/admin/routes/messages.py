"""Emails that wait or were given up; trying them again."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.admin.blueprint import bp
from webapp.admin.presenters import messages as pages
from webapp.authority.matrix import Action
from webapp.services import mail_failures
from webapp.ui.formats import plural
from webapp.ui.forms import ActForm


@bp.route("/admin/messages")
@allow(Action.SYSTEM_READ)
def messages() -> ResponseReturnValue:
    """By kind, without business content."""
    state = mail_failures.mail_state(current_unit(), actor=current_actor())
    page = pages.emails_page(state, sends=current_app.extensions["settings"].sends_email)
    return render_template("admin/messages/messages.html", page=page, form=ActForm())


@bp.route("/admin/messages/try-again", methods=["POST"])
@allow(Action.SYSTEM_CHANGE)
def try_messages_again() -> ResponseReturnValue:
    """All that failed, of one kind."""
    kind = request.form.get("kind", "")
    count = mail_failures.try_again(current_unit(), actor=current_actor(), kind=kind)
    flash(f"{plural(count, 'email')} will be tried again.", "success")
    return redirect(url_for("admin.messages"), 303)
