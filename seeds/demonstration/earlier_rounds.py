"""Two small rounds, from their requests to published offers, each with a run as a worker might have made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from seeds.demonstration import asking
from seeds.demonstration.calendar import on
from seeds.demonstration.earlier_requests import AHEAD, PAST, EarlierRound
from seeds.demonstration.matching_round import parameters
from webapp.authority.actor import Actor
from webapp.services import (
    capacity,
    comments,
    decisions,
    policies,
    publications,
    rounds,
    run_execution,
    runs,
)
from webapp.services.capacity import DaysDeclared
from webapp.services.decisions import Verdict
from webapp.services.policies import PolicyDraft
from webapp.services.rounds import RoundPlan
from webapp.services.run_execution import Solver
from webapp.services.runs import RunOrder
from webapp.services.service_rules import ServiceRules
from webapp.store.decisions import CommonReason, DecisionKind
from webapp.store.matches import ProposedMatch
from webapp.store.policies import Policy
from webapp.store.rounds import Round
from webapp.store.unit_of_work import UnitOfWork

CAST = {
    "expert-001": 6,
    "team-01": 8,
    "expert-006": 2,
    "expert-041": 3,
    "expert-096": 3,
    "expert-138": 3,
}
"""Who took part in them, by key, with the days a month that each gave; nobody else had any to give."""
OPEN_FOR = 60
"""Working days for an answer to an offer that is about next autumn."""
REASON = "Skill, place and days fit."


@dataclass(frozen=True, slots=True)
class Company:
    """Who acts in them: accounts by key, leads by their organisation, partners' people by key; and the solver."""

    accounts: Mapping[str, Actor]
    leads: Mapping[str, Actor]
    partners: Mapping[str, Actor]
    solver: Solver


def plan_ahead(unit: UnitOfWork, proposer: Actor, confirmer: Actor) -> Policy:
    """The policy of the round that is about next autumn: offers stay open for longer."""
    on(unit, date(2026, 9, 14))
    draft = PolicyDraft(
        name="Autumn 2027",
        reason="Plans for next autumn are made a year ahead, so both sides have twelve weeks to answer.",
        effective_from=date(2027, 9, 1),
        parameters=parameters(),
        rules=ServiceRules(lapse_working_days=OPEN_FOR),
    )
    row = policies.propose(unit, actor=proposer, draft=draft)
    return policies.decide(
        unit, actor=confirmer, policy_id=row.id, confirm=True, expected_version=row.version
    )


def ask_in(
    unit: UnitOfWork, earlier: EarlierRound, admin: Actor, policy: Policy, leads: Mapping[str, Actor]
) -> Round:
    """Open the round, enter its requests, close it."""
    on(unit, earlier.opened)
    plan = RoundPlan(
        name=earlier.name,
        opens_on=earlier.opened,
        closes_on=earlier.closed,
        first_month=earlier.months[0],
        horizon_months=len(earlier.months),
        policy_id=policy.id,
    )
    row = rounds.create(unit, actor=admin, plan=plan)
    row = rounds.open_round(unit, actor=admin, round_id=row.id, expected_version=row.version)
    for record in earlier.requests:
        asking.ask(unit, record, leads[record.requester], months=earlier.months)
    on(unit, earlier.closed)
    return rounds.close(unit, actor=admin, round_id=row.id, expected_version=row.version)


def offer_days(unit: UnitOfWork, people: Mapping[str, Actor]) -> None:
    """Have the cast say which days they give in the months of both rounds."""
    on(unit, PAST.opened)
    for key, actor in sorted(people.items()):
        assert actor.partner_id is not None
        days = dict.fromkeys((*PAST.months, *AHEAD.months), DaysDeclared(CAST[key]))
        capacity.declare(unit, actor=actor, partner_id=actor.partner_id, days=days)


def publish(unit: UnitOfWork, earlier: EarlierRound, row: Round, company: Company) -> None:
    """Match the round, review each match, and publish with a second person's yes."""
    admin, second = company.accounts["NATIONAL_ADMIN_1"], company.accounts["NATIONAL_ADMIN_2"]
    on(unit, earlier.closed)
    unit.flush()
    unit.session.expire_all()  # what a run reads comes in the order of the tables, as for a worker
    run = runs.start(unit, actor=admin, order=RunOrder(row.id, gap=0.02, limit_seconds=20.0))
    run_execution.execute_within(unit, run.id, solver=company.solver)
    on(unit, earlier.reviewed)
    for match in _matches(unit, run.id):
        _review(unit, match, earlier.fates[match.request.reference], company.accounts)
    on(unit, earlier.published)
    proposed = publications.propose(unit, actor=admin, run_id=run.id, note="All matches have been looked at.")
    publications.confirm(unit, actor=second, publication_id=proposed.id, expected_version=proposed.version)


def _matches(unit: UnitOfWork, run_id: UUID) -> list[ProposedMatch]:
    found = unit.session.scalars(select(ProposedMatch).where(ProposedMatch.run_id == run_id)).all()
    return sorted(found, key=lambda each: (each.request.reference, each.partner.reference))


def _review(unit: UnitOfWork, match: ProposedMatch, fate: str, accounts: Mapping[str, Actor]) -> None:
    """Two reviewers by turns; one match is approved first and then overruled, after a region has spoken."""
    first, other = accounts["NATIONAL_REVIEWER_1"], accounts["NATIONAL_REVIEWER_2"]
    verdict = Verdict(DecisionKind.APPROVE, REASON, reason_code=CommonReason.FITS)
    made = decisions.decide(unit, actor=first, match_id=match.id, verdict=verdict)
    if fate == "overruled":
        comments.on_match(
            unit,
            actor=accounts["REGIONAL_READER"],
            match_id=match.id,
            words="The region pays a team for the same work there since May. Please join up before more is sent.",
        )
        overruling = Verdict(
            DecisionKind.REJECT,
            "A team paid by the region does the same work there already.",
            seen=made.id,
            reason_code=CommonReason.DUPLICATES,
        )
        decisions.decide(unit, actor=other, match_id=match.id, verdict=overruling)
