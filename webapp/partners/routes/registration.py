"""Becoming a support partner: five pages, each of which may be left and come back to."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.authority.roles import Role
from webapp.partners.blueprint import bp
from webapp.partners.forms.capacity import days_form as form_of_days
from webapp.partners.forms.capacity import filling, versions
from webapp.partners.forms.registration import (
    AboutForm,
    InterestsForm,
    NewTeamForm,
    RegistrationDaysForm,
    TeamForm,
    skills_form,
)
from webapp.partners.presenters import capacity as capacity_pages
from webapp.partners.presenters import registration as pages
from webapp.partners.presenters.skills import browse
from webapp.partners.routes.capacity import days_of
from webapp.partners.routes.own import held_skills, own_partner
from webapp.services import (
    capacity,
    interests,
    partner_enrolment,
    partner_skills,
    partners,
    published,
    registration,
    registry,
)
from webapp.services.failures import Problem
from webapp.services.interests import InterestDeclared, InterestKind
from webapp.services.partners import CostBasis, Delivery, Partner, PartnerState, Profile, Reach
from webapp.services.registry import HELD_KINDS, NodeKind
from webapp.services.working_days import london_day
from webapp.ui.fields import Choice
from webapp.ui.forms import ActForm


@bp.route("/partner/register", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def register() -> ResponseReturnValue:
    """Who somebody is, where they work and on what terms: the profile is made here."""
    unit, actor = current_unit(), current_person()
    row = partners.own_profile(unit, actor=actor)
    if row is not None:
        _only_registering(row)
    form = _about_form(row)
    is_whole = form.validate_on_submit()
    home = _home(form)

    def save() -> None:
        _save_about(form, row, home)

    if is_whole and home != "" and attempt(form, save):
        return redirect(url_for("partners.register_skills"), 303)
    return render_template("partners/registration/about.html", form=form, step=pages.step(1)), form.status


@bp.route("/partner/register/skills", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def register_skills() -> ResponseReturnValue:
    """Skills found by typing or by topic, several at once, each with level, year and evidence."""
    unit, actor, row = current_unit(), current_person(), _registering()
    wanted, browsed = request.args.get("q", "").strip()[:100], request.args.get("topic", "")
    found = registry.find_skills(unit, actor=actor, text=wanted, kinds=HELD_KINDS)
    branches = browse(
        registry.skills_by_topic(unit, actor=actor), registry.terms(unit, actor=actor, kind=NodeKind.METHOD)
    )
    labels = registry.labels(unit, actor=actor, codes=[each.skill_code for each in row.skills])
    held, shown = held_skills(row), pages.skills_shown(row, labels, found, browsed, branches)
    form = skills_form(shown, held, row.version)

    def save() -> None:
        answers = form.answers(shown, held)
        if not answers:
            form.add_problems([Problem(None, "Choose a level for at least one skill")])
            return
        partner_skills.save_skills(
            unit, actor=actor, partner_id=row.id, skills=answers, expected_version=form.row_version
        )

    if form.validate_on_submit() and attempt(form, save) and not form.errors:
        more = request.form.get("next") == "more"
        return redirect(url_for("partners.register_skills" if more else "partners.register_days"), 303)
    page = pages.skills_step(row, wanted, found, branches)
    return render_template(
        "partners/registration/skills.html", form=form, rows=form.rows(shown), page=page, step=pages.step(2)
    ), form.status


@bp.route("/partner/register/days", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.CAPACITY_DECLARE)
def register_days() -> ResponseReturnValue:
    """A year of days with leave, and the two limits."""
    unit, actor, row = current_unit(), current_person(), _registering()
    cells, fill = days_of(row.id), filling(request.args, london_day(unit.now))
    form = form_of_days(
        cells,
        fill,
        kind=RegistrationDaysForm,
        max_concurrent=row.max_concurrent,
        smallest_block_days=row.smallest_block_days,
    )
    assert isinstance(form, RegistrationDaysForm)

    def save() -> None:
        capacity.declare(unit, actor=actor, partner_id=row.id, days=form.declared())
        profile = replace(
            _profile_of(row),
            max_concurrent=form.max_concurrent.data,
            smallest_block_days=form.smallest_block_days.data,
        )
        partners.save_profile(
            unit, actor=actor, partner_id=row.id, profile=profile, expected_version=row.version
        )

    def newer() -> dict[str, str]:
        now = days_of(row.id)
        return capacity_pages.standing(now, versions(now))

    if form.validate_on_submit() and attempt(form, save, newer=newer):
        return redirect(url_for("partners.register_interests"), 303)
    page = capacity_pages.fill_box(cells, fill, url_for("partners.register_days"))
    return render_template(
        "partners/registration/days.html", form=form, fill=page, step=pages.step(3)
    ), form.status


@bp.route("/partner/register/interests", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.INTEREST_DECLARE)
def register_interests() -> ResponseReturnValue:
    """Interests, one after the other; going on confirms that they are all."""
    unit, actor, row = current_unit(), current_person(), _registering()
    form = InterestsForm(data={"version": row.version})
    form.left_on.latest = unit.now.date()
    form.offer(registry.typed(unit, actor=actor, text=form.organisation.data or ""))
    adds = bool(form.organisation.data)
    new = _new_interest(form) if form.is_submitted() and form.validate() and adds else None

    def save() -> None:
        standing = interests.standing(row)
        interests.declare_interests(
            unit,
            actor=actor,
            partner_id=row.id,
            interests=[*standing, new] if new else standing,
            expected_version=form.row_version,
        )

    if (
        form.is_submitted()
        and not form.errors
        and attempt(form, save, newer=lambda: {"version": str(row.version)})
    ):
        more = request.form.get("next") == "more"
        return redirect(url_for("partners.register_interests" if more else "partners.register_check"), 303)
    page = pages.interests_step(row)
    return render_template(
        "partners/registration/interests.html", form=form, page=page, step=pages.step(4)
    ), form.status


@bp.route("/partner/register/check", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def register_check() -> ResponseReturnValue:
    """All answers, and the last press."""
    unit, actor, row = current_unit(), current_person(), _registering()
    form = ActForm(obj=row)

    def act() -> None:
        registration.complete(unit, actor=actor, partner_id=row.id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act):
        flash("Thank you. You offer support from now on.", "success")
        return redirect(url_for("partners.overview"), 303)
    labels = registry.labels(unit, actor=actor, codes=[each.skill_code for each in row.skills])
    page = pages.check_page(row, days_of(row.id), labels, published.switches(unit))
    return render_template(
        "partners/registration/check.html", form=form, page=page, step=pages.step(5)
    ), form.status


def _registering() -> Partner:
    row = own_partner()
    _only_registering(row)
    return row


def _only_registering(row: Partner) -> None:
    if row.state is not PartnerState.REGISTERING:
        abort(redirect(url_for("partners.overview")))


def _about_form(row: Partner | None) -> AboutForm | TeamForm:
    unit, actor = current_unit(), current_person()
    is_expert = actor.role is Role.PARTNER_EXPERT
    home = registration.invited_home(unit, actor=actor) if is_expert and row is None else None
    data = pages.kept(row) if row is not None else pages.usual(actor.name if is_expert else "", home)
    if is_expert:
        form = AboutForm(data=data)
        form.offer(
            registry.typed(unit, actor=actor, text=form.organisation.data or "")
            if form.is_submitted()
            else ()
        )
        return form
    if actor.organisation_id is not None:
        return TeamForm(data=data)
    new = NewTeamForm(data=data)
    regions = registry.regions(unit, actor=actor)
    new.region_code.choices = [
        Choice("", "Choose a region"),
        *(Choice(each.code, each.name) for each in regions),
    ]
    return new


def _home(form: AboutForm | TeamForm) -> str | None:
    """The employer that is meant; "" where that is not clear yet, None where nobody asks."""
    if not isinstance(form, AboutForm) or not form.is_submitted():
        return None
    return form.chosen()


def _save_about(form: AboutForm | TeamForm, row: Partner | None, home: str | None) -> None:
    unit, actor, profile = current_unit(), current_person(), _profile(form, row)
    if row is not None:
        partners.save_profile(
            unit, actor=actor, partner_id=row.id, profile=profile, expected_version=form.row_version
        )
        if home and UUID(home) != row.organisation_id:
            partners.move_home(unit, actor=actor, partner_id=row.id, home_id=UUID(home))
    elif home:
        partner_enrolment.register_expert(unit, actor=actor, home_id=UUID(home), profile=profile)
    else:
        if isinstance(form, NewTeamForm):
            body = registration.found_organisation(
                unit, actor=actor, name=form.name.data, region_code=form.region_code.data
            )
            actor = replace(actor, organisation_id=body.id)
        partner_enrolment.register_team(unit, actor=actor, profile=profile)


def _profile(form: AboutForm | TeamForm, row: Partner | None) -> Profile:
    before = _profile_of(row) if row is not None else Profile(form.name.data)
    return replace(
        before,
        name=form.name.data,
        summary=form.summary.data or "",
        reach=Reach(form.reach.data),
        delivery=Delivery(form.delivery.data),
        cost_basis=CostBasis(form.cost_basis.data),
    )


def _profile_of(row: Partner) -> Profile:
    return Profile(
        row.name,
        row.summary,
        row.reach,
        row.delivery,
        row.max_concurrent,
        row.smallest_block_days,
        row.cost_basis,
    )


def _new_interest(form: InterestsForm) -> InterestDeclared | None:
    chosen = form.chosen()
    if not form.kind.data:
        form.add_problems([Problem("kind", "Choose what your interest is")])
    elif form.kind.data == InterestKind.FORMER_EMPLOYMENT and form.left_on.data is None:
        form.add_problems([Problem("left_on", "Enter the day you left")])
    if form.errors or not chosen:
        return None
    kind = InterestKind(form.kind.data)
    left_on = form.left_on.data if kind is InterestKind.FORMER_EMPLOYMENT else None
    return InterestDeclared(UUID(chosen), kind, left_on=left_on)
