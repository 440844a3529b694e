from collections import Counter
from contextlib import closing
from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from seeds.accounts import ACCOUNTS
from seeds.demo_env import password_name, second_factor_name
from seeds.demonstration.calibration import AS_OF, MONTHS
from seeds.demonstration.matcher_snapshot import snapshot
from seeds.demonstration.network import network
from seeds.demonstration.people import Locks
from seeds.demonstration.seeding import Outcome, seed
from tests.factories.accounts import person
from webapp.authority.actor import SystemActor
from webapp.authority.roles import Role
from webapp.services import audit
from webapp.services.offers import OPEN_STATES
from webapp.services.policies import settings_of
from webapp.services.snapshot import take
from webapp.services.warm_solving import WarmChild
from webapp.store.accounts import User
from webapp.store.engagement_reviews import Rating
from webapp.store.engagements import Engagement, EngagementState
from webapp.store.offers import Offer, OfferState
from webapp.store.organisations import Organisation
from webapp.store.partners import Partner
from webapp.store.peers import Introduction, IntroductionState
from webapp.store.plans import ActionState, PlanAction
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run, RunState
from webapp.store.stories import Story, StoryState
from webapp.store.support_requests import SupportRequest

SECRETS = {
    name: f"secret of {account.key}"
    for account in ACCOUNTS
    for name in (password_name(account.key), second_factor_name(account.key))
}
LOCKS = Locks(SECRETS, lambda plain: f"hash of {plain}", lambda plain: f"seal of {plain}")


@pytest.mark.slow
class TestSeed:
    def test_the_network_stands_once_and_a_run_reads_exactly_it(self, database):
        with closing(WarmChild()) as child, database.unit(writing=True) as unit:
            assert seed(unit, LOCKS, solver=child.solve).outcome is Outcome.SEEDED
        with database.unit(writing=True) as unit:
            assert seed(unit, LOCKS).outcome is Outcome.ALREADY_THERE
            assert not unit.audit_entries
        with database.unit(writing=False) as unit:
            past, ahead, large, coming = unit.session.scalars(select(Round).order_by(Round.number))
            assert (past.state, ahead.state) == (RoundState.ENDED, RoundState.PUBLISHED)
            assert (large.state, coming.state) == (RoundState.CLOSED, RoundState.OPEN)
            # Nothing of the two small rounds weighs here: their days lie in other months, and nobody whose request
            # they left unmatched asks again for the same priority, so that no credit for waiting comes in.
            taken = take(unit.session, large, settings_of(large.policy), as_of=AS_OF).snapshot
            drawn = snapshot(network())
            for field in fields(drawn):
                assert getattr(taken, field.name) == getattr(drawn, field.name), field.name
            assert audit.verify(unit, actor=SystemActor("test")).passed
            self._accounts_are_right(unit)
            self._every_state_can_be_seen(unit, past, ahead)

    def _every_state_can_be_seen(self, unit, past, ahead):
        offers = list(unit.session.scalars(select(Offer)))
        assert {each.state for each in offers} == set(OfferState) - {
            OfferState.WITHDRAWN,
            OfferState.ROLLED_BACK,
        }
        assert {each.state for each in unit.session.scalars(select(Engagement))} == set(EngagementState)
        waiting = {each.lapses_on for each in offers if each.state in OPEN_STATES}
        assert min(waiting) > AS_OF + timedelta(weeks=11)
        ratings = Counter(each.engagement_id for each in unit.session.scalars(select(Rating)))
        assert set(ratings.values()) == {2}
        for row in (past, ahead):
            assert not set(row.months) & set(MONTHS)
        runs = unit.session.scalars(select(Run.state))
        assert Counter(runs) == {RunState.FINISHED: 2, RunState.CANCELLED: 1}
        assert unit.session.scalars(select(Story.state)).all() == [StoryState.PUBLISHED]
        assert set(unit.session.scalars(select(PlanAction.state))) == set(ActionState)
        assert unit.session.scalars(select(Introduction.state)).all() == [IntroductionState.ASKED]
        open_ones = select(func.count()).where(SupportRequest.open_to_peers)
        assert 20 < (unit.session.scalar(open_ones) or 0) < 100
        partners = {each.partner.reference for each in offers}
        assert {"P-E001", "P-T01"} < partners

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
