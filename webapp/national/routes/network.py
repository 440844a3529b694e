"""The network of a run in pictures: who supports whom, where help goes, where it hangs on one partner."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import network as pages
from webapp.services import limits, network_pictures, registry
from webapp.services.failures import NotFound


@bp.route("/national/runs/<uuid:run_id>/network")
@allow(Action.RUN_READ)
def network(run_id: UUID) -> ResponseReturnValue:
    """Pictures of a finished run's network, each with its table."""
    found, regions, labels = _found(run_id)
    page = pages.shown(found, regions, labels, current_actor())
    return render_template("national/network/network.html", page=page)


@bp.route("/national/runs/<uuid:run_id>/network/<string(maxlength=40):part>.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def network_file(run_id: UUID, part: str) -> ResponseReturnValue:
    """One of its tables as a file."""
    found = pages.lists(*_found(run_id)).get(part)
    if found is None:
        raise NotFound("no such list")
    listing, rows = found
    return listing.file(rows, request.args, f"network-{part}")


def _found(run_id: UUID) -> tuple[network_pictures.Network, dict[str, str], dict[str, str]]:
    unit, actor = current_unit(), current_actor()
    found = network_pictures.network_of(unit, actor=actor, run_id=run_id)
    regions = {row.code: row.name for row in registry.regions(unit, actor=actor)}
    return found, regions, registry.labels(unit, actor=actor, codes=pages.codes_of(found))
