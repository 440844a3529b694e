"""A region or priority below its floor says which rule binds, in days of its requests."""

from __future__ import annotations

import json

from sqlalchemy import select

from tests.services.conftest import Country
from tests.services.matched import Matched
from webapp.national.presenters.run_evidence import shown
from webapp.services import run_documents
from webapp.services.run_summaries import evidence_of
from webapp.store.matches import UnmetRequest
from webapp.store.organisations import Organisation
from webapp.store.runs import DocumentKind, RunDocument
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


def group(grouping: str, code: str, short: int) -> dict[str, object]:
    counts = {"requests": 2, "helped": 1, "days_wanted": 20, "days_met": 4, "share": 0.2}
    return {"grouping": grouping, "code": code, **counts, "floor": 0.5, "days_short_of_floor": short}


def test_a_floor_that_is_not_met_has_its_reason(unit: UnitOfWork, country: Country, matched: Matched) -> None:
    request = unit.session.scalars(select(SupportRequest).order_by(SupportRequest.reference)).first()
    assert request is not None
    region = unit.session.get_one(Organisation, request.requester_id).region_code
    other = "Y0"
    short = {"run_id": matched.run_id, "request_id": request.id, "days_short": 7, "evidence": {}}
    unit.session.add(UnmetRequest(**short, reason="no_capacity_left"))
    thin = {"kind": "region", "region": other, "days_available": 6, "days_wanted": 20}
    evidence = {
        "fairness": {
            "days_wanted": 40,
            "days_met": 8,
            "share": 0.2,
            "groups": [group("region", region, 6), group("region", other, 6), group("priority", "MET", 0)],
        },
        "bottlenecks": {"groups": [thin], "starved": []},
        "reasons_out": [],
    }
    kept = select(RunDocument).where(
        RunDocument.run_id == matched.run_id, RunDocument.kind == DocumentKind.EVIDENCE
    )
    for document in unit.session.scalars(kept):
        unit.session.delete(document)
    unit.flush()
    content = json.dumps(evidence).encode()
    run_documents.add(unit.session, matched.run_id, DocumentKind.EVIDENCE, content)
    unit.flush()
    found = evidence_of(unit, actor=country.reviewer, run_id=matched.run_id)
    first, second = found.floors_short
    assert (first.code, first.floor_days, first.days_short) == (region, 10, 6)
    assert first.reasons == (("no_capacity_left", 7),)
    assert second.available == 6
    said = shown(found, {region: "North", other: "South"}, {}).floors
    assert said[0].startswith("North gets 4 days, 6 days below its floor of 50% (10 days).")
    assert "7 days: " in said[0]
    assert said[1].endswith("All its candidates together have only 6 days in these months.")
