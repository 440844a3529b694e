"""Letters as the national team reads them, before publication and after it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.services import letters, registry
from webapp.ui import letters as shown


@bp.route("/national/matches/<uuid:match_id>/letters")
@allow(Action.RUN_READ)
def match_letters(match_id: UUID) -> ResponseReturnValue:
    """What both sides of a match are told."""
    unit, actor = current_unit(), current_actor()
    found = letters.of_match(unit, actor=actor, match_id=match_id)
    labels = registry.labels(unit, actor=actor, codes=shown.codes_of(found))
    return render_template(
        "national/letters/match.html",
        requester=shown.to_requester(found, labels),
        partner=shown.to_partner(found, labels),
        back=url_for("national.match", match_id=match_id),
    )


@bp.route("/national/runs/<uuid:run_id>/unmet/<uuid:request_id>/letter")
@allow(Action.RUN_READ)
def unmet_letter(run_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """What a requester is told who got nothing, or too little."""
    unit, actor = current_unit(), current_actor()
    found = letters.of_unmet(unit, actor=actor, run_id=run_id, request_id=request_id)
    back = url_for("national.unmet_request", run_id=run_id, request_id=request_id)
    return render_template("letter.html", shown=shown.to_unmet(found), back=back)
