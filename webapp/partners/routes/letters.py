"""The letter that a partner reads and prints about one match."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.services import letters, registry
from webapp.ui import letters as shown


@bp.route("/partner/matches/<uuid:offer_id>/letter")
@allow(Action.OFFER_READ)
def match_letter(offer_id: UUID) -> ResponseReturnValue:
    """What is asked, why of them, and what a no would mean."""
    unit, actor = current_unit(), current_person()
    found = letters.of_offer(unit, actor=actor, offer_id=offer_id, to_partner=True)
    labels = registry.labels(unit, actor=actor, codes=shown.codes_of(found))
    back = url_for("partners.match", offer_id=offer_id)
    return render_template("letter.html", shown=shown.to_partner(found, labels), back=back)
