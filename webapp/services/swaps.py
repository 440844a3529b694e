"""What a swap would do, before it is made: who takes over when, whose days go, what that does to each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from matcher.evidence.measures import measure, tally
from matcher.problem.instance import Engagement
from matcher.serialisation import read_instance, read_result
from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import partner_loads, review_rules, run_documents, swap_plans
from webapp.services.failures import NotFound
from webapp.services.match_evidence import Alternative, alternatives_of
from webapp.services.partner_loads import Held, PartnerLoad
from webapp.services.swap_plans import SwapPlan
from webapp.store.matches import ProposedMatch
from webapp.store.partners import Partner
from webapp.store.runs import DocumentKind, Run
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One level of the ladder as the run has it, and as it would be with the swap and nothing else moved."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Losing:
    """A request that would lose days of the replacement."""

    request: SupportRequest
    days: int


@dataclass(frozen=True, slots=True)
class SwapEffect:
    """A swap looked at beforehand; with ``hindrances`` it cannot be made. ``load``: with the swap."""

    match: ProposedMatch
    request: SupportRequest
    replacement: Partner
    alternative: Alternative
    days_by_month: Mapping[str, int]
    load: PartnerLoad
    losing: tuple[Losing, ...]
    levels: tuple[LevelChange, ...]
    hindrances: tuple[str, ...]


def effect(unit: UnitOfWork, *, actor: AnyActor, match_id: UUID, partner_id: UUID) -> SwapEffect:
    """What would come of putting another candidate in the place of a match's partner; raises ``NotFound``."""
    match = _match(unit, match_id)
    pair = review_rules.load_pair(unit.session, partner_id, match.request_id)
    kept = {each.partner: each for each in alternatives_of(match.evidence)}
    if pair is None or pair[0].reference not in kept:
        raise NotFound("no such candidate")
    replacement, request = pair
    require(actor, Action.PROPOSAL_READ, region_code=request.requester.region_code)
    load = partner_loads.load_of(unit.session, match.run, replacement.id, request.id)
    window = _window(match.run, request)
    plan = swap_plans.draw(match.days_by_month, window, load)
    hindrances = [*review_rules.breaches(replacement, request, today=unit.now.date())]
    hindrances += _hindrances(match, replacement, window, load, plan)
    shown = plan or SwapPlan()
    return SwapEffect(
        match=match,
        request=request,
        replacement=replacement,
        alternative=kept[replacement.reference],
        days_by_month=shown.days,
        load=swap_plans.load_with(shown, load),
        losing=tuple(
            Losing(held.request, sum(shown.taken[held.match_id].values()))
            for held in load.others
            if held.match_id in shown.taken
        ),
        levels=tuple(_levels(unit, match, replacement, load, plan)) if plan else (),
        hindrances=tuple(hindrances),
    )


def _match(unit: UnitOfWork, match_id: UUID) -> ProposedMatch:
    query = (
        select(ProposedMatch)
        .where(ProposedMatch.id == match_id)
        .options(
            joinedload(ProposedMatch.run).joinedload(Run.round),
            joinedload(ProposedMatch.months),
            joinedload(ProposedMatch.partner),
        )
    )
    row = unit.session.scalars(query).unique().one_or_none()
    if row is None:
        raise NotFound("no such match")
    return row


def _window(run: Run, request: SupportRequest) -> tuple[str, ...]:
    first, last = request.window_first or "", request.window_last or ""
    return tuple(month for month in run.round.months if first <= month <= last)


def _hindrances(
    match: ProposedMatch,
    replacement: Partner,
    window: tuple[str, ...],
    load: PartnerLoad,
    plan: SwapPlan | None,
) -> list[str]:
    """What keeps the replacement from taking over, as sentences."""
    if plan is None:
        return ["They have too few days in the months of the request, also without their other matches."]
    found = []
    if match.days < replacement.smallest_block_days:
        found.append(f"They give at least {replacement.smallest_block_days} days at a time.")
    emptied = {held.match_id for held in load.others if _is_emptied(held, plan)}
    busy = [held for held in swap_plans.overlapping(window, load) if held.match_id not in emptied]
    if replacement.max_concurrent is not None and len(busy) >= replacement.max_concurrent:
        found.append(f"They already have as many engagements at one time as they take ({len(busy)}).")
    return found


def _is_emptied(held: Held, plan: SwapPlan) -> bool:
    return sum(plan.taken.get(held.match_id, {}).values()) == held.days


def _levels(
    unit: UnitOfWork, match: ProposedMatch, replacement: Partner, load: PartnerLoad, plan: SwapPlan
) -> list[LevelChange]:
    """Each level recomputed without a solver: the pairs of the run, with the swap and what it takes away."""
    run = match.run
    instance = read_instance(run_documents.content(unit.session, run.id, DocumentKind.INSTANCE))
    result = read_result(run_documents.content(unit.session, run.id, DocumentKind.RESULT))
    if instance.row_of(replacement.reference, match.request.reference) is None:
        return []
    taken = {held.request.reference: plan.taken.get(held.match_id, {}) for held in load.others}
    out = (match.partner.reference, match.request.reference)
    after = [_less(each, instance.months, taken, replacement.reference) for each in result.engagements]
    kept = [each for each in after if each.pair != out and each.total_days]
    days = tuple(plan.days.get(month, 0) for month in instance.months)
    kept.append(Engagement(replacement.reference, match.request.reference, days))
    before, then = (measure(instance, tally(instance, each)) for each in (result.engagements, kept))
    names = [level["name"] for level in run.levels or ()]
    return [LevelChange(name, before[name], then[name]) for name in names if name in before]


def _less(
    each: Engagement, months: tuple[str, ...], taken: Mapping[str, Mapping[str, int]], partner: str
) -> Engagement:
    gone = taken.get(each.request, {}) if each.partner == partner else {}
    days = tuple(have - gone.get(month, 0) for have, month in zip(each.days, months, strict=True))
    return replace(each, days=days)
