"""Rules of a support request that take other rows: round, taxonomy, the organisation's other requests."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from webapp.services.failures import Problem, Rejected
from webapp.services.policies import rules_of
from webapp.services.priority_list import is_in_use
from webapp.store import round_requests, rounds, support_requests
from webapp.store.organisations import Organisation
from webapp.store.rounds import SEVERITY_POINTS, Round
from webapp.store.support_requests import MOST_OPEN, SupportRequest
from webapp.store.taxonomy import WANTED_KINDS, NodeKind, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

RANK_TAKEN = "Another of your requests in this round already has that place. Choose another place"
NEEDED = {
    "title": "Enter a short title",
    "priority_code": "Choose a national priority",
    "topic_code": "Choose a topic",
    "aim": "Enter what you want to achieve",
    "measure": "Enter how you would know that it worked",
    "days": "Enter how many days of support you want",
    "window_first": "Enter the first month",
    "window_last": "Enter the last month",
    "max_team": "Enter how many partners you could work with",
    "delivery": "Choose where the work should be done",
    "shape": "Choose a shape of support",
    "sponsor_name": "Enter the name of the executive sponsor",
    "sponsor_role": "Enter the role of the executive sponsor",
    "lead_name": "Enter the name of the local lead",
    "rank": "Choose this request's place among your requests",
    "severity": "Choose how severe the problem is",
}


def gaps(row: SupportRequest) -> tuple[Problem, ...]:
    """What a draft still lacks before it can be submitted."""
    found = [Problem(name, message) for name, message in NEEDED.items() if getattr(row, name) in (None, "")]
    if not row.skills:
        found.append(Problem("skills", "Choose at least one skill"))
    return tuple(found)


def check_words(unit: UnitOfWork, row: SupportRequest) -> Iterator[Problem]:
    """Codes must be words of the taxonomy, of the right kind, and the topic must belong to the priority."""
    kinds = {
        "priority_code": (NodeKind.PRIORITY,),
        "topic_code": (NodeKind.TOPIC,),
        "component_code": (NodeKind.COMPONENT,),
        "existing_method_code": (NodeKind.METHOD,),
    }
    wanted = {name: getattr(row, name) for name in kinds if getattr(row, name)}
    skills = [each.skill_code for each in row.skills]
    codes = [*wanted.values(), *skills]
    found = {
        node.code: node
        for node in unit.session.scalars(select(TaxonomyNode).where(TaxonomyNode.code.in_(codes)))
    }
    for name, code in wanted.items():
        if code not in found or found[code].kind not in kinds[name]:
            yield Problem(name, "Choose one of the list")
    priority = found.get(row.priority_code or "")
    if priority is not None and not is_in_use(priority, unit.now.date()):
        yield Problem("priority_code", "This priority takes no requests now. Choose another one")
    if any(code not in found or found[code].kind not in WANTED_KINDS for code in skills):
        yield Problem("skills", "Choose skills from the list")
    topic = found.get(row.topic_code or "")
    if topic is not None and row.priority_code and topic.parent_code != row.priority_code:
        yield Problem("topic_code", "Choose a topic of the priority you chose")


def check_window(row: SupportRequest, held_in: Round) -> Iterator[Problem]:
    """Both months lie in the horizon of the round."""
    for name in ("window_first", "window_last"):
        if getattr(row, name) and getattr(row, name) not in held_in.months:
            yield Problem(name, f"Choose a month from {held_in.months[0]} to {held_in.months[-1]}")


def check_rank(unit: UnitOfWork, row: SupportRequest, held_in: Round) -> Iterator[Problem]:
    """At most three requests count for each organisation and round, each with a place of its own."""
    others = [
        each
        for each in round_requests.counted_of(unit.session, held_in.id, row.requester_id)
        if each.id != row.id
    ]
    if len(others) >= MOST_OPEN:
        yield Problem("rank", f"Your organisation already has {MOST_OPEN} requests in this round")
    elif row.rank in {each.rank for each in others}:
        yield Problem("rank", RANK_TAKEN)


def check_beneficiary(unit: UnitOfWork, row: SupportRequest, held_in: Round) -> Iterator[Problem]:
    """No beneficiary hosts more requests side by side than the policy allows (host overload)."""
    if not row.window_first or not row.window_last:
        return
    # The lock makes PostgreSQL take such submissions one by one; SQLite has one writer anyway.
    unit.session.execute(
        select(Organisation.id).where(Organisation.id == row.beneficiary_id).with_for_update()
    )
    cap = rules_of(held_in.policy).beneficiary_cap
    beside = support_requests.count_for_beneficiary(
        unit.session, row.beneficiary_id, (row.window_first, row.window_last), besides=row.id
    )
    if beside >= cap:
        yield Problem(
            None,
            f"This organisation already has {beside} requests in these months; at most {cap} are allowed",
        )


def spend_severity(unit: UnitOfWork, row: SupportRequest, held_in: Round, points: int) -> None:
    """Take ``points`` more (below zero: fewer) from the organisation's budget of the round."""
    if points and not rounds.spend_points(unit.session, held_in.id, row.requester_id, points):
        spent = rounds.points_spent(unit.session, held_in.id, row.requester_id)
        left = SEVERITY_POINTS - spent
        raise Rejected(
            "severity",
            f"Your organisation has {left} of {SEVERITY_POINTS} severity points left in this round",
        )
