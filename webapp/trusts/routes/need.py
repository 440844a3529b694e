"""The first pages of a support request: who it is for, its priority, its topic."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import beneficiaries, registry, request_steps, support_requests
from webapp.services.registry import NodeKind, TaxonomyNode
from webapp.trusts.blueprint import bp
from webapp.trusts.forms.requests import BeneficiaryForm, PlaceForm, PriorityForm, TopicForm
from webapp.trusts.presenters import steps as pages
from webapp.trusts.routes.steps import newer_values, onwards, origin
from webapp.ui.fields import Choice


@bp.route("/requests/new", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def new() -> ResponseReturnValue:
    """What is asked and what is not, and who the support is for; makes the draft.

    ``component`` is the code of one component, from the worksheet; ``for`` a place that was just named.
    """
    unit, actor = current_unit(), current_person()
    bodies = beneficiaries.choices(unit, actor=actor)
    form = BeneficiaryForm(data={"beneficiary_id": request.args.get("for") or str(actor.organisation_id)})
    form.beneficiary_id.choices = [Choice(str(body.id), body.name) for body in bodies]
    if len(bodies) == 1:
        del form.beneficiary_id
    component = _component()
    made: list[UUID] = []

    def start() -> None:
        wanted = UUID(form.beneficiary_id.data) if form.beneficiary_id else actor.organisation_id
        code = component.code if component else None
        row = support_requests.start(unit, actor=actor, beneficiary_id=wanted, component_code=code)
        made.append(row.id)

    if form.validate_on_submit() and attempt(form, start):
        return redirect(url_for("trusts.priority", request_id=made[0]), 303)
    page = pages.first_page(
        bodies[0].name,
        component.label if component else "",
        may_name=beneficiaries.may_name_places(unit, actor=actor),
    )
    return render_template("trusts/requests/new.html", form=form, page=page), form.status


@bp.route("/requests/places/new", methods=["GET", "POST"])
@allow(Action.PLACE_NAME)
def name_place() -> ResponseReturnValue:
    """A board puts a place of its area on the list, for example a group of practices."""
    unit, actor = current_unit(), current_person()
    form = PlaceForm()
    made: list[UUID] = []

    def name() -> None:
        made.append(beneficiaries.name_place(unit, actor=actor, name=form.name.data).id)

    if form.validate_on_submit() and attempt(form, name):
        return redirect(f"{url_for('trusts.new')}?for={made[0]}", 303)
    return render_template("trusts/requests/step.html", form=form, page=pages.place_page()), form.status


@bp.route("/requests/<uuid:request_id>/priority", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def priority(request_id: UUID) -> ResponseReturnValue:
    """The national priority; kept with the topic, on the next page."""
    unit, actor = current_unit(), current_person()
    row = support_requests.load_for_edit(unit, actor=actor, request_id=request_id)
    form = PriorityForm(obj=row)
    nodes = registry.priorities_in_use(unit, actor=actor)
    form.priority_code.choices = [Choice(node.code, node.label) for node in nodes]
    if form.validate_on_submit():
        wanted = form.priority_code.data
        return redirect(url_for("trusts.topic", request_id=request_id, priority=wanted, **origin()), 303)
    page = pages.step_page("priority", row)
    return render_template("trusts/requests/step.html", form=form, page=page), form.status


@bp.route("/requests/<uuid:request_id>/topic", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def topic(request_id: UUID) -> ResponseReturnValue:
    """The topic inside the priority."""
    unit, actor = current_unit(), current_person()
    row = support_requests.load_for_edit(unit, actor=actor, request_id=request_id)
    wanted = request.args.get("priority") or row.priority_code
    branches = registry.topics_by_priority(unit, actor=actor)
    branch = next((branch for branch in branches if branch.node.code == wanted), None)
    if branch is None:
        return redirect(url_for("trusts.priority", request_id=request_id))
    form = TopicForm(obj=row)
    form.topic_code.choices = [Choice(node.code, node.label) for node in branch.children]

    def save() -> None:
        step = request_steps.Need(
            title=None,
            priority_code=branch.node.code,
            topic_code=form.topic_code.data,
            component_code=row.component_code,
        )
        support_requests.save_step(
            unit, actor=actor, request_id=request_id, step=step, expected_version=form.row_version
        )

    if form.validate_on_submit() and attempt(form, save, newer=lambda: newer_values(form, request_id)):
        return onwards("topic", request_id)
    page = pages.step_page("topic", row, caption=branch.node.label)
    return render_template("trusts/requests/step.html", form=form, page=page), form.status


def _component() -> TaxonomyNode | None:
    wanted = request.args.get("component", "")
    nodes = registry.terms(current_unit(), actor=current_person(), kind=NodeKind.COMPONENT) if wanted else ()
    return next((node for node in nodes if node.code == wanted), None)
