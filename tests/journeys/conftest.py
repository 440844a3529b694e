"""Journeys: a country, a server and people who walk through its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from tests.engines import Clock
from tests.factories.partners import active_partner
from tests.factories.rounds import JOB
from tests.factories.support_requests import submitted, whole_draft
from tests.journeys import network as country
from tests.journeys.network import Network
from tests.journeys.walk import Walk, with_axe
from tests.services.solvers import in_process
from tests.site import Person
from webapp.security import credentials
from webapp.services import rounds, run_execution, runs
from webapp.services.partner_skills import SkillHeld
from webapp.services.runs import RunOrder
from webapp.store.organisations import Organisation
from webapp.store.partners import PartnerKind, Reach
from webapp.store.rounds import Round
from webapp.store.unit_of_work import Database


@pytest.fixture
def network(app: Flask, database: Database) -> Network:
    """The country, committed."""
    with app.app_context(), database.unit(writing=True, request_id="country") as unit:
        return country.build(unit, credentials.hash_password, credentials.seal_second_factor)


@dataclass
class Matched:
    """The country's round, matched: one request with its match, a draft beside it, and people signed in."""

    round_id: UUID
    run_id: UUID
    request_id: UUID
    draft_id: UUID
    lead: Person
    manager: Person
    reviewer: Person
    admin: Person
    second_admin: Person


@pytest.fixture
def matched(network: Network, database: Database, signed_in: Callable[..., Person]) -> Matched:
    """The manager's team takes part, T1 has asked, and the run is finished."""
    people = {who: signed_in(country.ROLES[who][0], user_id=user) for who, user in network.users.items()}
    with database.unit(writing=True, request_id="matching") as unit:
        home = unit.session.get_one(Organisation, network.organisations["S1"])
        skills = (SkillHeld("UEC-FLO-DIS", 4, 2026), SkillHeld("M-PDSA", 3, 2026))
        kind = PartnerKind.SUPPORT_ORGANISATION
        team = active_partner(unit, home, "P-9", kind=kind, skills=skills, reach=Reach.NATIONAL)
        team.name = home.name
        lead = people["lead"].actor
        draft = whole_draft(unit, lead, title="A second request", rank=2)
        request = submitted(unit, lead, days=4, max_team=1, reference="R-1")
        row = unit.session.get_one(Round, network.round_id)
        rounds.close(unit, actor=JOB, round_id=row.id, expected_version=row.version)
        run_id = runs.start(unit, actor=JOB, order=RunOrder(row.id)).id
        ids = {"round_id": row.id, "run_id": run_id, "request_id": request.id, "draft_id": draft.id}
    run_execution.execute(database, run_id, solver=in_process)
    held = {who: person for who, person in people.items() if who in Matched.__annotations__}
    return Matched(**ids, **held)


@pytest.fixture
def walk(context, live_server: str, clock: Clock) -> Walk:
    """Somebody in front of a browser that runs scripts; axe looks at every page."""
    return Walk(context.new_page(), live_server, "journey", clock, with_axe)


@pytest.fixture
def plain_walk(plain_context, live_server: str, clock: Clock) -> Walk:
    """Somebody whose browser runs no scripts."""
    return Walk(plain_context.new_page(), live_server, "plain", clock, None)
