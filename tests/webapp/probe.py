"""A few routes of our own, put on the application under test: one for each kind of thing the door must do."""

from flask import Blueprint, abort, redirect, render_template_string, request

from webapp.access import allow, attempt, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import audit
from webapp.services.failures import NotAllowedNow, Rejected, check_version
from webapp.store.accounts import User
from webapp.ui.fields import (
    CheckboxesField,
    DateField,
    RadiosField,
    TextAreaField,
    TextField,
    WholeNumberField,
)
from webapp.ui.forms import BaseForm

PAGE = """{% extends "layout.html" %}{% from "components/form.html" import page_form %}
{% block title %}Probe{% endblock %}
{% block content %}{{ form.error_summary() }}<h1>Probe</h1>
{% call page_form(form) %}{% for field in form if field.short %}{{ field() }}{% endfor %}{% endcall %}
{% endblock %}"""


class NameForm(BaseForm):
    name = TextField("Name", required="Enter a name", longest=50)


class EveryFieldForm(BaseForm):
    """Nothing here is kept: it shows how each kind of field behaves."""

    title = TextField("Title", required="Enter a title", longest=50)
    notes = TextAreaField("Notes", longest=200)
    days = WholeNumberField("Days", at_least=1, at_most=60, required="Enter how many days", unit="days")
    start = DateField("Start", required="Enter when it starts")
    shape = RadiosField("Shape", choices=[("a", "Advice"), ("b", "Coaching")], required="Choose a shape")
    skills = CheckboxesField("Skills", choices=[("x", "X"), ("y", "Y")])


@allow(Action.OWN_ACCOUNT)
def name():
    """Change one's own name, with a version and an audit row: an edit in small."""
    unit, actor = current_unit(), current_person()
    row = unit.session.get_one(User, actor.user_id)
    form = NameForm(data={"name": row.name, "version": row.version})

    def save():
        check_version(row, form.row_version)
        if form.name.data == "taken":
            raise Rejected("name", "That name is taken")
        audit.record(unit, actor, "probe.name", audit.Subject("user", row.id), after={"n": form.name.data})
        row.name = form.name.data

    def newer():
        now = unit.session.get_one(User, actor.user_id)
        return {"Name": now.name, "version": now.version}

    if form.validate_on_submit() and attempt(form, save, newer=newer):
        return redirect(f"/account?named={row.version}", 303)
    return render_template_string(PAGE, form=form), form.status


@allow(Action.PUBLIC_READ)
def fields():
    """Give back what was understood."""
    form = EveryFieldForm()
    if form.validate_on_submit():
        return {name: str(field.data) for name, field in form._fields.items() if name != "csrf_token"}
    return render_template_string(PAGE, form=form), form.status


@allow(Action.PUBLIC_READ)
def fail(status):
    """Answer with a status."""
    abort(status)


@allow(Action.PUBLIC_READ)
def burst(kind):
    """Raise."""
    raise {"plain": RuntimeError("secret detail"), "now": NotAllowedNow("It is closed")}[kind]


@allow(Action.OWN_ACCOUNT)
def bad_commit():
    """A row that the database refuses only when it is flushed at the commit."""
    current_unit().session.add(User(email="UPPER@EXAMPLE.ORG", name=request.form["name"]))
    return redirect("/account")


def make() -> Blueprint:
    """The blueprint, new for each application."""
    bp = Blueprint("probe", __name__)
    both = ["GET", "POST"]
    bp.add_url_rule("/probe/name", "name", name, methods=both)
    bp.add_url_rule("/probe/fields", "fields", fields, methods=both)
    bp.add_url_rule("/probe/fail/<int:status>", "fail", fail, methods=both)
    bp.add_url_rule("/probe/raise/<path:kind>", "burst", burst)
    bp.add_url_rule("/probe/bad-commit", "bad_commit", bad_commit, methods=["POST"])
    for action in Action:
        view = allow(action)(lambda **_values: "opened")
        bp.add_url_rule(f"/probe/section/{action}", f"section_{action.name}", view, methods=both)
        bp.add_url_rule(f"/probe/thing/<uuid:thing>/{action}", f"thing_{action.name}", view, methods=both)
    return bp
