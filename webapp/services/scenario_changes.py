"""What a scenario changes: checked against the rows, kept with the run, read back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from matcher.problem.records import RecordError, decode, encode
from matcher.problem.scenario import Changes, MorePartners, WeightFactor
from webapp.services import policies
from webapp.services.failures import Problem
from webapp.services.policies import PolicyDraft, Settings
from webapp.services.service_rules import ServiceRules
from webapp.store import taxonomy
from webapp.store.partners import Partner, PartnerState
from webapp.store.runs import Run
from webapp.store.taxonomy import WANTED_KINDS
from webapp.store.unit_of_work import UnitOfWork

__all__ = ["Changes", "MorePartners", "PolicyDraft", "WeightFactor"]

MOST_WEIGHT = 1000


def problems(unit: UnitOfWork, changes: Changes, settings: Settings) -> Iterator[Problem]:
    """What of the changes does not fit the round's rows and policy."""
    try:
        decode(Changes, encode(changes))
    except RecordError as error:
        yield from (Problem(line.partition(":")[0].partition("[")[0], line) for line in error.problems)
        return
    weights = {each.code: each.weight for each in settings.matching.priorities}
    regions = {each.code for each in settings.matching.regions}
    for each in changes.weights:
        if each.priority not in weights:
            yield Problem("weights", f"{each.priority} is not in the policy")
        elif weights[each.priority] * each.factor > MOST_WEIGHT:
            yield Problem("weights", f"The weight would be over {MOST_WEIGHT:,}. Choose a smaller factor")
    yield from _partner_problems(unit, changes.without)
    for more in changes.more:
        if more.region not in regions:
            yield Problem("more_region", "Choose a region of the list")
        if not taxonomy.known(unit.session, [more.skill], WANTED_KINDS):
            yield Problem("more_skill", "Choose a skill of the taxonomy")


def settings_of(row: policies.Policy, changes: Changes, draft: PolicyDraft | None) -> Settings:
    """What a run stands on: the draft's values where it tries one, without a reserve that is released."""
    found = policies.settings_of(row)
    if draft is not None:
        found = Settings(policies.checked(draft, row.number), draft.rules)
    if changes.releases_reserve:
        found = Settings(found.matching, replace(found.rules, reserves=()))
    return found


def told(changes: Changes, draft: PolicyDraft | None) -> dict[str, Any]:
    """What is kept with a scenario, so that it is known for one ever after."""
    plain: dict[str, Any] = {"changes": encode(changes)}
    if draft is not None:
        plain["draft"] = {
            "name": draft.name,
            "reason": draft.reason,
            "effective_from": draft.effective_from.isoformat(),
            "parameters": encode(dict(draft.parameters)),
            "rules": encode(draft.rules),
        }
    return plain


def changes_of(run: Run) -> Changes:
    """What a run changes; nothing for one that changes nothing."""
    return decode(Changes, (run.changes or {}).get("changes", {}))


def draft_of(run: Run) -> PolicyDraft | None:
    """The policy values that a run tries, if it does."""
    plain = (run.changes or {}).get("draft")
    if plain is None:
        return None
    return PolicyDraft(
        name=plain["name"],
        reason=plain["reason"],
        effective_from=date.fromisoformat(plain["effective_from"]),
        parameters=plain["parameters"],
        rules=decode(ServiceRules, plain["rules"]),
    )


def _partner_problems(unit: UnitOfWork, references: tuple[str, ...]) -> Iterator[Problem]:
    query = select(Partner.reference).where(
        Partner.reference.in_(references), Partner.state == PartnerState.ACTIVE
    )
    unknown = sorted(set(references) - set(unit.session.scalars(query)))
    if unknown:
        yield Problem("without", f"There is no active partner {', '.join(unknown[:5])}")
