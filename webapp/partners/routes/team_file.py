"""A team's days and skills from a file of its members: template, preview, save."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.forms.team_file import TeamFileForm
from webapp.partners.presenters import team_file as pages
from webapp.partners.presenters.consequences import consequence
from webapp.partners.routes.own import own_partner
from webapp.services import consequences, limits, team_imports
from webapp.services.csv_text import FileRefusedError
from webapp.services.partners import Partner
from webapp.services.team_file import MAX_BYTES
from webapp.services.team_imports import Pooled
from webapp.ui.files import csv_file
from webapp.ui.forms import ActForm, BaseForm

MOST_BYTES = MAX_BYTES + 64 * 1024
"""The file's own limit with room for the form round it."""


@bp.route("/partner/team-file", methods=["GET", "POST"])
@allow(Action.PARTNER_EDIT, post=Action.CAPACITY_DECLARE, upload_bytes=MOST_BYTES, limit=limits.IMPORT)
def team_file() -> ResponseReturnValue:
    """Send the file; the preview says what it would change."""
    unit, row, form = current_unit(), _team(), TeamFileForm()
    if form.validate_on_submit():
        try:
            pooled = team_imports.read(unit, content=form.file.content(MAX_BYTES))
        except FileRefusedError as refused:
            return _file_page(form, pages.problems(refused)), 422
        act = ActForm()
        act.version.data = str(row.version)
        return _preview(row, pooled, act)
    return _file_page(form, None), form.status


@bp.route("/partner/team-file/save", methods=["POST"])
@allow(Action.CAPACITY_DECLARE)
def save_team_file() -> ResponseReturnValue:
    """Save what the preview showed."""
    unit, actor, row, form = current_unit(), current_person(), _team(), ActForm()
    pooled = team_imports.pooled_of(request.form.get("pooled", ""))
    partner_id = row.id

    def act() -> None:
        team_imports.save(
            unit, actor=actor, partner_id=partner_id, pooled=pooled, expected_version=form.row_version
        )

    if form.validate_on_submit() and attempt(form, act):
        flash("The team's days and skills are saved.", "success")
        return redirect(url_for("partners.overview"), 303)
    return _preview(_team(), pooled, form)


@bp.route("/partner/team-file/template.csv")
@allow(Action.PARTNER_EDIT)
def team_template() -> Response:
    """An empty file with the right first line."""
    _team()
    return csv_file(team_imports.template_head(current_unit()), (), "team-members")


@bp.route("/partner/team-file/skills.csv")
@allow(Action.PARTNER_EDIT)
def team_skill_codes() -> Response:
    """Every code that may stand in the file."""
    _team()
    return csv_file(("code", "skill"), team_imports.codes(current_unit()).items(), "skill-codes")


def _file_page(form: TeamFileForm, problems: pages.Problems | None) -> str:
    unit = current_unit()
    example = pages.example(team_imports.codes(unit), unit.now.year)
    return render_template("partners/team_file/file.html", form=form, problems=problems, example=example)


def _team() -> Partner:
    row = own_partner()
    return team_imports.team(current_unit(), actor=current_person(), partner_id=row.id)


def _preview(row: Partner, pooled: Pooled, form: BaseForm) -> ResponseReturnValue:
    unit, actor = current_unit(), current_person()
    found = team_imports.preview(unit, actor=actor, partner_id=row.id, pooled=pooled)
    days = {month: after for month, (_, after) in found.days.items()}
    undone = consequence(consequences.of_days(unit, actor=actor, partner_id=row.id, days=days))
    page = pages.preview_page(found, team_imports.codes(unit), undone)
    return render_template("partners/team_file/preview.html", page=page, form=form), form.status
