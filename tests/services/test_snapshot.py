"""Rows to a snapshot: the same network gives the same bytes, and people's words reach the matcher."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import event

from matcher.problem.snapshot_format import read_snapshot, write_snapshot
from tests.factories.partners import active_partner
from tests.factories.rounds import open_round
from tests.factories.support_requests import submitted
from tests.services.conftest import Country
from webapp.authority.actor import Actor
from webapp.services import snapshot
from webapp.services.interests import InterestDeclared
from webapp.services.policies import settings_of
from webapp.store.capacity import commit_days
from webapp.store.partners import InterestKind, PartnerKind
from webapp.store.rounds import Round, RoundState
from webapp.store.support_requests import RequestState
from webapp.store.unit_of_work import UnitOfWork


def taken(unit: UnitOfWork, country: Country) -> snapshot.Snapshot:
    round_ = country.round
    return snapshot.take(unit.session, round_, settings_of(round_.policy), as_of=unit.now.date()).snapshot


class TestSnapshot:
    def test_words_and_numbers_arrive(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.lead, reference="R-1", rank=2)
        declared = (InterestDeclared(country.organisations["T2"].id, InterestKind.CONTRACT),)
        active_partner(unit, country.organisations["T3"], "P-1", declared=declared)
        active_partner(
            unit, country.organisations["S1"], "P-2", kind=PartnerKind.SUPPORT_ORGANISATION, days=9
        )
        found = taken(unit, country)
        request, expert, team = found.requests[0], *found.partners
        assert (request.id, request.beneficiary, request.window, request.rank) == ("R-1", "T1", (0, 5), 2)
        assert [each.weight for each in request.skills] == [0.75, 0.25]
        assert [each.organisation for each in expert.interests] == ["T2"]
        assert (expert.methods, expert.release, team.release) == (("M-PDSA",), "given", "not_needed")
        assert team.capacity == (9,) * 6
        assert read_snapshot(write_snapshot(found)) == found

    def test_promised_days_are_not_offered_again(self, unit: UnitOfWork, country: Country) -> None:
        partner = active_partner(unit, country.organisations["T3"], "P-1", days=3)
        assert commit_days(unit.session, partner.id, {"2027-02": 2}) is None
        assert taken(unit, country).partners[0].capacity == (3, 1, 3, 3, 3, 3)

    def test_drafts_and_idle_partners_stay_out(self, unit: UnitOfWork, country: Country) -> None:
        submitted(unit, country.lead, reference="R-1")
        found = taken(unit, country)
        assert ([each.id for each in found.requests], found.partners) == (["R-1"], ())

    def test_queries_do_not_grow_with_rows(self, unit: UnitOfWork, country: Country) -> None:
        for number in range(3):
            active_partner(unit, country.organisations["T3"], f"P-{number}")
            lead = (country.lead, country.other_lead)[number % 2]
            submitted(unit, lead, rank=1 + number // 2, severity=1)
        unit.session.expire_all()
        statements: list[str] = []
        engine = unit.session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        taken(unit, country)
        assert len(statements) <= 20

    def test_whoever_got_nothing_brings_a_credit_to_the_next_round(
        self, unit: UnitOfWork, country: Country
    ) -> None:
        _settled(unit, country.round, {country.lead: RequestState.UNMATCHED})
        second = open_round(unit)
        ends = {country.lead: RequestState.UNMATCHED, country.other_lead: RequestState.UNMATCHED}
        _settled(unit, second, ends)
        third = open_round(unit)
        for lead, reference in ((country.lead, "R-1"), (country.other_lead, "R-2")):
            submitted(unit, lead, reference=reference)
        found = snapshot.take(unit.session, third, settings_of(third.policy), as_of=unit.now.date()).snapshot
        assert {each.id: each.waiting_credit for each in found.requests} == {"R-1": 0.08, "R-2": 0.04}

    def test_help_in_between_ends_the_waiting(self, unit: UnitOfWork, country: Country) -> None:
        _settled(unit, country.round, {country.lead: RequestState.UNMATCHED})
        _settled(unit, open_round(unit), {country.lead: RequestState.MATCHED})
        third = open_round(unit)
        submitted(unit, country.lead, reference="R-1")
        found = snapshot.take(unit.session, third, settings_of(third.policy), as_of=unit.now.date()).snapshot
        assert found.requests[0].waiting_credit == 0


def _settled(unit: UnitOfWork, round_: Round, ends: Mapping[Actor, RequestState]) -> None:
    """A request of each lead in the open round, which then was published with these ends."""
    for lead, state in ends.items():
        submitted(unit, lead).state = state
    round_.state = RoundState.PUBLISHED
    unit.flush()
