"""Invented support requests of real trusts and boards, where published figures make them likely."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from seeds.accounts import ACCOUNTS
from seeds.demonstration import calibration as size
from seeds.demonstration import names, needs
from seeds.demonstration.draws import Draws
from seeds.demonstration.records import RequestRecord, SkillWanted
from seeds.reference.geography import boards
from seeds.reference.taxonomy import Term, of_kind, terms
from seeds.reference.trusts import trusts

ROLES = (
    "Chief operating officer",
    "Chief nurse",
    "Medical director",
    "Director of improvement",
    "Chief executive",
)
COLLABORATIVES = (
    ("falls-and-harm", "PSA-HAR"),
    ("urgent-care-at-home", "UEC-OOH"),
    ("safer-medicines", "PSA-MED"),
)
COLLABORATIVE_SIZE = 3
OTHERWISE = ("PSA", "ELE", "MEH", "UEC", "PCA")
"""The priority that takes a need which nobody left may have, in this order."""
WISH_OF_KIND = {"online": 0.02, "mental_health": 0.35}
"""How likely kinds are to ask at all, where not as others: mental health trusts may ask on few priorities."""
OFTEN_WANTED = {"M-DCM": 0.8, "C4-MEA": 0.3, "M-COA": 0.2, "M-SPC": 0.2}


@dataclass(frozen=True, slots=True)
class Requester:
    """A real organisation that asks in the demonstration; how strongly, and how often."""

    code: str
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Need:
    """One need before it is worded: who, on what, and how strong from 0 to 1."""

    requester: Requester
    priority: str
    topic: str
    strength: float


@cache
def requests() -> tuple[RequestRecord, ...]:
    """All requests by key; each organisation's are ranked and keep to its severity points."""
    asked: dict[str, list[Need]] = {}
    for need in _needs():
        asked.setdefault(need.requester.code, []).append(need)
    severities = _severities(asked)
    found = [
        _request(need, rank, severities[code][rank - 1])
        for code, own in sorted(asked.items())
        for rank, need in enumerate(own, start=1)
    ]
    return _with_collaboratives(_with_mandates(tuple(found)))


def _needs() -> list[Need]:
    """Needs by priority in the shares of the calibration; every organisation's strongest comes first."""
    left = {requester: requester.count for requester in _requesters()}
    topics: dict[str, set[str]] = {}
    found: list[Need] = []
    total = sum(left.values())
    for position, priority in enumerate(_priorities(total)):
        need = _draw_need(Draws("need", position), priority, left, topics)
        left[need.requester] -= 1
        topics.setdefault(need.requester.code, set()).add(need.topic)
        found.append(need)
    return sorted(found, key=lambda need: (need.requester.code, -need.strength, need.topic))


def _draw_need(draws: Draws, priority: str, left: dict[Requester, int], topics: dict[str, set[str]]) -> Need:
    """The next need: of the priority wanted if anybody left may ask for it, else of any other."""
    for wanted in (priority, *OTHERWISE):
        weights = {
            requester: needs.leaning(requester.code, requester.kind, wanted)
            for requester, count in left.items()
            if count
        }
        while any(weights.values()):
            requester = draws.weighted(weights)
            taken = topics.get(requester.code, set())
            topic = needs.topic(draws, requester.code, requester.kind, wanted, taken)
            if topic is not None:
                strength = (needs.topic_need(requester.code, topic) + draws.share()) / 2
                return Need(requester, wanted, topic, strength)
            weights[requester] = 0.0
    raise ValueError("more requests are wanted than the organisations may sensibly make")


def _priorities(total: int) -> list[str]:
    """The priority of each need, in the shares of the calibration; the last takes what rounding leaves."""
    found = [code for code, share in size.PRIORITY_SHARES.items() for _ in range(round(share * total))]
    return (found + [list(size.PRIORITY_SHARES)[-1]] * total)[:total]


