"""The letters that a requester reads and prints: about each match, and about what was not found."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import letters, registry
from webapp.trusts.blueprint import bp
from webapp.ui import letters as shown


@bp.route("/requests/<uuid:request_id>/letter")
@allow(Action.OUTCOME_READ)
def unmet_letter(request_id: UUID) -> ResponseReturnValue:
    """Why no partner was found, or too few days, and what to do next."""
    found = letters.of_own_request(current_unit(), actor=current_person(), request_id=request_id)
    back = url_for("trusts.request_page", request_id=request_id)
    return render_template("letter.html", shown=shown.to_unmet(found), back=back)


@bp.route("/requests/<uuid:request_id>/letter/<uuid:offer_id>")
@allow(Action.OUTCOME_READ)
def match_letter(request_id: UUID, offer_id: UUID) -> ResponseReturnValue:
    """Who was found, why, and who else was possible."""
    unit, actor = current_unit(), current_person()
    found = letters.of_offer(unit, actor=actor, offer_id=offer_id, to_partner=False)
    labels = registry.labels(unit, actor=actor, codes=shown.codes_of(found))
    back = url_for("trusts.request_page", request_id=request_id)
    return render_template("letter.html", shown=shown.to_requester(found, labels), back=back)
