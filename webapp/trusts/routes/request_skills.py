"""The skills of a support request: found by typing or by topic, each with level, weight and whether essential."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import registry, request_lists, support_requests
from webapp.services.registry import NodeKind
from webapp.services.request_steps import MOST_SKILLS, Skills, SkillWanted
from webapp.services.support_requests import SupportRequest
from webapp.trusts.blueprint import bp
from webapp.trusts.forms.requests import SkillForm
from webapp.trusts.presenters import request_skills as pages
from webapp.trusts.routes.steps import origin
from webapp.ui.forms import ActForm, BaseForm


@bp.route("/requests/<uuid:request_id>/skills")
@allow(Action.REQUEST_DRAFT)
def skills(request_id: UUID) -> ResponseReturnValue:
    """What was chosen, and the finder: ``q`` is what was typed, ``topic`` what is browsed."""
    unit, actor = current_unit(), current_person()
    row = support_requests.load_for_edit(unit, actor=actor, request_id=request_id)
    wanted, browsed = request.args.get("q", "")[:100], request.args.get("topic", "")
    found = registry.find_skills(unit, actor=actor, text=wanted)
    shelves = pages.shelves(
        registry.terms(unit, actor=actor, kind=NodeKind.PRIORITY),
        registry.skills_by_topic(unit, actor=actor),
        registry.skills_by_component(unit, actor=actor),
        row,
    )
    labels = registry.labels(unit, actor=actor, codes=[each.skill_code for each in row.skills])
    page = pages.finder(row, labels, wanted=wanted, found=found, shelves=shelves, browsed=browsed)
    return render_template("trusts/requests/skills.html", page=page, form=ActForm(obj=row))


@bp.route("/requests/<uuid:request_id>/skills/<string(maxlength=40):code>", methods=["GET", "POST"])
@allow(Action.REQUEST_DRAFT)
def skill(request_id: UUID, code: str) -> ResponseReturnValue:
    """One skill: level, weight, essential; adds it or changes it."""
    unit, actor = current_unit(), current_person()
    row = support_requests.load_for_edit(unit, actor=actor, request_id=request_id)
    label = registry.labels(unit, actor=actor, codes=[code]).get(code)
    if label is None:
        raise NotFound
    chosen = _chosen(row)
    form = SkillForm(obj=row)
    if not form.is_submitted():
        held = chosen.get(code, SkillWanted(code, level=2, weight=2))
        form.level.data, form.weight.data = str(held.level), str(min(held.weight, 3))
        form.essential.data = ["yes"] if held.essential else []

    def save() -> None:
        wanted = SkillWanted(code, int(form.level.data), int(form.weight.data), bool(form.essential.data))
        _save(request_id, form, {**chosen, code: wanted})

    if form.validate_on_submit() and attempt(form, save, newer=_newer(request_id)):
        return redirect(url_for("trusts.skills", request_id=request_id, **origin()), 303)
    page = pages.one_skill(request_id, label, is_full=len(chosen) >= MOST_SKILLS and code not in chosen)
    return render_template("trusts/requests/skill.html", page=page, form=form), form.status


@bp.route("/requests/<uuid:request_id>/skills/<string(maxlength=40):code>/remove", methods=["POST"])
@allow(Action.REQUEST_DRAFT)
def remove_skill(request_id: UUID, code: str) -> ResponseReturnValue:
    """Take a skill off the request."""
    row = support_requests.load_for_edit(current_unit(), actor=current_person(), request_id=request_id)
    form = ActForm()
    left = {other: wanted for other, wanted in _chosen(row).items() if other != code}
    if form.validate_on_submit() and attempt(form, lambda: _save(request_id, form, left)):
        return redirect(url_for("trusts.skills", request_id=request_id, **origin()), 303)
    labels = registry.labels(current_unit(), actor=current_person(), codes=[code])
    page = pages.one_skill(request_id, labels.get(code, code), is_full=False)
    return render_template("trusts/requests/skill_kept.html", page=page, form=form), form.status


def _save(request_id: UUID, form: BaseForm, wanted: dict[str, SkillWanted]) -> None:
    support_requests.save_step(
        current_unit(),
        actor=current_person(),
        request_id=request_id,
        step=Skills(tuple(wanted.values())),
        expected_version=form.row_version,
    )


def _chosen(row: SupportRequest) -> dict[str, SkillWanted]:
    return {
        each.skill_code: SkillWanted(each.skill_code, each.level, each.weight, each.essential)
        for each in row.skills
    }


def _newer(request_id: UUID) -> Callable[[], dict[str, str]]:
    def read() -> dict[str, str]:
        unit, actor = current_unit(), current_person()
        row = request_lists.request_page(unit, actor=actor, request_id=request_id)
        labels = registry.labels(unit, actor=actor, codes=[each.skill_code for each in row.skills])
        names = ", ".join(labels[each.skill_code] for each in row.skills) or "None"
        return {"Skills on the request": names, "version": str(row.version)}

    return read
