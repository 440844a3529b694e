"""Writes the demonstration network into an empty service, through its services, in one unit of work.

What is there is never overwritten: where the demonstration is present nothing happens, and a service that
holds accounts of its own is refused, because invented people must not stand among real ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from seeds.accounts import ACCOUNTS
from seeds.demonstration import asking, board, enrolment, matching_round
from seeds.demonstration.calendar import on
from seeds.demonstration.calibration import AS_OF, ROUND_OPENED
from seeds.demonstration.network import network
from seeds.demonstration.people import Locks, make_accounts, make_leads
from seeds.demonstration.records import Network
from seeds.fixed_rows import keep_identities
from seeds.loaders import load_reference
from webapp.authority.actor import Actor
from webapp.services import support_requests
from webapp.store.accounts import User
from webapp.store.organisations import Organisation
from webapp.store.policies import Policy
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


def seed(unit: UnitOfWork, locks: Locks) -> Seeded:
    """Write the network, its accounts, a closed round ready to match and an open one."""
    standing = _standing(unit)
    if standing is not None:
        return Seeded(standing)
    keep_identities(unit.session)
    load_reference(unit)
    written = network()
    _write(unit, written, locks)
    return Seeded(Outcome.SEEDED, len(written.partners), len(written.requests))


def _standing(unit: UnitOfWork) -> Outcome | None:
    first = ACCOUNTS[0].email
    if unit.session.scalar(select(User.id).where(User.email == first)) is not None:
        return Outcome.ALREADY_THERE
    if unit.session.scalar(select(User.id).limit(1)) is not None:
        return Outcome.REFUSED
    return None


def _write(unit: UnitOfWork, written: Network, locks: Locks) -> None:
    on(unit, ROUND_OPENED)
    teams = [record for record in written.partners if not record.is_expert]
    enrolment.add_team_bodies(unit, teams)
    bodies = {row.code: row for row in unit.session.scalars(select(Organisation))}
    team_codes = {record.key: record.organisation for record in teams}
    people = make_accounts(unit, locks, bodies, team_codes)
    policy = matching_round.set_policy(unit, people["NATIONAL_ADMIN_1"], people["NATIONAL_ADMIN_2"])
    _write_first_round(unit, written, people, bodies, policy)
    _enrol_all(unit, written, people, bodies)
    on(unit, AS_OF)
    matching_round.open_next(unit, people["NATIONAL_ADMIN_1"], policy)
    board.publish_bulletin(unit, people["BOARD_MEMBER"])


def _write_first_round(
    unit: UnitOfWork,
    written: Network,
    people: dict[str, Actor],
    bodies: dict[str, Organisation],
    policy: Policy,
) -> None:
    first = matching_round.open_first(unit, people["NATIONAL_ADMIN_1"], policy)
    leads = {
        account.organisation: people[account.key]
        for account in ACCOUNTS
        if account.organisation and account.role == "trust_lead"
    }
    codes = sorted({record.requester for record in written.requests} - set(leads))
    leads |= make_leads(unit, codes, bodies)
    for record in written.requests:
        row = asking.ask(unit, record, leads[record.requester])
        if record.is_mandated:
            support_requests.mark_mandated(
                unit,
                actor=people["NATIONAL_REVIEWER_1"],
                request_id=row.id,
                mandated=True,
                expected_version=row.version,
            )
    matching_round.close(unit, people["NATIONAL_ADMIN_1"], first)


def _enrol_all(
    unit: UnitOfWork, written: Network, people: dict[str, Actor], bodies: dict[str, Organisation]
) -> None:
    behind = {account.partner: people[account.key] for account in ACCOUNTS if account.partner}
    for record in written.partners:
        if record.key in behind:
            enrolment.register(unit, record, bodies, behind[record.key])
    others = [record for record in written.partners if record.key not in behind]
    enrolment.write_rows(unit, others, bodies)
