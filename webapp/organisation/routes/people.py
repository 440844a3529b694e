"""People of ours who offer support: give, refuse or withdraw their release, endorse their skills."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.organisation.blueprint import bp
from webapp.organisation.forms.people import NoForm
from webapp.organisation.presenters import people as pages
from webapp.services import employees, registry, releases
from webapp.services.paging import Paging
from webapp.services.partners import Partner
from webapp.services.releases import ReleaseState
from webapp.ui.forms import ActForm, BaseForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/organisation/people")
@allow(Action.PARTNER_RELEASE)
def people() -> ResponseReturnValue:
    """Everybody whose employer we are."""
    view = pages.LISTING.read(request.args)
    found = employees.listing(
        current_unit(), actor=current_person(), paging=Paging(view.page, ROWS_ON_A_PAGE)
    )
    table = pages.LISTING.page(view, [pages.person_line(row) for row in found.rows], found.total)
    return render_template("organisation/people/people.html", table=table)


@bp.route("/organisation/people/<uuid:partner_id>")
@allow(Action.PARTNER_ENDORSE)
def person(partner_id: UUID) -> ResponseReturnValue:
    """One person with the release and the skills."""
    row = _employee(partner_id)
    return _page(row, ActForm(obj=row))


@bp.route("/organisation/people/<uuid:partner_id>/release", methods=["POST"])
@allow(Action.PARTNER_RELEASE)
def give_release(partner_id: UUID) -> ResponseReturnValue:
    """Let them go for the days they offer."""

    def act(form: BaseForm) -> None:
        _decide(partner_id, ReleaseState.GIVEN, form)

    return _act(partner_id, act, "The release is given.")


@bp.route("/organisation/people/<uuid:partner_id>/refuse", methods=["GET", "POST"])
@allow(Action.PARTNER_RELEASE)
def refuse_release(partner_id: UUID) -> ResponseReturnValue:
    """Refuse a release, or withdraw one that was given, with a reason."""
    unit, actor, row = current_unit(), current_person(), _employee(partner_id)
    form = NoForm(obj=row)
    newest = releases.newest(row)
    was_given = newest is not None and newest.state is ReleaseState.GIVEN
    to = ReleaseState.WITHDRAWN if was_given else ReleaseState.REFUSED
    page = pages.no_page(row, employees.live_offers(unit, actor=actor, partner_id=partner_id))

    def act() -> None:
        _decide(partner_id, to, form, form.note.data)

    if form.validate_on_submit() and attempt(form, act, newer=lambda: pages.now_words(_employee(partner_id))):
        flash("The release is withdrawn." if was_given else "The release is refused.", "success")
        return redirect(url_for("organisation.person", partner_id=partner_id), 303)
    return render_template("organisation/people/no.html", page=page, form=form), form.status


@bp.route(
    "/organisation/people/<uuid:partner_id>/skills/<string(maxlength=40):code>/endorse", methods=["POST"]
)
@allow(Action.PARTNER_ENDORSE)
def endorse_skill(partner_id: UUID, code: str) -> ResponseReturnValue:
    """Vouch for a skill."""

    def act(form: BaseForm) -> None:
        employees.endorse(
            current_unit(),
            actor=current_person(),
            partner_id=partner_id,
            skill_code=code,
            expected_version=form.row_version,
        )

    return _act(partner_id, act, "The skill is endorsed.")


@bp.route(
    "/organisation/people/<uuid:partner_id>/skills/<string(maxlength=40):code>/take-back", methods=["POST"]
)
@allow(Action.PARTNER_ENDORSE)
def take_back_endorsement(partner_id: UUID, code: str) -> ResponseReturnValue:
    """No longer vouch for a skill."""

    def act(form: BaseForm) -> None:
        employees.take_back(
            current_unit(),
            actor=current_person(),
            partner_id=partner_id,
            skill_code=code,
            expected_version=form.row_version,
        )

    return _act(partner_id, act, "The endorsement is taken back.")


def _act(partner_id: UUID, act: Callable[[BaseForm], None], message: str) -> ResponseReturnValue:
    form = ActForm()
    if form.validate_on_submit() and attempt(
        form, lambda: act(form), newer=lambda: pages.now_words(_employee(partner_id))
    ):
        flash(message, "success")
        return redirect(url_for("organisation.person", partner_id=partner_id), 303)
    return _page(_employee(partner_id), form)


def _decide(partner_id: UUID, state: ReleaseState, form: BaseForm, note: str = "") -> None:
    releases.decide(
        current_unit(),
        actor=current_person(),
        partner_id=partner_id,
        state=state,
        expected_version=form.row_version,
        note=note,
    )


def _employee(partner_id: UUID) -> Partner:
    return employees.employee(current_unit(), actor=current_person(), partner_id=partner_id)


def _page(row: Partner, form: BaseForm) -> ResponseReturnValue:
    unit, actor = current_unit(), current_person()
    labels = registry.labels(unit, actor=actor, codes=[each.skill_code for each in row.skills])
    days = employees.days_offered(unit, actor=actor, partner_id=row.id)
    page = pages.person_page(row, labels, days, is_own=row.user_id == actor.user_id)
    return render_template("organisation/people/person.html", page=page, form=form), form.status