@cache
def _requesters() -> tuple[Requester, ...]:
    """Two in five trusts and 45 percent of boards, the needy more likely; those of the accounts always."""
    chosen: list[tuple[str, str]] = []
    kinds = {trust.code: trust.kind for trust in trusts()}
    chosen += _choose(kinds, math.ceil(size.TRUST_SHARE * len(kinds)))
    codes = {board.code: "icb" for board in boards()}
    chosen += _choose(codes, round(size.BOARD_SHARE * len(codes)))
    counts = _counts(len(chosen))
    return tuple(Requester(code, kind, counts[position]) for position, (code, kind) in enumerate(chosen))


def _choose(kinds: dict[str, str], count: int) -> list[tuple[str, str]]:
    shown = sorted({account.organisation for account in ACCOUNTS if account.organisation in kinds})
    weights = {code: _wish(code, kind) for code, kind in sorted(kinds.items()) if code not in shown}
    others = Draws("requesters", count).several(weights, count - len(shown))
    return [(code, kinds[code]) for code in (*shown, *others)]


def _wish(code: str, kind: str) -> float:
    strongest = max(needs.priority_need(code, kind, priority) for priority in size.PRIORITY_SHARES)
    return WISH_OF_KIND.get(kind, 1.0) * (0.3 + strongest) ** 2


