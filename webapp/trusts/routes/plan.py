"""An organisation's improvement plan: the one module outside the wall that opens it (RELIABILITY.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import limits, plans, registry, support_requests
from webapp.services.failures import Rejected
from webapp.services.plans import ActionState, Content, PlanAction
from webapp.services.registry import NodeKind
from webapp.services.request_steps import Aim, Need
from webapp.trusts.blueprint import bp
from webapp.trusts.forms.plan import ActionForm
from webapp.trusts.presenters import plan as pages
from webapp.ui.fields import Choice
from webapp.ui.forms import ActForm


@bp.route("/plan")
@allow(Action.PLAN_READ)
def plan() -> ResponseReturnValue:
    """Progress, and the actions with filters."""
    rows, components = plans.actions(current_unit(), actor=current_person()), _components()
    table = pages.listing(components).show(
        _lines(rows, components), request.args, csv_href=url_for("trusts.plan_file")
    )
    progress = pages.progress(plans.progress(rows, current_unit().now.date()))
    return render_template("trusts/plan/plan.html", table=table, progress=progress)


@bp.route("/plan/actions")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def plan_file() -> ResponseReturnValue:
    """The same list as a file, for the organisation's own lead."""
    rows, components = plans.actions(current_unit(), actor=current_person()), _components()
    return pages.listing(components).file(_lines(rows, components), request.args, "improvement-plan")


@bp.route("/plan/new", methods=["GET", "POST"])
@allow(Action.PLAN_EDIT)
def new_plan_action() -> ResponseReturnValue:
    """Add an action."""
    form = _form(None)
    made: list[UUID] = []

    def add() -> None:
        made.append(plans.add(current_unit(), actor=current_person(), content=_content(form)).id)

    if form.validate_on_submit() and attempt(form, add):
        return redirect(url_for("trusts.plan_action", action_id=made[0]), 303)
    heading, back = "Add an action", url_for("trusts.plan")
    return render_template("trusts/plan/form.html", form=form, heading=heading, back=back), form.status


@bp.route("/plan/<uuid:action_id>")
@allow(Action.PLAN_READ)
def plan_action(action_id: UUID) -> ResponseReturnValue:
    """One action, and what can be done about it."""
    row = plans.load(current_unit(), actor=current_person(), action_id=action_id)
    page = pages.action_page(
        row,
        plans.following_states(row),
        _components(),
        current_person(),
        is_overdue=plans.is_overdue(row, current_unit().now.date()),
    )
    return render_template("trusts/plan/action.html", page=page, form=ActForm(obj=row), row_id=row.id)


@bp.route("/plan/<uuid:action_id>/change", methods=["GET", "POST"])
@allow(Action.PLAN_EDIT)
def change_plan_action(action_id: UUID) -> ResponseReturnValue:
    """Change what an action says."""
    unit, actor = current_unit(), current_person()
    form = _form(plans.load(unit, actor=actor, action_id=action_id))

    def change() -> None:
        plans.change(
            unit,
            actor=actor,
            action_id=action_id,
            content=_content(form),
            expected_version=form.row_version,
        )

    def newer() -> Mapping[str, str]:
        row = plans.load(current_unit(), actor=actor, action_id=action_id)
        return pages.now_standing(row, _components())

    if form.validate_on_submit() and attempt(form, change, newer=newer):
        return redirect(url_for("trusts.plan_action", action_id=action_id), 303)
    heading, back = "Change the action", url_for("trusts.plan_action", action_id=action_id)
    return render_template("trusts/plan/form.html", form=form, heading=heading, back=back), form.status


@bp.route("/plan/<uuid:action_id>/state", methods=["POST"])
@allow(Action.PLAN_EDIT)
def move_plan_action(action_id: UUID) -> ResponseReturnValue:
    """Move an action to another state."""
    form = ActForm()
    wanted = request.form.get("state", "")
    if wanted not in pages.STATES:
        raise Rejected("state", "Choose one of the buttons of the page")
    if form.validate_on_submit():
        plans.move(
            current_unit(),
            actor=current_person(),
            action_id=action_id,
            state=ActionState(wanted),
            expected_version=form.row_version,
        )
    return redirect(url_for("trusts.plan_action", action_id=action_id), 303)


@bp.route("/plan/<uuid:action_id>/ask", methods=["POST"])
@allow(Action.PLAN_EDIT)
def ask_from_plan(action_id: UUID) -> ResponseReturnValue:
    """Begin a support request with the action's title and aim: the draft keeps no link to the plan."""
    unit, actor = current_unit(), current_person()
    row = plans.note_request(unit, actor=actor, action_id=action_id)
    draft = support_requests.start(unit, actor=actor, component_code=row.component_code)
    steps = (Need(row.title, None, None, row.component_code), Aim(row.aim, row.measure))
    for step in steps:
        support_requests.save_step(
            unit, actor=actor, request_id=draft.id, step=step, expected_version=draft.version
        )
    flash(
        "A new draft begins with the title of your action, and with its aim and measure if you gave them. "
        "Nothing else of your plan was taken over.",
        "success",
    )
    return redirect(url_for("trusts.priority", request_id=draft.id), 303)


@bp.route("/plan/<uuid:action_id>/history")
@allow(Action.PLAN_HISTORY_READ)
def plan_history(action_id: UUID) -> ResponseReturnValue:
    """What happened to an action: for the organisation's own lead alone."""
    unit, actor = current_unit(), current_person()
    row = plans.load(unit, actor=actor, action_id=action_id)
    history = plans.history(unit, actor=actor, action_id=action_id)
    page = pages.history_page(row, history, _components(), request.args)
    return render_template("trusts/plan/history.html", page=page)


def _components() -> dict[str, str]:
    nodes = registry.terms(current_unit(), actor=current_person(), kind=NodeKind.COMPONENT)
    return {node.code: node.label for node in nodes}


def _lines(rows: tuple[PlanAction, ...], components: Mapping[str, str]) -> list[pages.Line]:
    today = current_unit().now.date()
    return [pages.line(row, components, is_overdue=plans.is_overdue(row, today)) for row in rows]


def _form(row: PlanAction | None) -> ActionForm:
    form = ActionForm(obj=row)
    form.component_code.choices = [Choice("", "None in particular"), *map(_choice, _components().items())]
    return form


def _choice(item: tuple[str, str]) -> Choice:
    return Choice(*item)


def _content(form: ActionForm) -> Content:
    return Content(
        title=form.title.data,
        aim=form.aim.data,
        measure=form.measure.data,
        owner=form.owner.data,
        due_on=form.due_on.data,
        component_code=form.component_code.data or None,
    )
