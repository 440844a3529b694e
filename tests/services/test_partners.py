"""A partner's own profile: who may change it, and what each part must hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.factories.accounts import person
from tests.factories.partners import MONTHS, active_partner
from tests.services.conftest import Country
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import capacity, interests, partner_enrolment, partner_lists, partner_skills, partners
from webapp.services.capacity import DaysDeclared
from webapp.services.failures import NotAllowedNow, Rejected, StaleVersion
from webapp.services.interests import InterestDeclared
from webapp.services.paging import Paging
from webapp.services.partner_lists import PartnerFilter, PartnerOrder
from webapp.services.partner_skills import SkillHeld
from webapp.services.partners import Profile
from webapp.store.accounts import Membership
from webapp.store.partners import InterestKind, Partner, PartnerState
from webapp.store.unit_of_work import UnitOfWork


def expert(unit: UnitOfWork, country: Country) -> tuple[object, Partner]:
    actor = person(unit.session, Role.PARTNER_EXPERT)
    home = country.organisations["T3"]
    row = partner_enrolment.register_expert(
        unit, actor=actor, home_id=home.id, profile=Profile("Ann Invented")
    )
    return replace(actor, partner_id=row.id), row


class TestRegistering:
    def test_an_expert_gets_a_profile_that_the_role_carries(self, unit: UnitOfWork, country: Country) -> None:
        actor, row = expert(unit, country)
        held = unit.session.query(Membership).filter_by(user_id=actor.user_id).one()
        unit.session.refresh(held)
        assert (held.partner_id, row.region_code, row.icb_code) == (row.id, "Y2", "B2")
        assert partners.own_profile(unit, actor=actor) is row
        with pytest.raises(NotAllowedNow):
            partner_enrolment.register_expert(
                unit, actor=actor, home_id=country.organisations["T1"].id, profile=Profile("Twice")
            )

    def test_a_manager_keeps_the_team_of_the_organisation(self, unit: UnitOfWork, country: Country) -> None:
        body = country.organisations["S1"].id
        manager = person(unit.session, Role.PARTNER_MANAGER, organisation_id=body)
        row = partner_enrolment.register_team(unit, actor=manager, profile=Profile("A team"))
        colleague = person(unit.session, Role.PARTNER_MANAGER, organisation_id=body)
        partners.save_profile(
            unit,
            actor=colleague,
            partner_id=row.id,
            profile=Profile("Our team", max_concurrent=3),
            expected_version=row.version,
        )
        assert (row.name, row.max_concurrent) == ("Our team", 3)

    def test_taking_part_needs_skills_and_a_declaration(self, unit: UnitOfWork, country: Country) -> None:
        actor, row = expert(unit, country)
        with pytest.raises(Rejected):
            partners.move(
                unit,
                actor=actor,
                partner_id=row.id,
                to=PartnerState.ACTIVE,
                expected_version=row.version,
            )


class TestEditing:
    def test_nobody_else_finds_the_profile(self, unit: UnitOfWork, country: Country) -> None:
        _, row = expert(unit, country)
        stranger = replace(person(unit.session, Role.PARTNER_EXPERT), partner_id=country.round.id)
        employer = replace(country.lead, organisation_id=row.organisation_id)
        for actor in (stranger, employer, country.reviewer):
            with pytest.raises(AccessDenied):
                partner_skills.save_skills(
                    unit, actor=actor, partner_id=row.id, skills=(), expected_version=row.version
                )

    @pytest.mark.parametrize(
        ("skill", "field"),
        [
            (SkillHeld("UEC", 2), "skills"),
            (SkillHeld("none", 2), "skills"),
            (SkillHeld("UEC-FLO-DIS", 5), "skills"),
            (SkillHeld("UEC-FLO-DIS", 0), "skills"),
            (SkillHeld("UEC-FLO-DIS", 2, 2027), "last_used_year"),
            (SkillHeld("UEC-FLO-DIS", 2, evidence_note="943 476 5919"), "evidence_note"),
        ],
    )
    def test_bad_skills_are_refused(
        self, unit: UnitOfWork, country: Country, skill: SkillHeld, field: str
    ) -> None:
        actor, row = expert(unit, country)
        with pytest.raises(Rejected) as failure:
            partner_skills.save_skills(
                unit, actor=actor, partner_id=row.id, skills=(skill,), expected_version=row.version
            )
        assert failure.value.problems[0].field == field

    def test_skills_are_replaced(self, unit: UnitOfWork, country: Country) -> None:
        actor, row = expert(unit, country)
        for codes in (("UEC-FLO-DIS", "M-PDSA"), ("UEC-FLO-BED", "M-PDSA")):
            skills = tuple(SkillHeld(code, 2) for code in codes)
            partner_skills.save_skills(
                unit, actor=actor, partner_id=row.id, skills=skills, expected_version=row.version
            )
        assert sorted(each.skill_code for each in row.skills) == ["M-PDSA", "UEC-FLO-BED"]

    def test_interests_are_declared_and_confirmed_again(self, unit: UnitOfWork, country: Country) -> None:
        actor, row = expert(unit, country)
        t1 = country.organisations["T1"].id
        declared = (
            InterestDeclared(t1, InterestKind.CONTRACT),
            InterestDeclared(t1, InterestKind.FORMER_EMPLOYMENT, left_on=date(2026, 1, 31)),
        )
        interests.declare_interests(
            unit, actor=actor, partner_id=row.id, interests=declared, expected_version=row.version
        )
        unit.now = unit.now.replace(year=2027)
        interests.confirm_interests(unit, actor=actor, partner_id=row.id, expected_version=row.version)
        assert row.interests_confirmed_on == date(2027, 11, 2)
        assert {each.declared_on for each in row.interests} == {date(2026, 11, 2)}
        with pytest.raises(Rejected):
            interests.declare_interests(
                unit,
                actor=actor,
                partner_id=row.id,
                interests=(InterestDeclared(t1, InterestKind.FORMER_EMPLOYMENT),),
                expected_version=row.version,
            )


class TestDays:
    @pytest.mark.parametrize("days", [-1, 1001, 10**9])
    def test_absurd_days_are_refused(self, unit: UnitOfWork, country: Country, days: int) -> None:
        actor, row = expert(unit, country)
        with pytest.raises(Rejected) as failure:
            capacity.declare(unit, actor=actor, partner_id=row.id, days={MONTHS[0]: DaysDeclared(days)})
        assert failure.value.problems[0].field == MONTHS[0]

    @pytest.mark.parametrize("month", ["2026-10", "2028-11", "2027-13", "next"])
    def test_only_coming_months(self, unit: UnitOfWork, country: Country, month: str) -> None:
        actor, row = expert(unit, country)
        with pytest.raises(Rejected):
            capacity.declare(unit, actor=actor, partner_id=row.id, days={month: DaysDeclared(1)})

    def test_a_cell_changed_meanwhile_is_refused(self, unit: UnitOfWork, country: Country) -> None:
        actor, row = expert(unit, country)
        month = MONTHS[0]
        first = capacity.declare(unit, actor=actor, partner_id=row.id, days={month: DaysDeclared(2)})[0]
        capacity.declare(unit, actor=actor, partner_id=row.id, days={month: DaysDeclared(3, first.version)})
        with pytest.raises(StaleVersion):
            capacity.declare(
                unit, actor=actor, partner_id=row.id, days={month: DaysDeclared(4, first.version)}
            )
        assert capacity.grid(unit, actor=actor, partner_id=row.id, months=[month])[0].days == 3


class TestLists:
    @pytest.mark.parametrize("order", list(PartnerOrder))
    def test_filters_and_orders(self, unit: UnitOfWork, country: Country, order: PartnerOrder) -> None:
        for number in (1, 2):
            active_partner(unit, country.organisations["T3"], f"P-{number}")
        wanted = PartnerFilter(
            text="partner p", region_code="Y2", skill_code="M-PDSA", state=PartnerState.ACTIVE, order=order
        )
        page = partner_lists.listing(unit, actor=country.reviewer, wanted=wanted, paging=Paging())
        assert page.total == 2
        stale = replace(wanted, stale_interests=True)
        assert partner_lists.listing(unit, actor=country.reviewer, wanted=stale, paging=Paging()).total == 0
        with pytest.raises(AccessDenied):
            partner_lists.listing(unit, actor=country.lead, wanted=wanted, paging=Paging())

    def test_the_order_turns_round_when_it_is_asked_to(self, unit: UnitOfWork, country: Country) -> None:
        for number in (1, 2):
            active_partner(unit, country.organisations["T3"], f"P-{number}")
        wanted = PartnerFilter(order=PartnerOrder.REFERENCE, descending=True)
        page = partner_lists.listing(unit, actor=country.reviewer, wanted=wanted, paging=Paging())
        assert [row.reference for row in page.rows] == ["P-2", "P-1"]
