"""Communities of similar need in a round: where one partner could serve many."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action, require
from webapp.national.blueprint import bp
from webapp.national.presenters import communities as pages
from webapp.services import communities, limits, registry, rounds


@bp.route("/national/rounds/<uuid:round_id>/communities")
@allow(Action.COMMUNITIES_READ)
def communities_of(round_id: UUID) -> ResponseReturnValue:
    """The communities of a round, the largest first."""
    round_ = rounds.load(current_unit(), actor=current_person(), round_id=round_id)
    file = url_for("national.communities_file", round_id=round_id)
    table = pages.LISTING.show(_lines(round_id), request.args, csv_href=file)
    page = pages.communities_page(round_)
    return render_template("national/communities/communities.html", page=page, table=table)


@bp.route("/national/rounds/<uuid:round_id>/communities/file")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def communities_file(round_id: UUID) -> ResponseReturnValue:
    """The same list as a file."""
    require(current_person(), Action.COMMUNITIES_READ, hidden=False)
    return pages.LISTING.file(_lines(round_id), request.args, "communities")


def _lines(round_id: UUID) -> list[pages.Line]:
    unit, actor = current_unit(), current_person()
    found = communities.of_round(unit, actor=actor, round_id=round_id)
    codes = {code for community in found for code in community.skills}
    labels = registry.labels(unit, actor=actor, codes=codes)
    return [pages.line(community, labels) for community in found]
