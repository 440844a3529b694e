"""The first page of an organisation about itself."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.organisation.blueprint import bp
from webapp.organisation.presenters.overview import ways
from webapp.services import registry


@bp.route("/organisation")
@allow(Action.PARTNER_RELEASE)
def overview() -> ResponseReturnValue:
    """Whose organisation it is, and what can be done for it."""
    body = registry.own_organisation(current_unit(), actor=current_person())
    return render_template("organisation/overview/overview.html", name=body.name, ways=ways())
