"""Fairness over rounds."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import fairness as pages
from webapp.services import fairness, limits, policies, published, registry, waiting_credits


@bp.route("/national/fairness")
@allow(Action.RUN_READ)
def fairness_page() -> ResponseReturnValue:
    """Shares of wanted days by group, a column for each round."""
    unit, actor = current_unit(), current_actor()
    found = fairness.over_rounds(unit, actor=actor)
    brought = pages.Brought(
        waiting_credits.left_behind(unit, actor=actor),
        waiting_credits.waiting(unit, actor=actor),
        published.credits_of(policies.in_force(unit)),
    )
    page = pages.shown(found, brought, _names(), actor)
    return render_template("national/fairness/fairness.html", page=page)


@bp.route("/national/fairness.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def fairness_csv() -> ResponseReturnValue:
    """The same as a file."""
    found = fairness.over_rounds(current_unit(), actor=current_actor())
    return pages.FILE.file(pages.lines(found, _names()), request.args, "fairness-over-rounds")


@bp.route("/national/fairness/waiting.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def waiting_requesters_csv() -> ResponseReturnValue:
    """Who has waited, as a file."""
    found = waiting_credits.waiting(current_unit(), actor=current_actor())
    return pages.WAITING.file_of(pages.waiting_lines(found, _names()), "requesters-that-waited")


def _names() -> dict[str, str]:
    unit, actor = current_unit(), current_actor()
    priorities = registry.terms(unit, actor=actor, kind=registry.NodeKind.PRIORITY)
    regions = registry.regions(unit, actor=actor)
    return {row.code: row.label for row in priorities} | {row.code: row.name for row in regions}
