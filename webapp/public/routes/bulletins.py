"""Bulletins for everybody: archive, one of them, feed; asking for them by email, confirming, leaving."""

from __future__ import annotations

from uuid import UUID

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import access
from webapp.access import allow, attempt, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp
from webapp.public.forms.bulletins import SubscribeForm
from webapp.public.presenters import bulletins as pages
from webapp.security.sealing import seal
from webapp.services import bulletins, limits, subscriptions
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.ui.bulletin import bulletin_page
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE
from webapp.ui.text_rules import whole_number

TOKEN = "<string(maxlength=64):token>"


@bp.route("/bulletins")
@allow(Action.PUBLIC_READ)
def bulletin_archive() -> ResponseReturnValue:
    """All that were published."""
    paging = Paging(whole_number(request.args.get("page", "")) or 1, ROWS_ON_A_PAGE)
    page = pages.archive_page(bulletins.archive(current_unit(), paging=paging))
    return render_template("public/bulletins/archive.html", page=page)


@bp.route("/bulletins/<uuid:bulletin_id>")
@allow(Action.PUBLIC_READ)
def bulletin(bulletin_id: UUID) -> ResponseReturnValue:
    """One of them."""
    row = bulletins.published(current_unit(), bulletin_id=bulletin_id)
    return render_template("public/bulletins/bulletin.html", page=bulletin_page(row))


@bp.route("/bulletins/feed.atom")
@allow(Action.PUBLIC_READ)
def bulletin_feed() -> ResponseReturnValue:
    """The newest ones for feed readers."""
    found = bulletins.archive(current_unit(), paging=Paging(1, ROWS_ON_A_PAGE))
    base = current_app.extensions["settings"].public_url
    return Response(pages.feed(found.rows, base=base), mimetype="application/atom+xml")


@bp.route("/bulletins/list.csv")
@allow(Action.PUBLIC_READ)
def bulletins_file() -> ResponseReturnValue:
    """All that were published, as a file."""
    found = bulletins.archive(current_unit(), paging=WHOLE)
    return pages.ARCHIVE.file_of(found.rows, "bulletins", most=MOST_IN_FILE)


@bp.route("/bulletins/subscribe", methods=["GET", "POST"])
@allow(Action.BULLETIN_SUBSCRIBE, form_token=False)
def subscribe() -> ResponseReturnValue:
    """The same answer for every address."""
    form = SubscribeForm()
    if form.validate_on_submit():
        limits.spend(
            access.database(),
            (limits.SUBSCRIBE_BY_EMAIL, form.email.data.lower()),
            (limits.SUBSCRIBE_BY_ADDRESS, str(request.remote_addr)),
        )
        if attempt(form, lambda: _ask(form)):
            return redirect(url_for("public.asked"), 303)
    return render_template("public/bulletins/subscribe.html", form=form), form.status


@bp.route("/bulletins/subscribe/asked")
@allow(Action.PUBLIC_READ)
def asked() -> ResponseReturnValue:
    """What happens next."""
    return render_template("public/bulletins/asked.html")


@bp.route(f"/bulletins/subscription/{TOKEN}", methods=["GET", "POST"])
@allow(Action.BULLETIN_SUBSCRIBE)
def confirm_subscription(token: str) -> ResponseReturnValue:
    """A button, because mail programs open links by themselves; the way to another link where this one is over."""
    with access.reading_unit() as unit:
        if not subscriptions.awaits(unit, actor=current_actor(), token=token):
            return render_template("public/bulletins/dead_link.html"), 410
    form = ActForm()
    if form.validate_on_submit():
        subscriptions.confirm(current_unit(), actor=current_actor(), token=token)
        return redirect(url_for("public.subscribed"), 303)
    return render_template("public/bulletins/confirm.html", form=form), form.status


@bp.route("/bulletins/subscribed")
@allow(Action.PUBLIC_READ)
def subscribed() -> ResponseReturnValue:
    """It is done."""
    return render_template("public/bulletins/subscribed.html")


@bp.route(f"/bulletins/unsubscribe/{TOKEN}")
@allow(Action.PUBLIC_READ)
def leaving(token: str) -> ResponseReturnValue:
    """A button; looking at the page changes nothing."""
    return render_template("public/bulletins/leaving.html", form=ActForm(), token=token)


@bp.route(f"/bulletins/unsubscribe/{TOKEN}", methods=["POST"])
@allow(Action.BULLETIN_SUBSCRIBE, form_token=False)
def leave(token: str) -> ResponseReturnValue:
    """At once, also for a mail program that posts here by itself (RFC 8058); sent twice it does no more."""
    subscriptions.leave(current_unit(), actor=current_actor(), token=token)
    return render_template("public/bulletins/left.html")


def _ask(form: SubscribeForm) -> None:
    subscriptions.ask(current_unit(), actor=current_actor(), email=form.email.data, seal=seal)
