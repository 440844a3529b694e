"""Invitations, registrations and new passwords: links that work once, for a while, under the right they began with."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.accounts import person
from webapp.authority.actor import Actor
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import accounts, invitations, members, password_resets, registration, sign_ins
from webapp.services.failures import NotAllowedNow, NotFound, Rejected
from webapp.services.invitations import Invited
from webapp.services.paging import Paging
from webapp.store.accounts import Membership, User
from webapp.store.outbox import OutboxMessage


class Sealed:
    """Keeps what was sealed, in the clear, so that a test can open the link."""

    def __init__(self):
        self.tokens = []

    def __call__(self, token):
        self.tokens.append(token)
        return "sealed"

    @property
    def token(self):
        return self.tokens[-1]


@pytest.fixture
def seal():
    return Sealed()


def invite(unit, actor, seal, role=Role.TRUST_MEMBER, email="new@example.org", **values):
    invited = Invited(email, "New Person", role, **values)
    return invitations.invite(unit, actor=actor, invited=invited, seal=seal)


def accept(unit, token, password_hash="hash"):
    return invitations.accept(unit, token=token, name="New Person", password_hash=password_hash)


def kinds(unit):
    return list(unit.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.created_at)))


class TestInvitations:
    def test_accepted_once_and_only_its_hash_is_kept(self, unit, country, seal):
        row = invite(unit, country.lead, seal)
        assert (
            seal.token not in f"{row.token_hash} {unit.session.scalars(select(OutboxMessage)).one().content}"
        )
        user = accept(unit, seal.token)
        assert [(each.role, each.organisation_id) for each in user.memberships] == [
            (Role.TRUST_MEMBER, country.lead.organisation_id)
        ]
        assert invitations.read(unit, token=seal.token) is None
        with pytest.raises(NotFound):
            accept(unit, seal.token)

    def test_over_after_a_week_withdrawn_or_replaced(self, unit, country, seal):
        row = invite(unit, country.lead, seal)
        first = seal.token
        invite(unit, country.lead, seal)
        assert invitations.read(unit, token=first) is None
        newest = invitations.waiting(unit, actor=country.lead)
        assert [each.id for each in newest] != [row.id]
        with pytest.raises(NotFound):
            invitations.withdraw(unit, actor=country.other_lead, invitation_id=newest[0].id)
        invitations.withdraw(unit, actor=country.lead, invitation_id=newest[0].id)
        assert invitations.read(unit, token=seal.token) is None
        invite(unit, country.lead, seal)
        unit.now += timedelta(days=7)
        assert invitations.read(unit, token=seal.token) is None

    def test_it_ends_with_the_right_of_whoever_made_it(self, unit, country, seal):
        invite(unit, country.lead, seal)
        held = unit.session.scalars(
            select(Membership).where(Membership.user_id == country.lead.user_id)
        ).one()
        held.role = Role.TRUST_MEMBER
        unit.flush()
        assert invitations.read(unit, token=seal.token) is None
        with pytest.raises(NotFound):
            accept(unit, seal.token)

    def test_an_account_that_is_there_gets_the_role_and_keeps_its_password(self, unit, country, seal):
        user = unit.session.get_one(User, country.other_lead.user_id)
        user.password = "kept"
        invite(unit, country.lead, seal, email=user.email)
        assert invitations.read(unit, token=seal.token).has_account
        assert accept(unit, seal.token).id == user.id
        assert user.password == "kept"
        assert len(user.memberships) == 2
        with pytest.raises(Rejected, match="hold this role"):
            invite(unit, country.lead, seal, email=user.email)

    @pytest.mark.parametrize(
        "role",
        [Role.PARTNER_MANAGER, Role.NATIONAL_REVIEWER, Role.NATIONAL_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR],
    )
    def test_a_lead_gives_nothing_above_their_own(self, unit, country, seal, role):
        with pytest.raises(AccessDenied):
            invite(unit, country.lead, seal, role=role)

    def test_members_and_reviewers_invite_nobody(self, unit, country, seal):
        for actor in (country.member, country.reviewer, person(unit.session, Role.SYSTEM_ADMIN)):
            with pytest.raises(AccessDenied):
                invite(unit, actor, seal)
        with pytest.raises(AccessDenied):
            invite(unit, country.admin, seal, role=Role.SYSTEM_ADMIN)
        with pytest.raises(Rejected, match="region"):
            invite(unit, country.admin, seal, role=Role.REGIONAL_READER)
        invite(unit, country.admin, seal, role=Role.REGIONAL_READER, region_code="Y1")
        assert accept(unit, seal.token).memberships[0].region_code == "Y1"

    def test_two_who_press_at_once_make_one_account(self, database, unit, country, seal):
        invite(unit, country.lead, seal)
        unit.commit()
        unit.close()
        outcomes, barrier = [], threading.Barrier(2)

        def press():
            barrier.wait()
            try:
                with database.unit(writing=True) as own:
                    accept(own, seal.token)
                outcomes.append("made")
            except NotFound:
                outcomes.append("too late")

        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["made", "too late"]
        with database.unit(writing=False) as reading:
            assert (
                len(list(reading.session.scalars(select(User).where(User.email == "new@example.org")))) == 1
            )


class TestMembers:
    def test_a_changed_role_ends_sign_ins_and_an_older_form_is_refused(self, unit, country):
        held = self._held(unit, country.member)
        token = sign_ins.start(unit, user_id=country.member.user_id)
        seen = held.user.version
        members.change_role(
            unit, actor=country.lead, membership_id=held.id, role=Role.TRUST_LEAD, expected_version=seen
        )
        assert sign_ins.find(unit, token) is None
        with pytest.raises(NotAllowedNow):
            members.change_role(
                unit, actor=country.lead, membership_id=self._held(unit, country.lead).id,
                role=Role.TRUST_MEMBER, expected_version=1,
            )  # fmt: skip

    def test_the_last_lead_stays_a_lead(self, unit, country):
        held = self._held(unit, country.lead)
        with pytest.raises(NotAllowedNow, match="last lead"):
            members.remove(
                unit, actor=country.lead, membership_id=held.id, expected_version=held.user.version
            )

    def test_two_leads_who_demote_each_other(self, database, unit, country):
        """C09 for a change of role: one lead stays, whoever is quicker."""
        second = person(unit.session, Role.TRUST_LEAD, organisation_id=country.lead.organisation_id)
        pair = [(country.lead, self._held(unit, second).id), (second, self._held(unit, country.lead).id)]
        unit.commit()
        unit.close()
        outcomes, barrier = [], threading.Barrier(2)

        def demote(actor: Actor, membership_id):
            barrier.wait()
            try:
                with database.unit(writing=True) as own:
                    held = members.member(own, actor=actor, membership_id=membership_id)
                    members.change_role(
                        own, actor=actor, membership_id=membership_id, role=Role.TRUST_MEMBER,
                        expected_version=held.user.version,
                    )  # fmt: skip
                outcomes.append("changed")
            except NotAllowedNow:
                outcomes.append("kept")

        threads = [threading.Thread(target=demote, args=each) for each in pair]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["changed", "kept"]

    def test_another_organisations_member_is_not_there(self, unit, country):
        with pytest.raises(NotFound):
            members.member(unit, actor=country.other_lead, membership_id=self._held(unit, country.member).id)
        found = members.listing(unit, actor=country.admin, paging=Paging())
        assert {each.role for each in found.rows} == {Role.NATIONAL_ADMIN, Role.NATIONAL_REVIEWER}

    def _held(self, unit, actor):
        return unit.session.scalars(select(Membership).where(Membership.user_id == actor.user_id)).one()


class TestNewPassword:
    def test_known_and_unknown_get_a_message_each_and_the_link_works_once(self, unit, country, seal):
        user = unit.session.get_one(User, country.lead.user_id)
        password_resets.ask(unit, email=user.email.upper(), seal=seal)
        password_resets.ask(unit, email="stranger@example.org", seal=seal)
        assert sorted(kinds(unit)) == ["account.reset", "account.unknown"]
        assert password_resets.read(unit, token=seal.tokens[1]) is None
        token = sign_ins.start(unit, user_id=user.id)
        password_resets.choose(unit, token=seal.tokens[0], password_hash="new")
        assert user.password == "new"
        assert sign_ins.find(unit, token) is None
        with pytest.raises(NotFound):
            password_resets.choose(unit, token=seal.tokens[0], password_hash="newer")

    def test_over_after_an_hour_and_only_the_newest_counts(self, unit, country, seal):
        user = unit.session.get_one(User, country.lead.user_id)
        for _ in range(2):
            password_resets.ask(unit, email=user.email, seal=seal)
        assert password_resets.read(unit, token=seal.tokens[0]) is None
        assert password_resets.read(unit, token=seal.token) is not None
        unit.now += timedelta(hours=1)
        assert password_resets.read(unit, token=seal.token) is None

    def test_nobody_who_is_switched_off(self, unit, country, seal):
        user = unit.session.get_one(User, country.lead.user_id)
        password_resets.ask(unit, email=user.email, seal=seal)
        user.active = False
        assert password_resets.read(unit, token=seal.token) is None


class TestRegistration:
    def test_a_confirmed_address_makes_an_account_once(self, unit, country, seal):
        registration.ask(unit, email="e@example.org", name="E", role=Role.PARTNER_EXPERT, seal=seal)
        assert unit.session.scalars(select(User).where(User.email == "e@example.org")).first() is None
        user = registration.confirm(unit, token=seal.token, password_hash="hash")
        assert [each.role for each in user.memberships] == [Role.PARTNER_EXPERT]
        assert registration.read(unit, token=seal.token) is None

    def test_a_known_address_gets_no_link(self, unit, country, seal):
        user = unit.session.get_one(User, country.lead.user_id)
        registration.ask(unit, email=user.email, name="E", role=Role.PARTNER_EXPERT, seal=seal)
        assert kinds(unit) == ["account.exists"]
        assert unit.session.scalars(select(OutboxMessage)).one().sealed is None
        assert registration.read(unit, token=seal.token) is None
        with pytest.raises(Rejected):
            registration.confirm(unit, token=seal.token, password_hash="hash")

    @pytest.mark.parametrize("role", [Role.TRUST_LEAD, Role.NATIONAL_ADMIN, Role.SYSTEM_ADMIN])
    def test_nobody_registers_as_anything_else(self, unit, country, seal, role):
        with pytest.raises(Rejected):
            registration.ask(unit, email="e@example.org", name="E", role=role, seal=seal)

    def test_a_manager_founds_their_organisation_and_joins_no_other(self, unit, country, seal):
        manager = person(unit.session, Role.PARTNER_MANAGER)
        with pytest.raises(Rejected, match="is here already"):
            registration.found_organisation(unit, actor=manager, name=" body s1", region_code="Y1")
        body = registration.found_organisation(unit, actor=manager, name="New Team", region_code="Y1")
        held = accounts.get_user(unit, manager.user_id).memberships[0]
        assert held.organisation_id == body.id
        with pytest.raises(NotAllowedNow):
            registration.found_organisation(unit, actor=manager, name="Another", region_code="Y1")
