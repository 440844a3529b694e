"""The skills a partner holds: found by typing or by topic, each with level, year of last use and evidence."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.forms.skills import SkillForm
from webapp.partners.presenters import skills as pages
from webapp.partners.routes.own import held_skills, own_partner
from webapp.services import partner_skills, registry
from webapp.services.partner_skills import SkillEvidence, SkillHeld
from webapp.services.partners import Partner
from webapp.services.registry import HELD_KINDS, NodeKind
from webapp.ui.forms import ActForm, BaseForm


@bp.route("/partner/skills")
@allow(Action.PARTNER_EDIT)
def skills() -> ResponseReturnValue:
    """What is held, and the finder: ``q`` is what was typed, ``topic`` what is browsed."""
    unit, actor, row = current_unit(), current_person(), own_partner()
    wanted, browsed = request.args.get("q", "").strip()[:100], request.args.get("topic", "")
    topics = registry.skills_by_topic(unit, actor=actor)
    methods = registry.terms(unit, actor=actor, kind=NodeKind.METHOD)
    page = pages.skills_page(
        row,
        registry.labels(unit, actor=actor, codes=[each.skill_code for each in row.skills]),
        wanted=wanted,
        found=registry.find_skills(unit, actor=actor, text=wanted, kinds=HELD_KINDS),
        branches=pages.browse(topics, methods),
        browsed=browsed,
    )
    return render_template("partners/skills/skills.html", page=page)


@bp.route("/partner/skills/<string(maxlength=40):code>", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT)
def skill(code: str) -> ResponseReturnValue:
    """One skill: adds it or changes it."""
    row = own_partner()
    label = _label(code)
    held = held_skills(row)
    form = SkillForm(obj=row)
    form.offer_evidence(held[code].evidence if code in held else "")
    if not form.is_submitted():
        _fill(form, held.get(code))
    page = pages.skill_page(code, label, held)

    def save() -> None:
        wanted = SkillHeld(
            skill_code=code,
            level=int(form.level.data),
            last_used_year=form.last_used_year.data,
            evidence=SkillEvidence(form.evidence.data),
            evidence_note=form.evidence_note.data or "",
        )
        _save(row, form, {**held, code: wanted})

    if form.validate_on_submit() and attempt(form, save, newer=lambda: pages.standing(own_partner(), code)):
        flash(f"Saved: {label}.", "success")
        return redirect(url_for("partners.skills"), 303)
    return render_template("partners/skills/skill.html", page=page, form=form), form.status


@bp.route("/partner/skills/<string(maxlength=40):code>/remove", methods=["POST"])
@allow(Action.PARTNER_EDIT)
def remove_skill(code: str) -> ResponseReturnValue:
    """Take a skill off the profile."""
    row, form = own_partner(), ActForm()
    label = _label(code)
    left = {other: each for other, each in held_skills(row).items() if other != code}
    page = pages.skill_page(code, label, held_skills(row))
    if form.validate_on_submit() and attempt(form, lambda: _save(row, form, left)):
        flash(f"Removed: {label}.", "success")
        return redirect(url_for("partners.skills"), 303)
    return render_template("partners/skills/skill_kept.html", page=page, form=form), form.status


def _label(code: str) -> str:
    label = registry.labels(current_unit(), actor=current_person(), codes=[code]).get(code)
    if label is None:
        raise NotFound
    return label


def _fill(form: SkillForm, held: SkillHeld | None) -> None:
    known = held or SkillHeld("", level=2)
    form.level.data, form.evidence.data = str(known.level), known.evidence.value
    form.last_used_year.data, form.evidence_note.data = known.last_used_year, known.evidence_note


def _save(row: Partner, form: BaseForm, wanted: dict[str, SkillHeld]) -> None:
    partner_skills.save_skills(
        current_unit(),
        actor=current_person(),
        partner_id=row.id,
        skills=wanted.values(),
        expected_version=form.row_version,
    )
