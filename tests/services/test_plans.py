"""Improvement plans: own organisation only, each change once in their own history, never in the audit."""

from __future__ import annotations

from datetime import date

import pytest

from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.services import plans
from webapp.services.failures import NotAllowedNow, Rejected, StaleVersion
from webapp.services.plans import ActionState, Content
from webapp.store.unit_of_work import UnitOfWork

HUDDLES = Content(
    "Daily huddles", "Know by nine who goes home", "Discharges by noon", "Ward leads", None, "C1"
)
ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


class TestActions:
    def test_a_member_adds_and_a_lead_reads_what_happened(self, unit: UnitOfWork, country: Country) -> None:
        before = list(unit.audit_entries)
        row = plans.add(unit, actor=country.member, content=HUDDLES)
        later = Content(
            "Daily huddles", HUDDLES.aim, "Discharges by ten", "Ward leads", date(2027, 3, 31), "C1"
        )
        plans.change(unit, actor=country.lead, action_id=row.id, content=later, expected_version=row.version)
        plans.move(
            unit,
            actor=country.member,
            action_id=row.id,
            state=ActionState.UNDER_WAY,
            expected_version=row.version,
        )
        events = plans.history(unit, actor=country.lead, action_id=row.id)
        assert [event.kind.value for event in events] == ["moved", "changed", "added"]
        assert events[1].before == {"measure": "Discharges by noon", "due_on": None}
        assert events[1].after == {"measure": "Discharges by ten", "due_on": "2027-03-31"}
        assert unit.audit_entries == before

    def test_what_stays_the_same_leaves_no_trace(self, unit: UnitOfWork, country: Country) -> None:
        row = plans.add(unit, actor=country.lead, content=HUDDLES)
        plans.change(
            unit, actor=country.lead, action_id=row.id, content=HUDDLES, expected_version=row.version
        )
        assert len(plans.history(unit, actor=country.lead, action_id=row.id)) == 1

    def test_an_old_version_changes_nothing(self, unit: UnitOfWork, country: Country) -> None:
        row = plans.add(unit, actor=country.lead, content=HUDDLES)
        old = row.version
        plans.change(
            unit, actor=country.lead, action_id=row.id, content=Content("Other"), expected_version=old
        )
        with pytest.raises(StaleVersion):
            plans.change(unit, actor=country.member, action_id=row.id, content=HUDDLES, expected_version=old)
        assert row.title == "Other"

    @ONE_ENGINE
    @pytest.mark.parametrize(
        ("content", "field"),
        [
            (Content(" "), "title"),
            (Content("x" * 121), "title"),
            (Content("Call 943 476 5919"), "title"),
            (Content("Ours", owner="A\u202eB"), "owner"),
            (Content("Ours", component_code="UEC"), "component_code"),
        ],
    )
    def test_words_that_cannot_be_kept(self, unit: UnitOfWork, country: Country, content, field) -> None:
        with pytest.raises(Rejected) as failure:
            plans.add(unit, actor=country.lead, content=content)
        assert [problem.field for problem in failure.value.problems] == [field]


@ONE_ENGINE
class TestStates:
    @pytest.mark.parametrize("now", list(ActionState))
    @pytest.mark.parametrize("then", list(ActionState))
    def test_only_the_table_moves_them(self, unit: UnitOfWork, country: Country, now, then) -> None:
        row = plans.add(unit, actor=country.lead, content=HUDDLES)
        row.state = now
        unit.flush()
        act = {"actor": country.lead, "action_id": row.id, "state": then, "expected_version": row.version}
        if then in plans.following_states(row):
            assert plans.move(unit, **act).state is then
        else:
            with pytest.raises(NotAllowedNow):
                plans.move(unit, **act)

    def test_overdue_is_what_is_still_to_be_done_after_its_date(
        self, unit: UnitOfWork, country: Country
    ) -> None:
        past, today = date(2026, 11, 1), date(2026, 11, 2)
        rows = [plans.add(unit, actor=country.lead, content=Content(t, due_on=past)) for t in "abc"]
        rows[1].state = ActionState.DONE
        rows.append(plans.add(unit, actor=country.lead, content=Content("d", due_on=today)))
        found = plans.progress(plans.actions(unit, actor=country.lead), today)
        assert found.by_state == {ActionState.PLANNED: 3, ActionState.DONE: 1}
        assert found.overdue == {ActionState.PLANNED: 2}


class TestWhose:
    def test_another_organisation_finds_nothing(self, unit: UnitOfWork, country: Country) -> None:
        row = plans.add(unit, actor=country.lead, content=HUDDLES)
        for call in (plans.load, plans.history, plans.note_request):
            with pytest.raises(AccessDenied) as refused:
                call(unit, actor=country.other_lead, action_id=row.id)
            assert refused.value.hidden
        assert plans.actions(unit, actor=country.other_lead) == ()

    def test_a_member_does_not_read_the_history(self, unit: UnitOfWork, country: Country) -> None:
        row = plans.add(unit, actor=country.member, content=HUDDLES)
        with pytest.raises(AccessDenied):
            plans.history(unit, actor=country.member, action_id=row.id)
