"""The credit that waiting earns: for rounds without help, and for a region or type of provider left behind.

It adds to the fit of every candidate of a request, a tenth at most in all, under the policy of the round
(PRODUCT.md 2.5). What groups got is read from the round before; a group with few requests tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.evidence.fairness import lags, waiting_credit
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import provider_groups
from webapp.services.provider_groups import Help, by_beneficiary, grouped
from webapp.services.service_rules import ServiceRules
from webapp.store.organisations import Organisation
from webapp.store.rounds import IN_FORCE, Round, RoundState
from webapp.store.runs import Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork
from webapp.store.waiting import rounds_waited

FEWEST_REQUESTS = 5
"""A group with fewer requests in the round before earns no credit for what it got there."""
REGION, PROVIDER_TYPE = "region", "provider_type"


@dataclass(frozen=True, slots=True)
class LastRound:
    """What the groups got in the round before: the share of all, and help by group for each grouping."""

    share: float
    groups: Mapping[str, Mapping[str, Help]]

    def shares_of(self, body: Organisation) -> dict[str, float]:
        """The shares of the groups that a body belongs to, where they tell anything."""
        codes = {REGION: body.region_code, PROVIDER_TYPE: body.provider_type}
        found = {grouping: self.groups[grouping].get(code or "") for grouping, code in codes.items()}
        return {
            grouping: help_.share
            for grouping, help_ in found.items()
            if help_ is not None and help_.requests >= FEWEST_REQUESTS
        }


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A group that brings a credit into the next round."""

    grouping: str
    help: Help


@dataclass(frozen=True, slots=True)
class Waiting:
    """A requester that asked under a priority and got nobody, for so many rounds in a row."""

    name: str
    priority: str
    rounds: int


def credits_of(
    session: Session, round_: Round, requests: Iterable[SupportRequest], rules: ServiceRules
) -> dict[UUID, float]:
    """The credit 0..0.10 of each request of a round.

    Rounds are counted when the snapshot is taken, because the round before may be published only after the
    request was submitted. ``rounds_waited`` on the row is what it brings along besides.
    """
    waited = rounds_waited(session, round_)
    last = _last_round(session, round_)
    return {
        row.id: waiting_credit(
            row.rounds_waited + waited.get((row.requester_id, str(row.priority_code)), 0),
            last.shares_of(row.beneficiary) if last else {},
            last.share if last else 1.0,
            each_round=rules.waiting_credit_each_round,
            each_group=rules.lagging_group_credit,
        )
        for row in requests
    }


def left_behind(unit: UnitOfWork, *, actor: AnyActor) -> tuple[LeftBehind, ...]:
    """The regions and types of provider that bring a credit into the round after the last published one."""
    require(actor, Action.RUN_READ, hidden=False)
    last = _last_round(unit.session, None)
    if last is None:
        return ()
    return tuple(
        LeftBehind(grouping, help_)
        for grouping, groups in last.groups.items()
        for help_ in groups.values()
        if help_.requests >= FEWEST_REQUESTS and lags(help_.share, last.share)
    )


def waiting(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Waiting, ...]:
    """Who brings a credit into the next round for having waited, the longest first."""
    require(actor, Action.RUN_READ, hidden=False)
    found = rounds_waited(unit.session, None)
    known = {requester for requester, _ in found}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(known))
    names = {key: name for key, name in unit.session.execute(query)} if known else {}
    rows = [Waiting(names[requester], priority, rounds) for (requester, priority), rounds in found.items()]
    return tuple(sorted(rows, key=lambda row: (-row.rounds, row.name, row.priority)))


def _last_round(session: Session, before: Round | None) -> LastRound | None:
    """The newest published round (before another), by its current run."""
    query = (
        select(Run.id)
        .join(Run.round)
        .where(Run.is_current, Round.state.in_((*IN_FORCE, RoundState.ENDED)))
        .order_by(Round.number.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(Round.number < before.number)
    run_id = session.scalar(query)
    if run_id is None:
        return None
    needs = provider_groups.needs_of(session, (run_id,)).get(run_id, [])
    bodies = provider_groups.bodies(session)
    total = next(iter(grouped(("all", need) for need in needs)), None)
    return LastRound(
        share=total.share if total else 1.0,
        groups={
            REGION: _by_code(by_beneficiary(needs, {key: row.region_code for key, row in bodies.items()})),
            PROVIDER_TYPE: _by_code(
                by_beneficiary(needs, {key: row.provider_type for key, row in bodies.items()})
            ),
        },
    )


def _by_code(found: Iterable[Help]) -> dict[str, Help]:
    return {each.code: each for each in found}
