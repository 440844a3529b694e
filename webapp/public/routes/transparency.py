"""The transparency record: as it reads now, its versions, and both as files."""

from __future__ import annotations

import json

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_unit
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp
from webapp.public.presenters import transparency as pages
from webapp.services import transparency
from webapp.ui.text_rules import whole_number
from webapp.ui.transparency import record


@bp.route("/transparency-record")
@allow(Action.PUBLIC_READ)
def transparency_record() -> ResponseReturnValue:
    """From the settings that hold now."""
    unit = current_unit()
    page = pages.record_page(record(transparency.facts(unit)), transparency.versions(unit))
    return render_template("public/transparency/record.html", page=page)


@bp.route("/transparency-record/<int(min=1, max=999999):number>")
@allow(Action.PUBLIC_READ)
def transparency_version(number: int) -> ResponseReturnValue:
    """One that was kept."""
    page = pages.version_page(transparency.version(current_unit(), number=number))
    return render_template("public/transparency/record.html", page=page)


@bp.route("/transparency-record.csv")
@allow(Action.PUBLIC_READ)
def transparency_csv() -> ResponseReturnValue:
    """As a table: CSV or XLSX."""
    wanted = _wanted()
    return pages.RECORD.file_of(wanted.rows, wanted.name)


@bp.route("/transparency-record.json")
@allow(Action.PUBLIC_READ)
def transparency_json() -> ResponseReturnValue:
    """As data."""
    wanted = _wanted()
    text = json.dumps(wanted.data, ensure_ascii=False, indent=1)
    named = {"Content-Disposition": f'attachment; filename="{wanted.name}.json"'}
    return Response(text, mimetype="application/json", headers=named)


def _wanted() -> pages.RecordFile:
    number = whole_number(request.args.get("version", ""))
    unit = current_unit()
    if number:
        return pages.file_of_version(transparency.version(unit, number=number))
    return pages.file_now(record(transparency.facts(unit)), transparency.versions(unit))
