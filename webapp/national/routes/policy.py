"""Policy: its versions, a new one proposed by one administrator and decided on by another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.policy import DecideForm, PolicyFields, policy_form
from webapp.national.forms.policy_values import data_of, draft_of
from webapp.national.presenters import policy as pages
from webapp.national.presenters import policy_files
from webapp.services import limits, policies, previews
from webapp.services.policies import Policy, PolicyDraft, Settings
from webapp.ui.fields import Choice
from webapp.ui.files import may_export


@bp.route("/national/policy")
@allow(Action.POLICY_READ)
def policy_list() -> ResponseReturnValue:
    """The policy in force and every version."""
    page = _list_page()
    csv_href = url_for("national.policy_csv") if may_export(current_actor()) else None
    table = pages.VERSIONS.show(page.versions, request.args, csv_href=csv_href)
    return render_template("national/policy/list.html", page=page, table=table)


@bp.route("/national/policy.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def policy_csv() -> ResponseReturnValue:
    """Every version as a file."""
    return pages.VERSIONS.file(_list_page().versions, request.args, "policy-versions")


@bp.route("/national/policy/<uuid:policy_id>")
@allow(Action.POLICY_READ)
def policy_version(policy_id: UUID) -> ResponseReturnValue:
    """One version, and what differs from the one in force."""
    file = url_for("national.policy_values_csv", policy_id=policy_id) if may_export(current_actor()) else ""
    return render_template("national/policy/version.html", page=_version_page(policy_id), file=file)


@bp.route("/national/policy/<uuid:policy_id>/values.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def policy_values_csv(policy_id: UUID) -> ResponseReturnValue:
    """Every value of one version as a file."""
    return policy_files.VALUES.file_of(
        list(policy_files.value_rows(_version_page(policy_id))), "policy-values"
    )


@bp.route("/national/policy/<uuid:policy_id>/decide", methods=["GET", "POST"])
@allow(Action.POLICY_CONFIRM)
def decide_policy(policy_id: UUID) -> ResponseReturnValue:
    """The second person's answer."""
    unit, actor = current_unit(), current_person()
    page = _version_page(policy_id)
    row = policies.policy(unit, actor=actor, policy_id=policy_id)
    form = DecideForm(data={"version": row.version, "compared_with": page.compared_with})

    def decide() -> None:
        policies.decide(
            unit,
            actor=actor,
            policy_id=policy_id,
            confirm=form.answer.data == "confirm",
            expected_version=form.row_version,
            compared_with=form.compared_number,
        )

    if form.validate_on_submit() and attempt(form, decide):
        flash("Confirmed." if form.answer.data == "confirm" else "Refused.", "success")
        return redirect(url_for("national.policy_version", policy_id=policy_id), 303)
    return render_template("national/policy/decide.html", page=page, form=form), form.status


@bp.route("/national/policy/new", methods=["GET", "POST"])
@allow(Action.POLICY_PROPOSE)
def new_policy() -> ResponseReturnValue:
    """A new version, which starts from another one or from values that were tried."""
    unit, actor = current_unit(), current_person()
    standing = policies.by_number(unit, actor=actor, text=request.args.get("version"))
    base = policies.starting_settings(unit, standing)
    tried = previews.tried(unit, actor=actor, run_id=_run_asked_for())
    form = _form(base, tried)
    addresses: list[str] = []

    def act() -> None:
        draft = draft_of(form, base)
        if form.is_preview:
            addresses.append(_preview(draft, form))
            return
        made = policies.propose(unit, actor=actor, draft=draft, expected_latest=form.row_version)
        addresses.append(url_for("national.policy_version", policy_id=made.id))

    if form.validate_on_submit() and attempt(form, act, newer=newest_version):
        said = (
            "It waits for a worker." if form.is_preview else "Another administrator confirms or refuses it."
        )
        flash(f"{'Queued' if form.is_preview else 'Proposed'}. {said}", "success")
        return redirect(addresses[0], 303)
    return render_template("national/policy/new.html", form=form), form.status


def _preview(draft: PolicyDraft, form: PolicyFields) -> str:
    """Queue the scenario; gives the address of its comparison with the run that stands."""
    wake = current_app.extensions["work_queue"].wake
    first, second = previews.start(
        current_unit(), actor=current_person(), round_id=UUID(form.preview_round.data), draft=draft, wake=wake
    )
    return url_for("national.compare_runs", first=first, second=second)


def _run_asked_for() -> UUID | None:
    try:
        return UUID(request.args.get("run", ""))
    except ValueError:
        return None


def _form(base: Settings, tried: PolicyDraft | None) -> PolicyFields:
    unit, actor = current_unit(), current_person()
    words = policies.words(unit, actor=actor)
    made = policy_form(
        [(each.code, words.get(each.code, each.code)) for each in base.matching.priorities],
        [(each.code, words.get(each.code, each.code)) for each in base.matching.regions],
        pages.months(f"{unit.now:%Y-%m}", [each.until for each in base.rules.reserves]),
    )
    start = base if tried is None else Settings(policies.checked(tried, 1), tried.rules)
    data: dict[str, Any] = {**data_of(start), "version": policies.latest_number(unit)}
    if tried is not None:
        data |= {"name": tried.name, "reason": tried.reason, "effective_from": tried.effective_from}
    form = made(data=data)
    rounds = previews.possible_rounds(unit, actor=actor)
    form.preview_round.choices = [Choice(str(row.id), row.name) for row in rounds]
    return form


def newest_version() -> dict[str, str]:
    """The version that somebody else proposed meanwhile."""
    row = policies.versions(current_unit(), actor=current_person())[0]
    return {"Newest version": f"{row.number}: {row.name}", "Reason": row.reason, "version": str(row.number)}


def _list_page() -> pages.PolicyList:
    unit, actor = current_unit(), current_actor()
    rows = policies.versions(unit, actor=actor)
    return pages.policy_list(rows, _standing(), _names(rows), actor)


def _version_page(policy_id: UUID) -> pages.VersionPage:
    unit, actor = current_unit(), current_actor()
    row = policies.policy(unit, actor=actor, policy_id=policy_id)
    return pages.version_page(row, policies.settings_of(row), _standing(), _names([row]), actor)


def _standing() -> pages.Standing:
    row = policies.in_force(current_unit())
    return (row, policies.settings_of(row)) if row else None


def _names(rows: Iterable[Policy]) -> pages.Names:
    unit, actor = current_unit(), current_actor()
    return pages.Names(policies.names(unit, actor=actor, rows=rows), policies.words(unit, actor=actor))
