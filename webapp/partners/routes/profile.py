"""What a partner says about itself, changed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.forms.profile import ProfileForm
from webapp.partners.presenters import profile as pages
from webapp.partners.routes.own import own_partner
from webapp.services import partners
from webapp.services.partners import CostBasis, Delivery, Profile, Reach


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
