"""Two runs of a round side by side: chosen, read, given as files."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.scenarios import PairForm
from webapp.national.presenters import compare as pages
from webapp.national.presenters import compare_lists as lists
from webapp.services import comparisons, limits, policies, rounds, scenario_changes
from webapp.services.comparisons import Pair
from webapp.services.policies import Settings


@bp.route("/national/rounds/<uuid:round_id>/compare")
@allow(Action.RUN_READ)
def choose_runs(round_id: UUID) -> ResponseReturnValue:
    """Choose two finished runs; ``a`` and ``b`` in the address lead straight to them."""
    unit, actor = current_unit(), current_actor()
    round_ = rounds.load(unit, actor=actor, round_id=round_id)
    rows = comparisons.finished(unit, actor=actor, round_id=round_id)
    known = {str(row.id): row.id for row in rows}
    first, second = (known.get(request.args.get(name, "")) for name in ("a", "b"))
    if first is not None and second is not None:
        return redirect(url_for("national.compare_runs", first=first, second=second))
    form = PairForm(data=pages.usual_pair(rows))
    form.first.choices = form.second.choices = pages.run_choices(rows)
    return render_template("national/compare/choose.html", form=form, round=round_, runs=rows)


@bp.route("/national/compare/<uuid:first>/<uuid:second>")
@allow(Action.RUN_READ)
def compare_runs(first: UUID, second: UUID) -> ResponseReturnValue:
    """Who gains and who loses."""
    pair, words = _pair(first, second), _words()
    page = pages.compare_page(pair, words, _tried(pair), current_actor())
    table = None
    if pair.comparison is not None:
        href = url_for("national.compare_requests_csv", first=first, second=second)
        table = lists.request_listing(words).show(pair.comparison.requests, request.args, csv_href=href)
    return render_template("national/compare/compare.html", page=page, table=table)


@bp.route("/national/compare/<uuid:first>/<uuid:second>/partners")
@allow(Action.RUN_READ)
def compare_partners(first: UUID, second: UUID) -> ResponseReturnValue:
    """Which partners give other days."""
    pair = _pair(first, second)
    page = pages.compare_page(pair, _words(), None, current_actor())
    rows = pair.comparison.partners if pair.comparison else ()
    href = url_for("national.compare_partners_csv", first=first, second=second)
    table = lists.PARTNERS.show(rows, request.args, csv_href=href)
    return render_template("national/compare/partners.html", page=page, table=table)


@bp.route("/national/compare/<uuid:first>/<uuid:second>/requests.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def compare_requests_csv(first: UUID, second: UUID) -> ResponseReturnValue:
    """All requests that change, as a file."""
    found = _pair(first, second).comparison
    return lists.request_file(_words()).file(
        found.requests if found else (), request.args, "requests-that-change"
    )


@bp.route("/national/compare/<uuid:first>/<uuid:second>/partners.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def compare_partners_csv(first: UUID, second: UUID) -> ResponseReturnValue:
    """All partners that give other days, as a file."""
    found = _pair(first, second).comparison
    return lists.PARTNERS.file(found.partners if found else (), request.args, "partners-that-change")


@bp.route("/national/compare/<uuid:first>/<uuid:second>/groups.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def compare_groups_csv(first: UUID, second: UUID) -> ResponseReturnValue:
    """All groups in both runs, as a file."""
    found = _pair(first, second).comparison
    return lists.group_listing(_words()).file(found.groups if found else (), request.args, "groups")


def _pair(first: UUID, second: UUID) -> Pair:
    return comparisons.pair(current_unit(), actor=current_actor(), first_id=first, second_id=second)


def _words() -> Mapping[str, str]:
    return policies.words(current_unit(), actor=current_actor())


def _tried(pair: Pair) -> tuple[Settings, Settings] | None:
    """The values of the second run's policy and those that it tries in their place."""
    draft = scenario_changes.draft_of(pair.second)
    if draft is None:
        return None
    changes = scenario_changes.changes_of(pair.second)
    there = policies.settings_of(pair.second.policy)
    return there, scenario_changes.settings_of(pair.second.policy, changes, draft)
