"""The employer's word: who may say it, in which order, what it leaves as it is; and endorsements of skills."""

from datetime import timedelta

import pytest

from tests.factories.accounts import person
from tests.factories.partners import SKILLS, active_partner
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import employees, partner_skills, releases
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, StaleVersion
from webapp.services.paging import Paging
from webapp.services.partner_skills import SkillHeld
from webapp.store.partners import Partner, PartnerKind, ReleaseState, SkillEvidence

ENDORSED = SkillEvidence.EMPLOYER_ENDORSED


@pytest.fixture
def expert(unit, country):
    """An expert of T1 with an account; T1's employer has released them (the factory says so)."""
    row = active_partner(unit, country.organisations["T1"], "P-1")
    actor = person(unit.session, Role.PARTNER_EXPERT, partner_id=row.id)
    row.user_id = actor.user_id
    unit.flush()
    return row, actor


def decide(unit, actor, row, state, note="A reason", version=None):
    return releases.decide(
        unit, actor=actor, partner_id=row.id, state=state, note=note, expected_version=version or row.version
    )


def endorse(unit, actor, row, code="M-PDSA"):
    return employees.endorse(
        unit, actor=actor, partner_id=row.id, skill_code=code, expected_version=row.version
    )


def save(unit, actor, row, *skills):
    return partner_skills.save_skills(
        unit, actor=actor, partner_id=row.id, skills=skills, expected_version=row.version
    )


class TestReleases:
    def test_words_keep_their_order_within_one_instant(self, unit, country, expert):
        row, _ = expert
        for state in (ReleaseState.WITHDRAWN, ReleaseState.GIVEN, ReleaseState.WITHDRAWN):
            decide(unit, country.lead, row, state)
        unit.commit()
        unit.session.expire_all()
        found = unit.session.get_one(Partner, row.id)
        assert [each.number for each in found.releases] == [1, 2, 3, 4]
        assert releases.newest(found).state is ReleaseState.WITHDRAWN

    def test_another_employer_and_the_expert_themselves_may_not(self, unit, country, expert):
        row, actor = expert
        for other in (country.other_lead, country.member, actor, country.admin):
            with pytest.raises(AccessDenied):
                decide(unit, other, row, ReleaseState.WITHDRAWN)

    def test_a_lead_does_not_release_themselves(self, unit, country, expert):
        row, _ = expert
        row.user_id = country.lead.user_id
        with pytest.raises(NotAllowedNow, match="Somebody else"):
            decide(unit, country.lead, row, ReleaseState.WITHDRAWN)
        with pytest.raises(NotAllowedNow, match="Somebody else"):
            endorse(unit, country.lead, row)

    def test_only_steps_of_the_table(self, unit, country, expert):
        row, actor = expert
        with pytest.raises(NotAllowedNow, match="is given"):
            decide(unit, country.lead, row, ReleaseState.REFUSED)
        with pytest.raises(NotAllowedNow, match="is given"):
            releases.ask(unit, actor=actor, partner_id=row.id, expected_version=row.version)
        decide(unit, country.lead, row, ReleaseState.WITHDRAWN)
        releases.ask(unit, actor=actor, partner_id=row.id, expected_version=row.version)
        decide(unit, country.lead, row, ReleaseState.REFUSED)
        assert releases.newest(row).note == "A reason"

    def test_a_no_needs_a_reason(self, unit, country, expert):
        with pytest.raises(Rejected) as refused:
            decide(unit, country.lead, expert[0], ReleaseState.WITHDRAWN, note="  ")
        assert refused.value.problems[0].field == "note"

    def test_two_leads_at_once(self, unit, country, expert):
        row, seen = expert[0], expert[0].version
        unit.now += timedelta(minutes=1)
        decide(unit, country.lead, row, ReleaseState.WITHDRAWN)
        with pytest.raises(StaleVersion):
            decide(unit, country.lead, row, ReleaseState.WITHDRAWN, version=seen)

    def test_a_team_needs_none(self, unit, country):
        body = country.organisations["S1"]
        row = active_partner(unit, body, "P-2", kind=PartnerKind.SUPPORT_ORGANISATION)
        manager = person(unit.session, Role.PARTNER_MANAGER, organisation_id=body.id)
        with pytest.raises(NotAllowedNow):
            decide(unit, manager, row, ReleaseState.GIVEN)


class TestEndorsements:
    def test_given_once_and_taken_back(self, unit, country, expert):
        row, _ = expert
        skill = next(each for each in endorse(unit, country.lead, row).skills if each.skill_code == "M-PDSA")
        assert (skill.evidence, skill.endorsed_by) == (ENDORSED, country.lead.user_id)
        with pytest.raises(NotAllowedNow):
            endorse(unit, country.lead, row)
        employees.take_back(
            unit, actor=country.lead, partner_id=row.id, skill_code="M-PDSA", expected_version=row.version
        )
        assert (skill.evidence, skill.endorsed_by) == (SkillEvidence.SELF_DECLARED, None)

    def test_nobody_claims_one_or_carries_it_to_a_higher_level(self, unit, country, expert):
        row, actor = expert
        with pytest.raises(Rejected, match="Only your employer"):
            save(unit, actor, row, SkillHeld("M-PDSA", 2, 2025, ENDORSED))
        endorse(unit, country.lead, row)
        with pytest.raises(Rejected, match="endorsed level 2"):
            save(unit, actor, row, SkillHeld("M-PDSA", 3, 2025, ENDORSED))
        kept = save(unit, actor, row, SkillHeld("M-PDSA", 1, 2026, ENDORSED), SKILLS[0])
        assert {each.skill_code: each.evidence for each in kept.skills}["M-PDSA"] is ENDORSED

    def test_another_employers_people_are_not_there(self, unit, country, expert):
        row, actor = expert
        for other in (country.other_lead, actor, country.reviewer):
            with pytest.raises(AccessDenied) as refused:
                employees.employee(unit, actor=other, partner_id=row.id)
            assert refused.value.hidden
        with pytest.raises(NotFound):
            endorse(unit, country.lead, row, code="M-LEAN")
        found = employees.listing(unit, actor=country.lead, paging=Paging())
        assert [each.id for each in found.rows] == [row.id]
        assert employees.listing(unit, actor=country.other_lead, paging=Paging()).total == 0
