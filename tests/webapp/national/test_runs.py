"""Runs by the pages: one that is cancelled half-way ends in a state that is said, and leaves nothing behind."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.engines import Clock
from tests.webapp.national.conftest import Desk
from webapp.services import run_execution, solving
from webapp.services.solving import Order, Solved, Watch
from webapp.store.matches import ProposedMatch
from webapp.store.rounds import Round
from webapp.store.runs import Run, RunDocument, RunState

CANCEL = 'form[action$="/cancel"]'


def started(desk: Desk) -> str:
    """A run that was started by the page; gives its address."""
    visit = desk.reviewer.submit(
        f"{desk.round}/run", {"precision": "0.02"}, form='form:has([name="precision"])'
    )
    assert visit.status == 303, visit.text
    return visit.location


def kept(desk: Desk, address: str) -> tuple[RunState, str, int, int]:
    """The state of a run and of its round, and how many matches and documents but its snapshot there are."""
    run_id = UUID(address.rsplit("/", 1)[-1])
    with desk.database.unit(writing=False) as unit:
        row = unit.session.get_one(Run, run_id)
        rows = [
            unit.session.query(each).filter_by(run_id=run_id).count() for each in (ProposedMatch, RunDocument)
        ]
        return row.state, unit.session.get_one(Round, desk.round_id).state.value, rows[0], rows[1] - 1


def test_a_run_cancelled_while_it_waits_is_over_at_once(desk: Desk) -> None:
    address = started(desk)
    assert "It waits for a worker." in desk.reviewer.get(address).text
    assert desk.reviewer.submit(address, form=CANCEL).status == 303
    shown = desk.reviewer.get(address)
    assert "Nothing of it was kept." in shown.text
    assert not shown.page.select(CANCEL)
    assert kept(desk, address) == (RunState.CANCELLED, "in_review", 0, 0)
    assert desk.reviewer.get(desk.match()).status == 200, "the run under review is still there"


def test_a_run_cancelled_half_way_says_so_until_its_worker_lets_go(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = started(desk)
    monkeypatch.setattr(run_execution, "LOOK_SECONDS", 0.0)

    def half_way(_snapshot: bytes, _order: Order, watch: Watch) -> Solved:
        assert watch(solving.Progress("value", 0.5))
        assert "50% done" in desk.reviewer.get(address).text
        assert desk.reviewer.submit(address, form=CANCEL).status == 303
        shown = desk.reviewer.get(address)
        assert "It is being stopped. Nothing of it will be kept." in shown.text
        assert not shown.page.select(CANCEL)
        assert not watch(solving.Progress("value", 0.6))
        raise solving.SolvingStoppedError

    ended = run_execution.execute(desk.database, UUID(address.rsplit("/", 1)[-1]), solver=half_way)
    assert ended is RunState.CANCELLED
    assert kept(desk, address) == (RunState.CANCELLED, "in_review", 0, 0)


def test_a_run_cancelled_after_its_worker_died_is_ended_by_the_next(desk: Desk, clock: Clock) -> None:
    address = started(desk)
    assert run_execution._claim(desk.database, UUID(address.rsplit("/", 1)[-1])) is not None
    assert desk.reviewer.submit(address, form=CANCEL).status == 303
    clock.forward(seconds=61)
    assert run_execution.reclaim(desk.database) == ()
    assert "Nothing of it was kept." in desk.reviewer.get(address).text
    assert kept(desk, address) == (RunState.CANCELLED, "in_review", 0, 0)


def test_a_run_with_a_bound_that_was_false_says_so_and_stands(desk: Desk) -> None:
    with desk.database.unit(writing=True) as unit:
        row = unit.session.query(Run).filter_by(round_id=desk.round_id).one()
        row.summary = {**(row.summary or {}), "false_bounds": ["value"]}
        address = f"/national/runs/{row.id}"
    shown = desk.reviewer.get(address).text
    assert "A bound put aside" in shown
    assert "On “The most benefit from the days” the solver took a bound for proven" in shown


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_set_short_of_days_names_its_members_so_that_anybody_can_add_it_up(desk: Desk) -> None:
    run = desk.reviewer.get(desk.run)
    assert run.page.select_one(f'a[href="{desk.run}/thin/1"]') is not None
    assert "at most 12 of the 18 days asked for could be given" in run.text
    page = desk.reviewer.get(f"{desk.run}/thin/1")
    assert page.heading == "2 requests short of 8 days"
    assert "Together they ask for 12 days." in page.text
    asked, given = (
        [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]
        for table in page.page.select("main table")
    )
    assert sum(int(row[2]) for row in asked) == 12
    assert given == [["Partner P-1", "4"]]
    file = desk.reviewer.get(f"{desk.run}/thin/1.csv").response.get_data(as_text=True)
    assert file.splitlines()[-1] == "Could give,Partner P-1,,4"
    assert desk.reviewer.get(f"{desk.run}/thin/2").status == 404
    assert desk.reviewer.get(f"{desk.run}/thin/0").status == 404
