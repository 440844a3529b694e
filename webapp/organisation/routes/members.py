"""Members of an organisation, and people of the national team: invite, change a role, remove.

Two families of addresses on two cells of the matrix, and one way of doing things.
"""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.authority.roles import Role
from webapp.organisation.blueprint import bp
from webapp.organisation.forms.members import InviteForm, NationalInviteForm, RoleForm
from webapp.organisation.presenters import members as pages
from webapp.security import sealing
from webapp.services import invitations, limits, registry
from webapp.services import members as people
from webapp.services.invitations import Invited
from webapp.services.members import Membership
from webapp.services.paging import Paging
from webapp.ui.fields import Choice
from webapp.ui.forms import ActForm, BaseForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/organisation/members")
@allow(Action.USERS_OF_ORGANISATION)
def members() -> ResponseReturnValue:
    """Everybody with a role in the organisation."""
    return _list(ActForm())


@bp.route("/organisation/members/invite", methods=["GET", "POST"])
@allow(Action.USERS_OF_ORGANISATION, limit=limits.INVITE)
def invite_member() -> ResponseReturnValue:
    """Invite somebody by email."""
    return _invite(InviteForm())


@bp.route("/organisation/members/<uuid:membership_id>", methods=["GET", "POST"])
@allow(Action.USERS_OF_ORGANISATION)
def member(membership_id: UUID) -> ResponseReturnValue:
    """One person: change the role."""
    return _one(membership_id)


@bp.route("/organisation/members/<uuid:membership_id>/remove", methods=["POST"])
@allow(Action.USERS_OF_ORGANISATION)
def remove_member(membership_id: UUID) -> ResponseReturnValue:
    """Take the role away."""
    return _remove(membership_id)


@bp.route("/organisation/invitations/<uuid:invitation_id>/withdraw", methods=["POST"])
@allow(Action.USERS_OF_ORGANISATION)
def withdraw_member(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    return _withdraw(invitation_id)


@bp.route("/national/users")
@allow(Action.USERS_NATIONAL)
def national_users() -> ResponseReturnValue:
    """Everybody with a role in the national team."""
    return _list(ActForm())


@bp.route("/national/users/invite", methods=["GET", "POST"])
@allow(Action.USERS_NATIONAL, limit=limits.INVITE)
def invite_national_user() -> ResponseReturnValue:
    """Invite somebody to the national team by email."""
    form = NationalInviteForm()
    regions = registry.regions(current_unit(), actor=current_person())
    form.region_code.choices = [Choice("", "No region"), *(Choice(row.code, row.name) for row in regions)]
    return _invite(form)


@bp.route("/national/users/<uuid:membership_id>", methods=["GET", "POST"])
@allow(Action.USERS_NATIONAL)
def national_user(membership_id: UUID) -> ResponseReturnValue:
    """One person: change the role."""
    return _one(membership_id)


@bp.route("/national/users/<uuid:membership_id>/remove", methods=["POST"])
@allow(Action.USERS_NATIONAL)
def remove_national_user(membership_id: UUID) -> ResponseReturnValue:
    """Take the role away."""
    return _remove(membership_id)


@bp.route("/national/invitations/<uuid:invitation_id>/withdraw", methods=["POST"])
@allow(Action.USERS_NATIONAL)
def withdraw_national_user(invitation_id: UUID) -> ResponseReturnValue:
    """Take an invitation back."""
    return _withdraw(invitation_id)


def _list(form: BaseForm) -> ResponseReturnValue:
    unit, actor = current_unit(), current_person()
    section, view = pages.section_of(actor), pages.LISTING.read(request.args)
    found = people.listing(unit, actor=actor, paging=Paging(view.page, ROWS_ON_A_PAGE))
    lines = [pages.member_line(section, held) for held in found.rows]
    page = pages.members_page(section, invitations.waiting(unit, actor=actor))
    table = pages.LISTING.page(view, lines, found.total)
    return render_template(
        "organisation/members/members.html", page=page, table=table, form=form
    ), form.status


def _invite(form: InviteForm) -> ResponseReturnValue:
    unit, actor = current_unit(), current_person()
    section = pages.section_of(actor)
    form.offer(people.may_give(actor))

    def act() -> None:
        region = form.region_code.data if isinstance(form, NationalInviteForm) else None
        invited = Invited(form.email.data, form.name.data, Role(form.role.data), region or None)
        invitations.invite(unit, actor=actor, invited=invited, seal=sealing.seal)

    if form.validate_on_submit() and attempt(form, act):
        flash(f"The invitation to {form.email.data} is on its way.", "success")
        return redirect(pages.list_href(section), 303)
    return render_template(
        "organisation/members/invite.html", form=form, back=pages.list_href(section)
    ), form.status


def _one(membership_id: UUID) -> ResponseReturnValue:
    unit, actor, held = current_unit(), current_person(), _held(membership_id)
    section, form = (
        pages.section_of(actor),
        RoleForm(data={"role": held.role.value, "version": held.user.version}),
    )
    form.offer(people.may_change_to(actor, held))

    def act() -> None:
        people.change_role(
            unit,
            actor=actor,
            membership_id=membership_id,
            role=Role(form.role.data),
            expected_version=form.row_version,
        )

    page = pages.member_page(section, held, actor)
    if form.validate_on_submit() and attempt(form, act, newer=lambda: pages.now_words(_held(membership_id))):
        flash(f"The role of {page.name} is changed.", "success")
        return redirect(pages.list_href(section), 303)
    return render_template("organisation/members/member.html", form=form, page=page), form.status


def _remove(membership_id: UUID) -> ResponseReturnValue:
    unit, actor, form = current_unit(), current_person(), ActForm()
    section, name = pages.section_of(actor), _held(membership_id).user.name

    def act() -> None:
        people.remove(unit, actor=actor, membership_id=membership_id, expected_version=form.row_version)

    if form.validate_on_submit() and attempt(form, act):
        flash(f"{name} is removed.", "success")
        return redirect(pages.list_href(section), 303)
    return _list(form)


def _withdraw(invitation_id: UUID) -> ResponseReturnValue:
    unit, actor, form = current_unit(), current_person(), ActForm()
    if form.validate_on_submit() and attempt(
        form, lambda: invitations.withdraw(unit, actor=actor, invitation_id=invitation_id)
    ):
        flash("The invitation is withdrawn.", "success")
        return redirect(pages.list_href(pages.section_of(actor)), 303)
    return _list(form)


def _held(membership_id: UUID) -> Membership:
    return people.member(current_unit(), actor=current_person(), membership_id=membership_id)
