"""Approving at once what carries no flag: nothing else, never without a reason, never one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.services.conftest import Country
from tests.services.matched import Matched, decided
from webapp.authority.matrix import AccessDenied
from webapp.services import bulk_decisions, review
from webapp.services.bulk_decisions import BulkOutcome
from webapp.services.failures import NotFound, Rejected
from webapp.services.review_flags import Alongside
from webapp.store.decisions import Decision, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.unit_of_work import UnitOfWork


@pytest.fixture
def flagged(unit: UnitOfWork, matched: Matched) -> Matched:
    """R-1 carries a flag, R-2 none."""
    for reference, flags in (("R-1", ["low_fit"]), ("R-2", [])):
        row = unit.session.get_one(ProposedMatch, matched.matches[reference])
        row.flags, row.flag_count, row.is_close = flags, len(flags), False
    unit.flush()
    return matched


def approve(unit: UnitOfWork, country: Country, matched: Matched, **values: object) -> BulkOutcome:
    given = {"actor": country.reviewer, "run_id": matched.run_id, "reason": "Nothing to look at", **values}
    return bulk_decisions.approve_unflagged(unit, **given)


def test_only_what_has_no_flag_is_approved_each_with_the_reason(
    unit: UnitOfWork, country: Country, flagged: Matched
) -> None:
    assert approve(unit, country, flagged) == BulkOutcome(approved=1, passed_over=1)
    standing = review.standing_decisions(unit, flagged.run_id)
    assert {key: (row.kind, row.reason) for key, row in standing.items()} == {
        flagged.matches["R-2"]: (DecisionKind.APPROVE, "Nothing to look at")
    }
    assert approve(unit, country, flagged) == BulkOutcome(approved=0, passed_over=1)


def test_a_close_call_comes_along_only_when_it_is_asked_for(
    unit: UnitOfWork, country: Country, flagged: Matched
) -> None:
    unit.session.get_one(ProposedMatch, flagged.matches["R-2"]).is_close = True
    assert approve(unit, country, flagged) == BulkOutcome(approved=0, passed_over=2)
    also = frozenset({Alongside.CLOSE})
    assert approve(unit, country, flagged, also=also) == BulkOutcome(approved=1, passed_over=1)


def test_a_reason_is_required_and_nothing_is_approved_without(
    unit: UnitOfWork, country: Country, flagged: Matched
) -> None:
    with pytest.raises(Rejected) as failure:
        approve(unit, country, flagged, reason="\t ")
    assert failure.value.problems[0].field == "reason"
    assert review.standing_decisions(unit, flagged.run_id) == {}


def test_decisions_that_stand_and_ones_own_organisation_are_passed_over(
    unit: UnitOfWork, country: Country, flagged: Matched
) -> None:
    own = replace(country.reviewer, organisation_id=country.organisations["T2"].id)
    assert approve(unit, country, flagged, actor=own) == BulkOutcome(approved=0, passed_over=2)
    decided(unit, country.second_reviewer, flagged.matches["R-2"], DecisionKind.HOLD)
    assert approve(unit, country, flagged) == BulkOutcome(approved=0, passed_over=1)


def test_whoever_takes_over_by_a_swap_is_passed_over(
    unit: UnitOfWork, country: Country, flagged: Matched
) -> None:
    """Approving their other match too could promise the days that the swap takes."""
    swapped, other = (unit.session.get_one(ProposedMatch, flagged.matches[key]) for key in ("R-1", "R-2"))
    unit.session.add(
        Decision(
            round_id=flagged.round_id,
            run_id=flagged.run_id,
            match_id=swapped.id,
            partner_id=swapped.partner_id,
            request_id=swapped.request_id,
            kind=DecisionKind.SWAP,
            reason="They know the site",
            replacement_partner_id=other.partner_id,
            is_override=True,
            decided_by=country.second_reviewer.user_id,
            decided_at=unit.now,
        )
    )
    unit.flush()
    assert approve(unit, country, flagged) == BulkOutcome(approved=0, passed_over=1)


def test_who_may_not_decide_may_not_decide_at_once(
    unit: UnitOfWork, country: Country, flagged: Matched
) -> None:
    with pytest.raises(AccessDenied):
        approve(unit, country, flagged, actor=country.lead)
    with pytest.raises(NotFound):
        approve(unit, country, flagged, run_id=flagged.round_id)
