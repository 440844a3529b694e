"""A round that has been matched: what the tests of review and publication start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from tests.factories.partners import active_partner
from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted
from tests.services.solvers import in_process
from webapp.authority.actor import Actor
from webapp.services import decisions, rounds, run_execution, runs
from webapp.services.decisions import Verdict
from webapp.services.runs import RunOrder
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Reach
from webapp.store.unit_of_work import Database, UnitOfWork

if TYPE_CHECKING:
    from tests.services.conftest import Country


@dataclass
class Matched:
    """The run, its round, and its matches by request reference."""

    run_id: UUID
    round_id: UUID
    matches: dict[str, UUID]


def match_country(database: Database, unit: UnitOfWork, country: Country) -> Matched:
    """Two requests of T1 and T2, matched to partners from T3; a third partner has room; all of it committed."""
    submitted(unit, country.lead, reference="R-1", severity=3, days=4, max_team=1)
    submitted(unit, country.other_lead, reference="R-2", days=4, max_team=1)
    for number in (1, 2, 3):
        active_partner(
            unit, country.organisations["T3"], f"P-{number}", reach=Reach.NATIONAL, max_concurrent=1
        )
    round_ = country.round
    rounds.close(unit, actor=JOB, round_id=round_.id, expected_version=round_.version)
    run_id = runs.start(unit, actor=JOB, order=RunOrder(round_.id)).id
    unit.commit()
    unit.close()
    run_execution.execute(database, run_id, solver=in_process)
    with database.unit(writing=False) as reading:
        rows = reading.session.scalars(select(ProposedMatch).where(ProposedMatch.run_id == run_id))
        found = {row.request.reference: row.id for row in rows}
    return Matched(run_id, round_.id, found)


def decided(unit: UnitOfWork, actor: Actor, match_id: UUID, kind: DecisionKind, **values: object) -> Decision:
    """A decision with a reason, seen as the first one unless told."""
    verdict = Verdict(kind, "Looked at with the region", **values)
    return decisions.decide(unit, actor=actor, match_id=match_id, verdict=verdict)
