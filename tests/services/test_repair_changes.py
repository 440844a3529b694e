"""A repair says what it changed and why: kept with its run, read with names."""

from __future__ import annotations

from tests.services.conftest import Country
from tests.services.published import decline, offer_for
from tests.services.test_repairs import Published, pairs_of, repaired
from tests.services.test_repairs import published as published
from webapp.services import repair_history, support_requests
from webapp.store.runs import Run
from webapp.store.unit_of_work import Database, UnitOfWork


def test_it_says_what_it_changed_and_why(
    database: Database, unit: UnitOfWork, country: Country, published: Published
) -> None:
    lost = pairs_of(unit, published.run_id)["R-1"]
    decline(unit, "R-1")
    run = repaired(database, unit, published)
    found = repair_history.changes_of(unit, actor=country.reviewer, run=run)
    assert found is not None
    gone, new = sorted(found.shown, key=lambda each: each.after)
    assert (gone.partner, gone.request, gone.after, gone.why) == (lost, "R-1", 0, "offer_declined")
    assert (new.request, new.before, new.why) == ("R-1", 0, "fills_gap")
    assert found.number == 2
    assert {lost, new.partner, "R-1"} <= found.names.keys()
    first = unit.session.get_one(Run, published.run_id)
    assert repair_history.changes_of(unit, actor=country.reviewer, run=first) is None


def test_a_withdrawn_request_is_among_what_changed(
    database: Database, unit: UnitOfWork, country: Country, published: Published
) -> None:
    offer = offer_for(unit, "R-1")
    partner, row = offer.partner.reference, offer.request
    support_requests.withdraw(
        unit, actor=country.lead, request_id=row.id, reason="", expected_version=row.version
    )
    run = repaired(database, unit, published)
    found = repair_history.changes_of(unit, actor=country.reviewer, run=run)
    assert found is not None
    assert ("R-1", partner, "request_withdrawn") in {(e.request, e.partner, e.why) for e in found.shown}
