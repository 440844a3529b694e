from dataclasses import fields

import pytest
from sqlalchemy import func, select

from seeds.accounts import ACCOUNTS
from seeds.demo_env import password_name, second_factor_name
from seeds.demonstration.calibration import AS_OF
from seeds.demonstration.matcher_snapshot import snapshot
from seeds.demonstration.network import network
from seeds.demonstration.people import Locks
from seeds.demonstration.seeding import Outcome, seed
from tests.factories.accounts import person
from webapp.authority.roles import Role
from webapp.services import audit
from webapp.services.snapshot import take
from webapp.store.accounts import User
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.rounds import Round, RoundState

SECRETS = {
    name: f"secret of {account.key}"
    for account in ACCOUNTS
    for name in (password_name(account.key), second_factor_name(account.key))
}
LOCKS = Locks(SECRETS, lambda plain: f"hash of {plain}", lambda plain: f"seal of {plain}")


@pytest.mark.slow
class TestSeed:
    def test_the_network_stands_once_and_a_run_reads_exactly_it(self, database):
        with database.unit(writing=True) as unit:
            assert seed(unit, LOCKS).outcome is Outcome.SEEDED
        with database.unit(writing=True) as unit:
            assert seed(unit, LOCKS).outcome is Outcome.ALREADY_THERE
            assert not unit.audit_entries
        with database.unit(writing=False) as unit:
            first, second = unit.session.scalars(select(Round).order_by(Round.number))
            assert (first.state, second.state) == (RoundState.CLOSED, RoundState.OPEN)
            taken, drawn = take(unit.session, first, first.policy, as_of=AS_OF), snapshot(network())
            for field in fields(drawn):
                assert getattr(taken, field.name) == getattr(drawn, field.name), field.name
            assert audit.verify(unit).passed
            self._accounts_are_right(unit)

    def _accounts_are_right(self, unit):
        users = {row.email: row for row in unit.session.scalars(select(User))}
        for account in ACCOUNTS:
            row = users.pop(account.email)
            assert [held.role.value for held in row.memberships] == [account.role]
            assert row.password == f"hash of secret of {account.key}"
            assert (row.tf_totp_secret is not None) == account.needs_second_factor
        assert {row.password for row in users.values()} == {None}
        expert = unit.session.scalar(select(Partner).where(Partner.reference == "P-E001"))
        manager = unit.session.scalar(select(Partner).where(Partner.reference == "P-T01"))
        held = {account.key: account.email for account in ACCOUNTS}
        by_email = {row.email: row for row in unit.session.scalars(select(User))}
        assert by_email[held["PARTNER_EXPERT"]].memberships[0].partner_id == expert.id
        assert by_email[held["PARTNER_MANAGER"]].memberships[0].partner_id == manager.id


class TestRefusal:
    def test_invented_people_never_join_real_ones(self, unit):
        person(unit.session, Role.NATIONAL_ADMIN)
        unit.flush()
        assert seed(unit, LOCKS).outcome is Outcome.REFUSED
        assert unit.session.scalar(select(func.count()).select_from(Organisation)) == 0
