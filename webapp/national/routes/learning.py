"""What the rounds have taught: lessons in pictures, and the ledger of overruled matches."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.presenters import learning as pages
from webapp.national.presenters import overrules as ledger
from webapp.services import learning, limits, overrules, registry
from webapp.services.failures import NotFound
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.ui.files import may_export
from webapp.ui.listing import ROWS_ON_A_PAGE, Listing


@bp.route("/national/learn")
@allow(Action.RUN_READ)
def learn() -> ResponseReturnValue:
    """Answers to offers, waits, unmet need and outcomes."""
    unit, actor = current_unit(), current_actor()
    found = learning.lessons(unit, actor=actor)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(found))
    page = pages.shown(found, labels, learning.rounds(unit, actor=actor))
    return render_template("national/learning/learn.html", page=page)


@bp.route("/national/learn/<string(maxlength=40):key>/list.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def lesson_file(key: str) -> ResponseReturnValue:
    """One comparison as a file."""
    unit, actor = current_unit(), current_actor()
    found = learning.lessons(unit, actor=actor)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(found))
    part = pages.part_of(found, labels, key)
    if part is None:
        raise NotFound("no such list")
    return part.listing.file(part.rows, {}, f"learn-{key}")


@bp.route("/national/learn/overruled")
@allow(Action.RUN_READ)
def overruled() -> ResponseReturnValue:
    """The ledger: what was overruled, why, what it could cost, what came of it."""
    unit, actor = current_unit(), current_actor()
    listing = _listing()
    view = listing.read(request.args)
    paging = Paging(view.page, ROWS_ON_A_PAGE)
    found = overrules.overrules(unit, actor=actor, round_id=ledger.chosen_round(view), paging=paging)
    table = listing.page(
        view,
        [ledger.ledger_line(row) for row in found.rows],
        found.total,
        csv_href=url_for("national.overrules_csv") if may_export(actor) else None,
    )
    return render_template("national/learning/overrules.html", table=table, back=url_for("national.learn"))


@bp.route("/national/learn/overruled.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def overrules_csv() -> ResponseReturnValue:
    """The ledger as a file, all pages of it."""
    unit, actor = current_unit(), current_actor()
    listing = _listing()
    round_id = ledger.chosen_round(listing.read(request.args))
    found = overrules.overrules(unit, actor=actor, round_id=round_id, paging=WHOLE)
    return listing.file_of(
        [ledger.ledger_line(row) for row in found.rows], "overruled-matches", most=MOST_IN_FILE
    )


def _listing() -> Listing:
    return ledger.ledger_listing(learning.rounds(current_unit(), actor=current_actor()))
