"""Writes the demonstration network into an empty service, through its services, in one unit of work.

What is there is never overwritten: where the demonstration is present nothing happens, and a service that
holds accounts of its own is refused, because invented people must not stand among real ones.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import select

from seeds.accounts import ACCOUNTS, TRUST
from seeds.demonstration import (
    afterwards,
    asking,
    board,
    earlier_requests,
    earlier_rounds,
    enrolment,
    matching_round,
    peers,
    plan,
    story,
)
from seeds.demonstration.calendar import on
from seeds.demonstration.calibration import AS_OF, ROUND_OPENED
from seeds.demonstration.earlier_requests import AHEAD, ENDED, PAST, EarlierRound
from seeds.demonstration.earlier_rounds import Company
from seeds.demonstration.network import network
from seeds.demonstration.people import Locks, make_accounts, make_expert, make_leads
from seeds.demonstration.records import Network
from seeds.fixed_rows import keep_identities
from seeds.loaders import load_reference
from webapp.authority.actor import Actor
from webapp.services import request_triage, rounds, solving
from webapp.services.run_execution import Solver
from webapp.store.accounts import User
from webapp.store.organisations import Organisation
from webapp.store.policies import Policy
from webapp.store.rounds import Round
from webapp.store.unit_of_work import UnitOfWork


class Outcome(StrEnum):
    """What ``seed`` did."""

    SEEDED = "seeded"
    ALREADY_THERE = "already there"
    REFUSED = "refused: this service holds accounts that are not the demonstration's"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What ``seed`` did, and how much it wrote."""

    outcome: Outcome
    partners: int = 0
    requests: int = 0


def seed(unit: UnitOfWork, locks: Locks, *, solver: Solver = solving.solve) -> Seeded:
    """Write the network, its accounts, two small published rounds, a closed one ready to match and an open one."""
    standing = _standing(unit)
    if standing is not None:
        return Seeded(standing)
    keep_identities(unit.session)
    load_reference(unit)
    written = network()
    _write(unit, written, locks, solver)
    return Seeded(Outcome.SEEDED, len(written.partners), len(written.requests))


def _standing(unit: UnitOfWork) -> Outcome | None:
    first = ACCOUNTS[0].email
    if unit.session.scalar(select(User.id).where(User.email == first)) is not None:
        return Outcome.ALREADY_THERE
    if unit.session.scalar(select(User.id).limit(1)) is not None:
        return Outcome.REFUSED
    return None


def _write(unit: UnitOfWork, written: Network, locks: Locks, solver: Solver) -> None:
    on(unit, ROUND_OPENED)
    teams = [record for record in written.partners if not record.is_expert]
    enrolment.add_team_bodies(unit, teams)
    bodies = {row.code: row for row in unit.session.scalars(select(Organisation))}
    team_codes = {record.key: record.organisation for record in teams}
    people = make_accounts(unit, locks, bodies, team_codes)
    first, second = people["NATIONAL_ADMIN_1"], people["NATIONAL_ADMIN_2"]
    policy = matching_round.set_policy(unit, first, second)
    leads = _leads(unit, written, people, bodies)
    past = earlier_rounds.ask_in(unit, PAST, first, policy, leads)
    longer = earlier_rounds.plan_ahead(unit, first, second)
    ahead = earlier_rounds.ask_in(unit, AHEAD, first, longer, leads)
    large = _write_first_round(unit, written, people, leads, policy)
    peers.ask_for_introduction(unit, large, leads)
    plan.write(unit, leads[TRUST])
    cast = _enrol_all(unit, written, people, bodies)
    _live(unit, {PAST: past, AHEAD: ahead}, Company(people, leads, cast, solver))
    on(unit, AS_OF)
    matching_round.open_next(unit, first, policy)
    board.publish_bulletin(unit, people["BOARD_MEMBER"])


def _leads(
    unit: UnitOfWork, written: Network, people: dict[str, Actor], bodies: dict[str, Organisation]
) -> dict[str, Actor]:
    """A lead for each organisation that asks: an account's where there is one."""
    known = {
        account.organisation: people[account.key]
        for account in ACCOUNTS
        if account.organisation and account.role == "trust_lead"
    }
    asking_ones = {record.requester for record in written.requests} | earlier_requests.requesters()
    return known | make_leads(unit, sorted(asking_ones - set(known)), bodies)


def _live(unit: UnitOfWork, earlier: dict[EarlierRound, Round], company: Company) -> None:
    """Match, publish and carry on with the two small rounds; the older one is over by the end."""
    first = company.accounts["NATIONAL_ADMIN_1"]
    earlier_rounds.offer_days(unit, company.partners)
    for each, row in earlier.items():
        earlier_rounds.publish(unit, each, row, company)
        afterwards.live(unit, each, company)
    story.publish(unit, company)
    row = earlier[PAST]
    afterwards.set_repair_aside(unit, first, row, ENDED)
    rounds.end(unit, actor=first, round_id=row.id, expected_version=row.version)


def _write_first_round(
    unit: UnitOfWork, written: Network, people: dict[str, Actor], leads: dict[str, Actor], policy: Policy
) -> Round:
    first = matching_round.open_first(unit, people["NATIONAL_ADMIN_1"], policy)
    for record in written.requests:
        row = asking.ask(unit, record, leads[record.requester])
        if record.is_mandated:
            request_triage.mark_mandated(
                unit,
                actor=people["NATIONAL_REVIEWER_1"],
                request_id=row.id,
                mandated=True,
                expected_version=row.version,
            )
    matching_round.close(unit, people["NATIONAL_ADMIN_1"], first)
    return first


def _enrol_all(
    unit: UnitOfWork, written: Network, people: dict[str, Actor], bodies: dict[str, Organisation]
) -> dict[str, Actor]:
    """Enter all partners; gives the people behind those who took part in the small rounds, by key."""
    behind = {account.partner: people[account.key] for account in ACCOUNTS if account.partner}
    shown = [record for record in written.partners if record.key in earlier_rounds.CAST]
    cast: dict[str, Actor] = {}
    for record in shown:
        person = behind.get(record.key) or make_expert(unit, record.key, record.name)
        row = enrolment.register(unit, record, bodies, person)
        cast[record.key] = replace(person, partner_id=row.id)
    others = [record for record in written.partners if record.key not in cast]
    enrolment.write_rows(unit, others, bodies)
    return cast
