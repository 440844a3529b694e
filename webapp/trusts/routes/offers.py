"""Offers to the organisation: the list, and one offer with its reasons."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import limits, offer_lists, registry, requester_offers
from webapp.trusts.blueprint import bp
from webapp.trusts.presenters import offers as pages
from webapp.trusts.presenters.result import match_shown
from webapp.ui import reasons
from webapp.ui.files import may_export
from webapp.ui.offer_list import OfferLine


@bp.route("/offers")
@allow(Action.OFFER_READ)
def offers() -> ResponseReturnValue:
    """All offers to the organisation, the newest first."""
    csv_href = url_for("trusts.offers_file") if may_export(current_person()) else None
    table = pages.LISTING.show(_lines(), request.args, csv_href=csv_href)
    return render_template("trusts/offers/list.html", table=table)


@bp.route("/offers/offers.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def offers_file() -> ResponseReturnValue:
    """The same list as a file."""
    return pages.LISTING.file(_lines(), request.args, "offers")


@bp.route("/offers/<uuid:offer_id>")
@allow(Action.OFFER_READ)
def offer(offer_id: UUID) -> ResponseReturnValue:
    """One offer: the partner, the days, the reasons, and what each answer does."""
    unit, actor = current_unit(), current_person()
    found = requester_offers.offer(unit, actor=actor, offer_id=offer_id)
    labels = registry.labels(unit, actor=actor, codes=reasons.skill_codes(found.match.reasons))
    page = pages.offer_page(found, match_shown(found.match, labels))
    return render_template("trusts/offers/offer.html", page=page)


def _lines() -> list[OfferLine]:
    return list(map(pages.line, offer_lists.to_requester(current_unit(), actor=current_person())))
