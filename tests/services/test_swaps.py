"""Swaps: the effect is known before one is proposed, a second person confirms, the next run keeps what was planned."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.factories.partners import MONTHS
from tests.factories.rounds import JOB
from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from tests.services.solvers import in_process
from webapp.services import capacity, decisions, match_pages, run_execution, runs, standing, swaps
from webapp.services.capacity import DaysDeclared, month_name
from webapp.services.failures import NotAllowedNow, NotFound, Rejected
from webapp.services.runs import RunOrder
from webapp.services.swaps import SwapEffect
from webapp.store.decisions import Decision, DecisionKind, in_force
from webapp.store.matches import ProposedMatch
from webapp.store.partners import PartnerState
from webapp.store.unit_of_work import Database, UnitOfWork


def effect(unit: UnitOfWork, country: Country, matched: Matched) -> SwapEffect:
    """What a swap of the first match for the free partner would do."""
    page = match_pages.match_page(unit, actor=country.reviewer, match_id=matched.matches["R-1"])
    free = next(each for each in page.alternatives if each.alternative.standing == "room_left")
    return swaps.effect(
        unit, actor=country.reviewer, match_id=matched.matches["R-1"], partner_id=free.partner.id
    )


def proposed(unit: UnitOfWork, country: Country, matched: Matched, partner_id: UUID) -> Decision:
    return decided(
        unit,
        country.reviewer,
        matched.matches["R-1"],
        DecisionKind.SWAP,
        replacement_partner_id=partner_id,
    )


class TestEffect:
    def bound(self, unit: UnitOfWork, country: Country, matched: Matched) -> SwapEffect:
        """A swap for the partner of R-2, all of whose days are bound there."""
        match, other = (unit.session.get_one(ProposedMatch, matched.matches[key]) for key in ("R-1", "R-2"))
        first = match.evidence["alternatives"][0]
        match.evidence = {
            **match.evidence,
            "alternatives": [{**first, "partner": other.partner.reference, "holdings": []}],
        }
        for month in match.run.round.months:
            set_days(unit, other.partner_id, month, other.days_by_month.get(month, 0))
        return swaps.effect(unit, actor=country.reviewer, match_id=match.id, partner_id=other.partner_id)

    def test_free_days_cost_nobody_and_each_level_is_known(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        found = effect(unit, country, matched)
        assert (found.hindrances, found.losing) == ((), ())
        assert found.days_by_month == found.match.days_by_month
        assert {each.name: each.before for each in found.levels} == {
            each.name: pytest.approx(each.after) for each in found.levels
        }

    def test_days_move_to_months_in_which_the_replacement_has_them(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        before = effect(unit, country, matched)
        month = min(before.days_by_month)
        set_days(unit, before.replacement.id, month, 0)
        found = effect(unit, country, matched)
        assert month not in found.days_by_month
        assert sum(found.days_by_month.values()) == found.match.days
        assert found.hindrances == ()

    def test_without_enough_days_it_cannot_be_made(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        replacement = effect(unit, country, matched).replacement
        for month in MONTHS:
            set_days(unit, replacement.id, month, 0)
        found = effect(unit, country, matched)
        assert found.hindrances
        with pytest.raises(Rejected):
            proposed(unit, country, matched, replacement.id)

    def test_a_partner_who_is_bound_would_take_days_from_another_request(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        found = self.bound(unit, country, matched)
        assert [(each.request.reference, each.days) for each in found.losing] == [("R-2", found.match.days)]
        value = next(each for each in found.levels if each.name == "value")
        assert value.after < value.before

    def test_days_that_the_swap_takes_from_another_request_are_no_longer_counted_there(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        found = self.bound(unit, country, matched)
        assert found.losing
        assert found.load.others == ()
        assert {each.month: (each.others, each.here, each.left) for each in found.load.months} == {
            month: (0, found.days_by_month.get(month, 0), 0) for month in MONTHS
        }

    def test_nobody_but_a_candidate(self, unit: UnitOfWork, country: Country, matched: Matched) -> None:
        match = unit.session.get_one(ProposedMatch, matched.matches["R-1"])
        with pytest.raises(NotFound):
            swaps.effect(unit, actor=country.reviewer, match_id=match.id, partner_id=match.partner_id)


class TestProposal:
    def test_it_needs_a_second_person(self, unit: UnitOfWork, country: Country, matched: Matched) -> None:
        swap = proposed(unit, country, matched, effect(unit, country, matched).replacement.id)
        assert not swap.stands
        with pytest.raises(NotAllowedNow):
            decisions.confirm_override(unit, actor=country.reviewer, decision_id=swap.id)
        assert decisions.confirm_override(unit, actor=country.admin, decision_id=swap.id).stands

    def test_a_partner_who_pauses_meanwhile_cannot_take_over(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        replacement = effect(unit, country, matched).replacement
        replacement.state = PartnerState.PAUSED
        with pytest.raises(Rejected, match="no longer takes part"):
            proposed(unit, country, matched, replacement.id)


def test_running_again_keeps_the_swap_and_what_was_approved(
    database: Database, unit: UnitOfWork, country: Country, matched: Matched
) -> None:
    found = effect(unit, country, matched)
    replacement = found.replacement.id
    set_days(unit, replacement, min(found.days_by_month), 0)
    swap = proposed(unit, country, matched, found.replacement.id)
    decisions.confirm_override(unit, actor=country.admin, decision_id=swap.id)
    decided(unit, country.reviewer, matched.matches["R-2"], DecisionKind.APPROVE)
    planned, reference = dict(swap.replacement_months or {}), found.replacement.reference
    for month in found.match.run.round.months:  # no day more than the swap needs
        set_days(unit, replacement, month, planned.get(month, 0))
    run_id = runs.start(unit, actor=JOB, order=RunOrder(matched.round_id, keep_approved=True)).id
    unit.commit()
    unit.close()
    run_execution.execute(database, run_id, solver=in_process)
    with database.unit(writing=True) as after:
        rows = after.session.query(ProposedMatch).filter_by(run_id=run_id)
        by_request = {row.request.reference: row for row in rows}
        taken_over, approved = by_request["R-1"], by_request["R-2"]
        assert (taken_over.partner.reference, taken_over.days_by_month) == (reference, planned)
        approval = decided(after, country.reviewer, taken_over.id, DecisionKind.APPROVE)
        assert approval.stands, "what two people have swapped can be approved"
        rejection = decided(after, country.reviewer, taken_over.id, DecisionKind.REJECT, seen=approval.id)
        rejection.decided_at = approval.decided_at + timedelta(seconds=1)
        after.flush()
        again = standing.standing_of(after.session, taken_over.run.round)
        pair = (taken_over.partner_id, taken_over.request_id)
        assert pair in again.forbidden, "whoever came in by a swap can be put aside later"
        assert pair not in again.kept
        page = match_pages.match_page(after, actor=country.reviewer, match_id=approved.id)
        assert page.in_force is not None
        assert page.in_force.kind is DecisionKind.APPROVE
        open_again = decided(
            after, country.reviewer, approved.id, DecisionKind.HOLD, seen=page.last.id if page.last else None
        )
        assert open_again.supersedes_id == page.in_force.id


def set_days(unit: UnitOfWork, partner_id: UUID, month: str, days: int) -> None:
    (cell,) = capacity.grid(unit, actor=JOB, partner_id=partner_id, months=[month])
    declared = {month: DaysDeclared(days, cell.version)}
    capacity.declare(unit, actor=JOB, partner_id=partner_id, days=declared)


class TestTheOtherMatchOfWhoeverTakesOver:
    """A swap may take the days of the replacement's own match: approving that one too is refused at once."""

    def swapped(self, unit: UnitOfWork, country: Country, matched: Matched) -> ProposedMatch:
        match, other = (unit.session.get_one(ProposedMatch, matched.matches[key]) for key in ("R-1", "R-2"))
        proposed(unit, country, matched, effect(unit, country, matched).replacement.id)
        row = unit.session.scalars(in_force(matched.round_id)).one()
        row.replacement_partner_id = other.partner_id
        row.replacement_months = dict(other.days_by_month)
        unit.flush()
        assert row.match_id == match.id
        return other

    def test_with_days_for_one_of_them_the_sentence_names_the_months(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        other = self.swapped(unit, country, matched)
        for month, days in other.days_by_month.items():
            set_days(unit, other.partner_id, month, days)
        months = ", ".join(map(month_name, sorted(other.days_by_month)))
        for kind in (DecisionKind.APPROVE, DecisionKind.LOCK):
            with pytest.raises(Rejected, match=f"takes over another match by a swap .* for both in {months}"):
                decided(unit, country.reviewer, other.id, kind)
        assert decided(unit, country.reviewer, other.id, DecisionKind.REJECT).kind is DecisionKind.REJECT

    def test_with_days_for_both_it_is_approved(
        self, unit: UnitOfWork, country: Country, matched: Matched
    ) -> None:
        other = self.swapped(unit, country, matched)
        for month, days in other.days_by_month.items():
            set_days(unit, other.partner_id, month, 2 * days)
        assert decided(unit, country.reviewer, other.id, DecisionKind.APPROVE).kind is DecisionKind.APPROVE
