"""Bulletins of a board meeting: drafting, previewing, publishing."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.bulletins import BulletinForm
from webapp.national.presenters import bulletins as pages
from webapp.services import bulletins, subscriptions
from webapp.services.paging import Paging
from webapp.ui.bulletin import bulletin_page
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/national/bulletins")
@allow(Action.BULLETIN_WRITE)
def bulletin_list() -> ResponseReturnValue:
    """Drafts and published ones."""
    view = pages.LISTING.read(request.args)
    found = bulletins.drafts_and_published(
        current_unit(), actor=current_person(), paging=Paging(view.page, ROWS_ON_A_PAGE)
    )
    table = pages.LISTING.page(view, list(map(pages.line, found.rows)), found.total)
    return render_template("national/bulletins/list.html", table=table)


@bp.route("/national/bulletins/new", methods=["GET", "POST"])
@allow(Action.BULLETIN_WRITE)
def new_bulletin() -> ResponseReturnValue:
    """Write one; nothing is published yet."""
    unit, actor = current_unit(), current_person()
    form = BulletinForm()
    form.priorities.choices = pages.choices(bulletins.priorities_on(unit, unit.now.date()))
    made: list[UUID] = []
    if form.validate_on_submit() and attempt(
        form, lambda: made.append(bulletins.draft(unit, actor=actor, text=form.text()).id)
    ):
        return redirect(url_for("national.bulletin_preview", bulletin_id=made[0]), 303)
    return render_template(
        "national/bulletins/write.html", form=form, heading="Write a bulletin"
    ), form.status


@bp.route("/national/bulletins/<uuid:bulletin_id>/edit", methods=["GET", "POST"])
@allow(Action.BULLETIN_WRITE)
def edit_bulletin(bulletin_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    unit, actor = current_unit(), current_person()
    row = bulletins.load(unit, actor=actor, bulletin_id=bulletin_id)
    form = BulletinForm(data=pages.values(row))
    form.priorities.choices = pages.choices(bulletins.priorities_on(unit, row.meeting_on))

    def save() -> None:
        bulletins.save(
            unit,
            actor=actor,
            bulletin_id=bulletin_id,
            text=form.text(),
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(
        form, save, newer=lambda: pages.newer(bulletins.load(unit, actor=actor, bulletin_id=bulletin_id))
    ):
        return redirect(url_for("national.bulletin_preview", bulletin_id=bulletin_id), 303)
    return render_template(
        "national/bulletins/write.html", form=form, heading="Change the bulletin"
    ), form.status


@bp.route("/national/bulletins/<uuid:bulletin_id>", methods=["GET", "POST"])
@allow(Action.BULLETIN_WRITE)
def bulletin_preview(bulletin_id: UUID) -> ResponseReturnValue:
    """Look at a draft as everybody will, then publish it."""
    unit, actor = current_unit(), current_person()
    row = bulletins.load(unit, actor=actor, bulletin_id=bulletin_id)
    form = ActForm(data={"version": row.version})

    def publish() -> None:
        bulletins.publish(unit, actor=actor, bulletin_id=bulletin_id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, publish):
        flash("Published. Subscribers get it by email.", "success")
        return redirect(url_for("public.bulletin", bulletin_id=bulletin_id), 303)
    readers = pages.readers(subscriptions.number_confirmed(unit, actor=actor))
    return render_template(
        "national/bulletins/preview.html", form=form, page=bulletin_page(row), row=row, readers=readers
    ), form.status


@bp.route("/national/bulletins/<uuid:bulletin_id>/discard", methods=["POST"])
@allow(Action.BULLETIN_WRITE)
def discard_bulletin(bulletin_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    bulletins.discard(
        current_unit(),
        actor=current_person(),
        bulletin_id=bulletin_id,
        expected_version=ActForm().row_version,
    )
    flash("The draft was discarded.", "success")
    return redirect(url_for("national.bulletin_list"), 303)
