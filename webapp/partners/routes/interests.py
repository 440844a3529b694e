"""A partner's declaration of interests: declare, end, confirm the whole once a year."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.forms.interests import EndForm, InterestForm, LeftForm, left_on_missing
from webapp.partners.presenters import interests as pages
from webapp.partners.routes.own import own_partner
from webapp.services import interests as declarations
from webapp.services import registry
from webapp.services.interests import InterestDeclared, InterestKind
from webapp.services.paging import Paging
from webapp.services.partners import PartnerState
from webapp.services.registry import OrganisationFilter
from webapp.ui.forms import ActForm, BaseForm


@bp.route("/partner/interests")
@allow(Action.PARTNER_EDIT)
def interests() -> ResponseReturnValue:
    """The declaration, and how long it holds."""
    row = own_partner()
    page = pages.interests_page(row, current_unit().now.date())
    return render_template("partners/interests/interests.html", page=page, form=ActForm(obj=row))


@bp.route("/partner/interests/confirm", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.INTEREST_DECLARE)
def confirm_interests() -> ResponseReturnValue:
    """Say that the whole declaration is right today: one press, from the yearly reminder too."""
    unit, actor, row = current_unit(), current_person(), own_partner()
    form = ActForm(obj=row)
    partner_id = row.id

    def confirm() -> None:
        declarations.confirm_interests(
            unit, actor=actor, partner_id=partner_id, expected_version=form.row_version
        )

    if form.validate_on_submit() and attempt(form, confirm, newer=_newer):
        flash("Your declaration is confirmed for a year.", "success")
        return redirect(url_for("partners.overview"), 303)
    page = pages.interests_page(own_partner(), unit.now.date())
    return render_template("partners/interests/confirm.html", page=page, form=form), form.status


@bp.route("/partner/interests/new")
@allow(Action.PARTNER_EDIT)
def find_organisation() -> ResponseReturnValue:
    """Find the organisation in which there is an interest: ``q`` is what was typed."""
    own_partner()
    wanted = request.args.get("q", "").strip()[:100]
    page = pages.finder("", (), 0)
    if wanted:
        found = registry.organisations(
            current_unit(), actor=current_person(), wanted=OrganisationFilter(text=wanted), paging=Paging()
        )
        page = pages.finder(wanted, found.rows, found.total)
    return render_template("partners/interests/find.html", page=page)


@bp.route("/partner/interests/new/<uuid:organisation_id>", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.INTEREST_DECLARE)
def declare_interest(organisation_id: UUID) -> ResponseReturnValue:
    """Say what the interest is."""
    unit, actor, row = current_unit(), current_person(), own_partner()
    body = registry.organisation(unit, actor=actor, organisation_id=organisation_id)
    form = InterestForm(obj=row)
    form.left_on.latest = unit.now.date()
    page = pages.declaring(body.name)
    kept = declarations.standing(row)

    def save() -> None:
        new = _answer(form, organisation_id)
        kept_others = [
            each for each in kept if (each.organisation_id, each.kind) != (organisation_id, new.kind)
        ]
        _declare(row.id, form, [*kept_others, new])

    if form.validate_on_submit() and _has_day(form) and attempt(form, save, newer=_newer):
        flash(f"Declared: {page.heading}.", "success")
        return redirect(url_for("partners.interests"), 303)
    return render_template("partners/interests/interest.html", page=page, form=form), form.status


@bp.route("/partner/interests/<uuid:interest_id>/end", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.INTEREST_DECLARE)
def end_interest(interest_id: UUID) -> ResponseReturnValue:
    """Take an interest out of the declaration; an employment stays as a former one."""
    row = own_partner()
    ended = next((each for each in row.interests if each.id == interest_id), None)
    if ended is None or ended.ended_on is not None:
        raise NotFound
    form = LeftForm(obj=row) if pages.is_employment(ended) else EndForm(obj=row)
    page = pages.ending(ended)
    left = [
        each
        for each in declarations.standing(row)
        if (each.organisation_id, each.kind) != (ended.organisation_id, ended.kind)
    ]
    organisation_id = ended.organisation_id
    if isinstance(form, LeftForm):
        form.left_on.latest = current_unit().now.date()

    def save() -> None:
        former = []
        if isinstance(form, LeftForm):
            kind = InterestKind.FORMER_EMPLOYMENT
            former = [InterestDeclared(organisation_id, kind, left_on=form.left_on.data)]
        _declare(row.id, form, [*left, *former])

    if form.validate_on_submit() and attempt(form, save, newer=_newer):
        flash("The interest is ended.", "success")
        on = "register_interests" if row.state is PartnerState.REGISTERING else "interests"
        return redirect(url_for(f"partners.{on}"), 303)
    return render_template("partners/interests/end.html", page=page, form=form), form.status


def _answer(form: InterestForm, organisation_id: UUID) -> InterestDeclared:
    kind = InterestKind(form.kind.data)
    left_on = form.left_on.data if kind is InterestKind.FORMER_EMPLOYMENT else None
    return InterestDeclared(organisation_id, kind, form.note.data or "", left_on)


def _has_day(form: InterestForm) -> bool:
    """A former employment needs its last day; says so on the form."""
    if form.kind.data != InterestKind.FORMER_EMPLOYMENT or form.left_on.data is not None:
        return True
    form.add_problems([left_on_missing()])
    return False


def _declare(partner_id: UUID, form: BaseForm, wanted: Iterable[InterestDeclared]) -> None:
    declarations.declare_interests(
        current_unit(),
        actor=current_person(),
        partner_id=partner_id,
        interests=wanted,
        expected_version=form.row_version,
    )


def _newer() -> dict[str, str]:
    return pages.standing_words(own_partner())
