"""Locks that cannot hold together: the run ends, names them on its page, and the round goes back to be mended."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.factories.rounds import JOB
from tests.journeys.conftest import Matched
from tests.services.matched import decided
from tests.services.solvers import in_process
from webapp.services import capacity, run_execution, runs
from webapp.services.capacity import DaysDeclared
from webapp.services.runs import RunOrder
from webapp.store.decisions import DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.runs import RunState
from webapp.store.unit_of_work import Database, UnitOfWork

pytestmark = [pytest.mark.journey, pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)]


def test_the_run_page_names_what_clashes(matched: Matched, database: Database) -> None:
    with database.unit(writing=True, request_id="locking") as unit:
        match = unit.session.scalars(
            select(ProposedMatch).where(ProposedMatch.request_id == matched.request_id)
        ).one()
        decided(unit, matched.reviewer.actor, match.id, DecisionKind.LOCK)
        partner, request, month = match.partner, match.request.reference, min(match.days_by_month)
        take_days_away(unit, match, month)
        reference, name = partner.reference, partner.name
        run_id = runs.start(unit, actor=JOB, order=RunOrder(matched.round_id)).id
    state = run_execution.execute(database, run_id, solver=in_process)
    assert state is RunState.FINISHED
    visit = matched.reviewer.get(f"/national/runs/{run_id}")
    assert visit.status == 200
    assert "Locks that cannot hold together" in visit.text
    assert f"{name} ({reference})" in visit.text
    assert request in visit.text
    assert "An independent check found every rule kept" not in visit.text
    assert "Review the matches" not in visit.text
    assert visit.queries <= 12


def take_days_away(unit: UnitOfWork, match: ProposedMatch, month: str) -> None:
    """The partner no longer offers the days of the locked match in this month."""
    (cell,) = capacity.grid(unit, actor=JOB, partner_id=match.partner_id, months=[month])
    days = {month: DaysDeclared(0, cell.version)}
    capacity.declare(unit, actor=JOB, partner_id=match.partner_id, days=days)
