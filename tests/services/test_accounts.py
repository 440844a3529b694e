"""Accounts and roles: who may give them, who keeps them, what a change ends."""

import threading
from uuid import uuid4

import pytest

from tests.factories.organisations import organisation
from webapp.authority.actor import Actor, SystemActor
from webapp.authority.matrix import AccessDenied
from webapp.authority.roles import Role
from webapp.services import accounts
from webapp.services.accounts import RoleFor
from webapp.services.failures import NotAllowedNow, NotFound, Rejected, TooManyTries
from webapp.services.limits import Limit, give_back, spend

COMMAND = SystemActor("test")


def make(unit, *roles, email=None, actor=COMMAND):
    return accounts.create_user(
        unit, actor=actor, email=email or f"{uuid4().hex}@example.org", name="A", roles=roles
    )


def add_trust(unit):
    row = organisation(uuid4().hex[:6].upper())
    unit.session.add(row)
    unit.flush()
    return row


class TestMaking:
    def test_an_address_is_used_once_whatever_its_spelling(self, unit):
        make(unit, email="ann@example.org")
        with pytest.raises(Rejected) as refused:
            make(unit, email=" ANN@example.org")
        assert refused.value.problems[0].field == "email"

    @pytest.mark.parametrize("email", ["nobody", "jöhn@example.org", ""])
    def test_an_address_that_is_none(self, unit, email):
        with pytest.raises(Rejected):
            accounts.create_user(unit, actor=COMMAND, email=email, name="A", roles=())

    def test_a_lead_gives_roles_of_their_own_organisation_only(self, unit):
        lead = Actor(uuid4(), Role.TRUST_LEAD, organisation_id=uuid4())
        for role in (
            RoleFor(Role.TRUST_MEMBER, uuid4()),
            RoleFor(Role.NATIONAL_ADMIN),
            RoleFor(Role.AUDITOR),
        ):
            with pytest.raises(AccessDenied):
                make(unit, role, actor=lead)

    def test_a_national_admin_gives_no_role_of_a_trust(self, unit):
        admin = Actor(uuid4(), Role.NATIONAL_ADMIN)
        make(unit, RoleFor(Role.NATIONAL_REVIEWER), actor=admin)
        with pytest.raises(AccessDenied):
            make(unit, RoleFor(Role.TRUST_LEAD, uuid4()), actor=admin)

    @pytest.mark.parametrize(
        "role", [Role.TRUST_MEMBER, Role.PARTNER_EXPERT, Role.NATIONAL_REVIEWER, Role.AUDITOR]
    )
    def test_nobody_promotes_themselves(self, unit, role):
        user = make(unit, RoleFor(Role.NATIONAL_REVIEWER))
        for wanted in (Role.NATIONAL_ADMIN, Role.SYSTEM_ADMIN):
            with pytest.raises(AccessDenied):
                accounts.add_role(unit, actor=Actor(user.id, role), user_id=user.id, given=RoleFor(wanted))


class TestTaking:
    def test_the_last_lead_stays(self, unit):
        trust = add_trust(unit)
        user = make(unit, RoleFor(Role.TRUST_LEAD, trust.id))
        with pytest.raises(NotAllowedNow):
            accounts.remove_role(unit, actor=COMMAND, user_id=user.id, membership_id=user.memberships[0].id)

    def test_somebody_elses_role_is_not_found(self, unit):
        one, other = make(unit, RoleFor(Role.AUDITOR)), make(unit, RoleFor(Role.AUDITOR))
        with pytest.raises(NotFound):
            accounts.remove_role(unit, actor=COMMAND, user_id=one.id, membership_id=other.memberships[0].id)

    def test_two_leads_who_remove_each_other(self, database):
        """C09: one lead stays, whoever is quicker."""
        for _ in range(5):
            with database.unit(writing=True) as unit:
                trust = add_trust(unit)
                pair = [make(unit, RoleFor(Role.TRUST_LEAD, trust.id)) for _ in range(2)]
                held = [(user.id, user.memberships[0].id) for user in pair]
            outcomes = self._both_at_once(database, held)
            assert sorted(outcomes) == ["kept", "removed"]

    def _both_at_once(self, database, held):
        outcomes, barrier = [], threading.Barrier(2)

        def remove(user_id, membership_id):
            barrier.wait()
            try:
                with database.unit(writing=True) as unit:
                    accounts.remove_role(unit, actor=COMMAND, user_id=user_id, membership_id=membership_id)
                outcomes.append("removed")
            except NotAllowedNow:
                outcomes.append("kept")

        threads = [threading.Thread(target=remove, args=each) for each in held]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return outcomes


class TestLimits:
    def test_counts_are_kept_and_windows_end(self, database, clock):
        limit = Limit("probe", 3, 60)
        for _ in range(3):
            spend(database, (limit, "me"))
        spend(database, (limit, "you"))
        with pytest.raises(TooManyTries) as refused:
            spend(database, (limit, "me"))
        assert 0 < refused.value.retry_after_seconds <= 60
        clock.forward(minutes=1)
        spend(database, (limit, "me"))

    def test_a_success_gives_the_tries_back(self, database):
        limit = Limit("probe", 1, 60)
        spend(database, (limit, "me"))
        give_back(database, limit, "me")
        spend(database, (limit, "me"))
