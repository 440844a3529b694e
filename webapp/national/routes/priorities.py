"""Priorities and regions with their dates; another weight or a new priority is proposed as a policy version."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.priorities import NewPriorityForm, TermsForm
from webapp.national.presenters import priorities as pages
from webapp.national.routes.policy import newest_version
from webapp.services import limits, policies, priorities
from webapp.services.priorities import NewPriority, Terms
from webapp.ui.listing import Column, Listing

PROPOSED = "Proposed as a policy version. Another administrator confirms or refuses it."
PRIORITIES = Listing(
    caption="Priorities",
    columns=(
        Column("label", "Priority"),
        Column("in_use", "Open to new requests"),
        Column("periods", "Weights over time", lambda line: "; ".join(line.periods)),
    ),
)


@bp.route("/national/policy/priorities")
@allow(Action.POLICY_READ)
def priority_list() -> ResponseReturnValue:
    """All priorities and regions."""
    return render_template("national/policy/priorities.html", page=_page())


@bp.route("/national/policy/priorities.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def priorities_csv() -> ResponseReturnValue:
    """The priorities as a CSV file."""
    return PRIORITIES.file(_page().priorities, request.args, "priorities")


@bp.route("/national/policy/priorities/<string(maxlength=40):code>", methods=["GET", "POST"])
@allow(Action.POLICY_PROPOSE)
def priority_terms(code: str) -> ResponseReturnValue:
    """Another weight, floor or last day, from a day on."""
    unit, actor = current_unit(), current_person()
    row = priorities.one(unit, actor=actor, code=code)
    last = row.periods[-1] if row.periods else None
    form = TermsForm(
        data={
            "weight": last.weight if last else 1,
            "floor": round(last.floor * 100, 4) if last else 0,
            "starts": unit.now.date(),
            "ends": row.valid_to,
            "version": policies.latest_number(unit),
        }
    )
    made: list[UUID] = []

    def propose() -> None:
        row = priorities.propose_terms(
            unit, actor=actor, code=code, terms=_terms(form), expected_latest=form.row_version
        )
        made.append(row.id)

    if form.validate_on_submit() and attempt(form, propose, newer=newest_version):
        flash(PROPOSED, "success")
        return redirect(url_for("national.policy_version", policy_id=made[0]), 303)
    return render_template("national/policy/terms.html", form=form, page=pages.terms_page(row)), form.status


@bp.route("/national/policy/priorities/new", methods=["GET", "POST"])
@allow(Action.POLICY_PROPOSE)
def new_priority() -> ResponseReturnValue:
    """A priority that is not there yet."""
    unit, actor = current_unit(), current_person()
    form = NewPriorityForm(data={"floor": 0, "version": policies.latest_number(unit)})
    made: list[UUID] = []

    def propose() -> None:
        new = NewPriority(form.code.data, form.label.data, tuple(form.topics.data.split("\n")))
        row = priorities.propose_new(
            unit, actor=actor, new=new, terms=_terms(form), expected_latest=form.row_version
        )
        made.append(row.id)

    if form.validate_on_submit() and attempt(form, propose, newer=newest_version):
        flash(PROPOSED, "success")
        return redirect(url_for("national.policy_version", policy_id=made[0]), 303)
    return render_template("national/policy/terms.html", form=form, page=pages.new_page()), form.status


def _page() -> pages.PriorityList:
    unit, actor = current_unit(), current_actor()
    found = priorities.every(unit, actor=actor)
    return pages.priority_list(found, priorities.regions(unit, actor=actor), actor)


def _terms(form: TermsForm) -> Terms:
    floor = round((form.floor.data or 0.0) / 100, 6)
    return Terms(form.weight.data or 0.0, floor, form.starts.data, form.ends.data, form.reason.data)
