"""What a partner says about itself: making the profile, and changing it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.authority.roles import Role
from webapp.partners.blueprint import bp
from webapp.partners.forms.profile import ExpertForm, ProfileForm
from webapp.partners.presenters import profile as pages
from webapp.partners.routes.own import own_partner
from webapp.services import partners, registry
from webapp.services.partners import CostBasis, Delivery, Profile, Reach
from webapp.ui.fields import Choice


@bp.route("/partner/register", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def register() -> ResponseReturnValue:
    """Make the profile: the first page of somebody new."""
    unit, actor = current_unit(), current_person()
    if partners.own_profile(unit, actor=actor) is not None:
        return redirect(url_for("partners.overview"))
    is_expert = actor.role is Role.PARTNER_EXPERT
    form = ExpertForm(data=pages.usual(actor.name)) if is_expert else ProfileForm(data=pages.usual(""))
    if isinstance(form, ExpertForm):
        bodies = registry.possible_requesters(unit, actor=actor)
        form.organisation_id.choices = [
            Choice("", "Choose an organisation"),
            *(Choice(str(body.id), body.name) for body in bodies),
        ]

    def make() -> None:
        if isinstance(form, ExpertForm):
            home_id = UUID(form.organisation_id.data)
            partners.register_expert(unit, actor=actor, home_id=home_id, profile=_profile(form))
        else:
            partners.register_team(unit, actor=actor, profile=_profile(form))

    if form.validate_on_submit() and attempt(form, make):
        return redirect(url_for("partners.overview"), 303)
    page = pages.registration(is_expert=is_expert)
    return render_template("partners/profile/profile.html", form=form, page=page), form.status


@bp.route("/partner/profile", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def profile() -> ResponseReturnValue:
    """Change name, summary, reach, place of work, limits and cost basis."""
    row = own_partner()
    partner_id = row.id
    form = ProfileForm(obj=row)

    def save() -> None:
        partners.save_profile(
            current_unit(),
            actor=current_person(),
            partner_id=partner_id,
            profile=_profile(form),
            expected_version=form.row_version,
        )

    if form.validate_on_submit() and attempt(form, save, newer=lambda: pages.standing(own_partner())):
        flash("Your profile is saved.", "success")
        return redirect(url_for("partners.overview"), 303)
    page = pages.profile_page()
    return render_template("partners/profile/profile.html", form=form, page=page), form.status


def _profile(form: ProfileForm) -> Profile:
    return Profile(
        name=form.name.data,
        summary=form.summary.data or "",
        reach=Reach(form.reach.data),
        delivery=Delivery(form.delivery.data),
        max_concurrent=form.max_concurrent.data,
        smallest_block_days=form.smallest_block_days.data,
        cost_basis=CostBasis(form.cost_basis.data),
    )