def _counts(organisations: int) -> list[int]:
    """One to three requests each, in all as many as the calibration says."""
    each, extra = divmod(size.REQUESTS, organisations)
    order = Draws("counts").several(dict.fromkeys(range(organisations), 1.0), organisations)
    counts = [each] * organisations
    for position in order[:extra]:
        counts[position] += 1
    for one, other in zip(order[0 : organisations // 2 : 2], order[1 : organisations // 2 : 2], strict=False):
        if counts[one] == counts[other] == 2:
            counts[one], counts[other] = 3, 1
    return counts


def _severities(asked: dict[str, list[Need]]) -> dict[str, list[int]]:
    """Anchored levels by strength over all of England, then brought within each organisation's points."""
    ordered = sorted(need.strength for own in asked.values() for need in own)
    cuts = [ordered[int(len(ordered) * share)] for share in (0.20, 0.60, 0.83)]
    found = {}
    for code, own in asked.items():
        levels = [1 + sum(need.strength >= cut for cut in cuts) for need in own]
        while sum(levels) > size.SEVERITY_POINTS:
            last_highest = max(range(len(levels)), key=lambda position: (min(levels[position], 3), position))
            levels[last_highest] -= 1
        found[code] = sorted(levels, reverse=True)
    return found


def _request(need: Need, rank: int, severity: int) -> RequestRecord:
    code = need.requester.code
    key = f"{code}-{rank}"
    draws = Draws("request", key)
    shape = draws.weighted(size.SHAPE_SHARES[need.priority])
    window, days = _when(draws, shape)
    words = _words()[need.topic]
    rule = size.SHAPES[shape]
    return RequestRecord(
        key=key,
        requester=code,
        priority=need.priority,
        topic=need.topic,
        title=words["title"],
        aim=needs.published(code, need.topic) + words["aim"],
        measure=words["measure"],
        skills=_skills(draws, need.topic),
        days=days,
        window=window,
        max_team=rule.team,
        shape=shape,
        delivery=draws.weighted(rule.delivery),
        severity=severity,
        severity_reason=_severity_reason(severity, code, need.topic),
        rank=rank,
        sponsor=names.person("sponsor", code, rank),
        sponsor_role=draws.one_of(ROLES),
        local_lead=names.person("lead", key),
        existing_method=draws.weighted(
            {None: 0.4, "M-MFI": 0.25, "M-QSI": 0.15, "M-LEAN": 0.12, "M-DMS": 0.08}
        ),
        other_help=draws.weighted(
            {
                "": 0.7,
                "A regional network gives general advice.": 0.2,
                "A national programme visits monthly.": 0.1,
            }
        ),
        is_mandated=False,
        collaborative=None,
    )


def _when(draws: Draws, shape: str) -> tuple[tuple[int, int], int]:
    """Window by position in the horizon, and whole days over it."""
    rule = size.SHAPES[shape]
    horizon = len(size.MONTHS)
    if rule.months == horizon:
        first = draws.weighted({0: 0.55, 1: 0.30, 2: 0.15})
        return (first, horizon - 1), rule.days_over(horizon - first)
    room = rule.months + (1 if draws.chance(0.6) else 0)
    first = draws.whole(0, horizon - room)
    days = rule.days_over(rule.months)
    if shape == "diagnostic" and draws.chance(0.4):
        days = 16
    return (first, first + room - 1), days


def _skills(draws: Draws, topic: str) -> tuple[SkillWanted, ...]:
    """The essential skill of the topic, then others of the topic and methods that go with it."""
    own = {skill.code: 1.0 for skill in of_kind("skill") if skill.parent == topic}
    chosen = draws.several(own, draws.weighted({1: 0.25, 2: 0.45, 3: 0.30}))
    chosen += draws.several(_near(chosen), draws.weighted({0: 0.45, 1: 0.42, 2: 0.13}))
    return tuple(
        SkillWanted(
            code=code,
            level=draws.weighted(size.LEVELS_WANTED),
            weight=5 if position == 0 else draws.whole(1, 3),
            is_essential=position == 0,
        )
        for position, code in enumerate(chosen)
    )


def _near(chosen: list[str]) -> dict[str, float]:
    """Skills and methods related to those chosen; demand and capacity modelling is often wanted."""
    known = _terms()
    near = {other for code in chosen for other in known[code].related}
    weights = {
        code: 1.0 if known[code].kind == "method" else 2.0
        for code in sorted(near - set(chosen))
        if known[code].kind in ("skill", "method")
    }
    for code, weight in OFTEN_WANTED.items():
        if code not in chosen:
            weights[code] = weights.get(code, 0.0) + weight
    return weights


def _severity_reason(severity: int, code: str, topic: str) -> str:
    anchor = {
        1: "We could do better, and patients would notice.",
        2: "Patients wait longer or have a worse experience than they should.",
        3: "Patients come to avoidable harm or very long waits, and our own plan is not enough.",
        4: "Serious harm is happening or likely, and we cannot recover alone.",
    }[severity]
    return anchor + (" " + needs.published(code, topic).strip() if severity >= 3 else "")


def _with_mandates(found: tuple[RequestRecord, ...]) -> tuple[RequestRecord, ...]:
    """The national team mandates support for some of the severest needs, never for an advice call."""
    return tuple(
        replace(request, is_mandated=Draws("mandate", request.key).chance(size.MANDATED_OF_SEVEREST))
        if request.severity == 4 and request.shape != "advice_call"
        else request
        for request in found
    )


def _with_collaboratives(found: tuple[RequestRecord, ...]) -> tuple[RequestRecord, ...]:
    """A few requests on one topic, of different organisations, hope to share a partner."""
    changed = {request.key: request for request in found}
    rule = size.SHAPES["collaborative"]
    for name, topic in COLLABORATIVES:
        alike = [request for request in found if request.topic == topic and not request.is_mandated]
        for request in sorted(alike, key=lambda item: (item.severity, item.key))[:COLLABORATIVE_SIZE]:
            changed[request.key] = replace(
                request,
                shape="collaborative",
                days=rule.days_over(rule.months),
                window=(0, rule.months - 1),
                max_team=rule.team,
                delivery="mixed",
                collaborative=name,
            )
    return tuple(changed[request.key] for request in found)


@cache
def _terms() -> dict[str, Term]:
    return {term.code: term for term in terms()}


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "aims.toml").read_text(encoding="utf-8"))
