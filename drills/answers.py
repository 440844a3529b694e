"""Eight answers at once to each of 100 offers, over HTTP, on both engines: four tabs say yes, four say no.

One answer of eight counts, seven are told 409; afterwards each offer has the state of one answer, one row in the
audit, and its day is promised or free as that answer says.
"""

from __future__ import annotations

import tempfile
import time

from sqlalchemy import func, select

from drills.accepts import PROCESSES, all_at_once, postgres_database, serving
from drills.last_days import OFFERS_EACH, PARTNERS, build_offers
from tests import postgres_server
from tests.promised_days import breaches
from webapp.store import schema
from webapp.store.audit import AuditEntry, Outcome
from webapp.store.capacity import CapacityMonth
from webapp.store.offers import Offer, OfferState
from webapp.store.unit_of_work import Database, UnitOfWork

OFFERS = PARTNERS * OFFERS_EACH


def run() -> bool:
    """The drill on SQLite and on PostgreSQL; says what came of it."""
    with tempfile.TemporaryDirectory(prefix="drill-") as folder, postgres_server.running() as server:
        urls = {
            "sqlite": f"sqlite:///{folder}/drill.sqlite",
            "postgresql": postgres_database(server, "answers"),
        }
        passed = [_one(name, url) for name, url in urls.items()]
    return all(passed)


def _one(name: str, url: str) -> bool:
    schema.upgrade(url)
    database = Database(url, statement_limits=False)
    with database.unit(writing=True) as unit:
        answers = build_offers(unit)
    with serving(url, "wsgi:app") as port:
        began = time.monotonic()
        statuses = all_at_once(port, answers)
        seconds = time.monotonic() - began
    with database.unit(writing=False) as unit:
        wrong = _wrong(unit)
    database.dispose()
    failed = sum(count for status, count in statuses.items() if status >= 500)
    print(
        f"answers, {name}: {sum(statuses.values())} answers by {PROCESSES} processes to {OFFERS} offers in "
        f"{seconds:.0f} s: {statuses[303]} counted, {statuses[409]} were told 409, {failed} failures; "
        f"{'each offer has one answer' if not wrong else '; '.join(wrong)}",
        flush=True,
    )
    return not wrong and not failed and statuses[303] == OFFERS


def _wrong(unit: UnitOfWork) -> list[str]:
    """What does not add up, in words."""
    session = unit.session
    states = dict(session.execute(select(Offer.state, func.count()).group_by(Offer.state)).all())
    yes, no = states.get(OfferState.PARTNER_ACCEPTED, 0), states.get(OfferState.DECLINED, 0)
    audited = session.scalar(
        select(func.count()).where(AuditEntry.action == "offer.answer", AuditEntry.outcome == Outcome.DONE)
    )
    promised = session.scalar(select(func.sum(CapacityMonth.committed_days)))
    found = {
        f"{yes} accepted and {no} declined of {OFFERS}": yes + no != OFFERS,
        f"{audited} answers in the audit": audited != OFFERS,
        f"{promised} days promised for {yes} accepted offers": promised != yes,
        f"{len(breaches(session))} partners over capacity": bool(breaches(session)),
    }
    return [words for words, is_wrong in found.items() if is_wrong]
