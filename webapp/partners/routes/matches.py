"""What is put to a partner after publication: the list, and one match with its reasons."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.partners.blueprint import bp
from webapp.partners.presenters import matches as pages
from webapp.partners.routes.own import own_partner
from webapp.services import limits, offer_lists, partner_proposals, registry
from webapp.services.partners import Partner
from webapp.ui.files import may_export
from webapp.ui.offer_list import OfferLine


@bp.route("/partner/matches")
@allow(Action.OFFER_READ)
def matches() -> ResponseReturnValue:
    """All that was put to the partner, the newest first."""
    unit, row = current_unit(), own_partner()
    lines = _lines(row)
    csv_href = url_for("partners.matches_csv") if may_export(current_person()) else None
    table = pages.LISTING.show(lines, request.args, csv_href=csv_href)
    page = pages.matches_page(row, len(lines), unit.now.date())
    return render_template("partners/matches/matches.html", table=table, page=page)


@bp.route("/partner/matches/matches.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def matches_csv() -> ResponseReturnValue:
    """The same list as a file."""
    return pages.LISTING.file(_lines(own_partner()), request.args, "matches")


@bp.route("/partner/matches/<uuid:offer_id>")
@allow(Action.OFFER_READ)
def match(offer_id: UUID) -> ResponseReturnValue:
    """One match: the need, the days, the place, and why this partner."""
    unit, actor = current_unit(), current_person()
    own_partner()
    proposal = partner_proposals.proposal(unit, actor=actor, offer_id=offer_id)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(proposal))
    return render_template("partners/matches/match.html", page=pages.match_page(proposal, labels))


def _lines(row: Partner) -> list[OfferLine]:
    unit, actor = current_unit(), current_person()
    return list(map(pages.line, offer_lists.to_partner(unit, actor=actor, partner_id=row.id)))
