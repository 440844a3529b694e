"""The offers of a round and the engagements that came of them: the list, and its file."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import round_offers as pages
from webapp.services import limits, round_offers, rounds
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/national/rounds/<uuid:round_id>/offers")
@allow(Action.RUN_READ)
def round_offers_page(round_id: UUID) -> ResponseReturnValue:
    """What was offered in the round, the newest first."""
    unit, actor = current_unit(), current_actor()
    page = pages.offers_page(rounds.load(unit, actor=actor, round_id=round_id))
    view = pages.OFFERS.read(request.args)
    found = round_offers.listing(
        unit,
        actor=actor,
        round_id=round_id,
        state=pages.wanted_state(view),
        paging=Paging(view.page, ROWS_ON_A_PAGE),
    )
    table = pages.OFFERS.page(view, list(map(pages.offer_line, found.rows)), found.total, csv_href=page.csv)
    return render_template("national/rounds/offers.html", page=page, table=table)


@bp.route("/national/rounds/<uuid:round_id>/offers.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def round_offers_csv(round_id: UUID) -> ResponseReturnValue:
    """The same list as a file."""
    state = pages.wanted_state(pages.OFFERS.read(request.args))
    found = round_offers.listing(
        current_unit(), actor=current_actor(), round_id=round_id, state=state, paging=WHOLE
    )
    return pages.OFFERS.file_of(
        list(map(pages.offer_line, found.rows)), "offers-of-a-round", most=MOST_IN_FILE
    )
