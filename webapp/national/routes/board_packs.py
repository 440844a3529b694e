"""The pack for the board: one run on a page that can be printed."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import board_packs as pages
from webapp.national.presenters import run_evidence as evidence
from webapp.services import board_packs, registry, review, runs
from webapp.services.run_summaries import evidence_of


@bp.route("/national/runs/<uuid:run_id>/board")
@allow(Action.RUN_READ)
def board_pack(run_id: UUID) -> ResponseReturnValue:
    """Levels and bounds in words, who got how much, unmet need, bottlenecks, what people overruled."""
    unit, actor = current_unit(), current_actor()
    overview = runs.run_page(unit, actor=actor, run_id=run_id)
    found = evidence_of(unit, actor=actor, run_id=run_id)
    labels = registry.labels(unit, actor=actor, codes=evidence.codes_of(found))
    names = {row.code: row.name for row in registry.regions(unit, actor=actor)}
    facts = board_packs.facts(unit, actor=actor, run_id=run_id)
    progress = review.progress(unit, actor=actor, run_id=run_id)
    page = pages.board_pack(overview, facts, progress)
    shown = evidence.shown(found, {**labels, **names}, {})
    return render_template("national/runs/board.html", page=page, evidence=shown)
