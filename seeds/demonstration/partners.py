"""Invented experts and teams: skills in clusters, days, reach, interests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from seeds.accounts import ACCOUNTS
from seeds.demonstration import calibration as size
from seeds.demonstration import names, skills
from seeds.demonstration.draws import Draws
from seeds.demonstration.records import DeclaredInterest, PartnerRecord
from seeds.reference.trusts import Trust, trusts

SHOWN = {"expert-001", "team-01"}
"""Partners behind a demonstration account: they offer enough for something to be proposed to them."""

TRUST_SIZES = {"acute": 3.0, "mental_health": 2.0, "specialist": 1.0, "community": 1.5, "ambulance": 1.5}
WEIGHTS_BY_PRIORITY = {"UEC": 30, "ELE": 27, "PSA": 20, "MEH": 13, "PCA": 10}
LEANING = {
    "acute": {"UEC": 1.6, "ELE": 1.6, "MEH": 0.2, "PCA": 0.3},
    "mental_health": {"MEH": 5.0, "UEC": 0.4, "ELE": 0.2},
    "community": {"PCA": 3.0, "UEC": 1.2, "ELE": 0.4},
    "ambulance": {"UEC": 4.0, "ELE": 0.0, "MEH": 0.5},
    "specialist": {"ELE": 2.5, "UEC": 0.3},
}


def experts() -> tuple[PartnerRecord, ...]:
    """The invented experts, each employed by a real trust."""
    people = names.different_people("expert", size.EXPERTS)
    account_names = {account.partner: account.name for account in ACCOUNTS if account.partner}
    found = []
    for position, name in enumerate(people, start=1):
        key = f"expert-{position:03d}"
        found.append(_expert(key, account_names.get(key, name)))
    return tuple(found)


def teams() -> tuple[PartnerRecord, ...]:
    """The invented teams, each a body of its own with a code that marks it as ours."""
    return tuple(_team(position) for position in range(size.TEAMS))


def team_code(position: int) -> str:
    """Our code for the body that a team is, by its position from 0."""
    return f"SO-DEMO-{position + 1:02d}"


def _expert(key: str, name: str) -> PartnerRecord:
    draws = Draws(key)
    home = draws.weighted(_homes())
    days = 8 if key in SHOWN else draws.weighted(size.EXPERT_DAYS)
    held = skills.of_expert(draws, _priorities(home.kind))
    return PartnerRecord(
        key=key,
        kind="expert",
        name=name,
        summary=skills.summary(held),
        organisation=home.code,
        region=home.region,
        board=home.board,
        place=(home.latitude, home.longitude),
        skills=held,
        days=_days_by_month(draws, days, key),
        later_days=_later_days(Draws("later", key), days, key),
        max_concurrent={1: 1, 2: 2, 4: 2, 8: 3}[days],
        smallest_block={1: 2, 2: 3, 4: 4, 8: 4}[days],
        reach="national" if key in SHOWN else draws.weighted(size.EXPERT_REACH),
        delivery="mixed" if key in SHOWN else draws.weighted(size.DELIVERY_OFFERED),
        cost_basis=draws.weighted({"free": 0.42, "expenses": 0.28, "backfill": 0.28, "contract": 0.02}),
        interests=_interests(draws, home),
        interests_confirmed_on=_confirmed_on(draws, key),
        release="given"
        if key in SHOWN
        else draws.weighted({"given": 0.95, "asked": 0.04, "withdrawn": 0.01}),
    )


def _team(position: int) -> PartnerRecord:
    key = f"team-{position + 1:02d}"
    draws = Draws(key)
    home = draws.weighted(_homes())
    drawn = round(draws.lognormal(size.TEAM_DAYS_MEDIAN, size.TEAM_DAYS_SPREAD))
    days = min(max(drawn, size.TEAM_DAYS_LEAST), size.TEAM_DAYS_MOST)
    held = skills.of_team(draws, WEIGHTS_BY_PRIORITY)
    return PartnerRecord(
        key=key,
        kind="support_organisation",
        name=names.team(position),
        summary=skills.summary(held),
        organisation=team_code(position),
        region=home.region,
        board=home.board,
        place=(home.latitude, home.longitude),
        skills=held,
        days=_days_by_month(draws, days, key),
        later_days=_later_days(Draws("later", key), days, key),
        max_concurrent=min(max(days // 4, 2), 12),
        smallest_block=draws.weighted({3: 0.35, 4: 0.35, 5: 0.20, 6: 0.10}),
        reach="national" if key in SHOWN else draws.weighted(size.TEAM_REACH),
        delivery="mixed" if key in SHOWN else draws.weighted(size.DELIVERY_OFFERED),
        cost_basis=draws.weighted({"free": 0.45, "expenses": 0.30, "backfill": 0.20, "contract": 0.05}),
        interests=_interests(draws, home) if draws.chance(0.3) else (),
        interests_confirmed_on=_confirmed_on(draws, key),
        release=None,
    )


@cache
def _homes() -> dict[Trust, float]:
    return {trust: TRUST_SIZES.get(trust.kind, 0.2) for trust in trusts()}


def _priorities(kind: str) -> Mapping[str, float]:
    leaning = LEANING.get(kind, {})
    return {code: weight * leaning.get(code, 1.0) for code, weight in WEIGHTS_BY_PRIORITY.items()}


def _days_by_month(draws: Draws, days: int, key: str) -> tuple[int, ...]:
    """Days in a run of months, fewer in quiet ones; part of a day counts as one whole day or none."""
    horizon = len(size.MONTHS)
    length = horizon if key in SHOWN else draws.weighted(size.MONTHS_OFFERED)
    start = draws.whole(0, horizon - length)
    by_month = []
    for position, month in enumerate(size.MONTHS):
        offered = days * size.QUIET_MONTHS.get(month[5:], 1.0) if start <= position < start + length else 0
        by_month.append(int(offered) + draws.chance(offered - int(offered)))
    if length and not any(by_month):
        by_month[start] = days
    return tuple(by_month)


def _later_days(draws: Draws, days: int, key: str) -> tuple[int, ...]:
    """Days in the months after the horizon: half of the partners have said something about them yet."""
    if key not in SHOWN and not draws.chance(0.5):
        return (0,) * len(size.LATER_MONTHS)
    return tuple(int(days * size.QUIET_MONTHS.get(month[5:], 1.0)) for month in size.LATER_MONTHS)


def _interests(draws: Draws, home: Trust) -> tuple[DeclaredInterest, ...]:
    near = [trust for trust in trusts() if trust.region == home.region and trust.code != home.code]
    found = []
    if draws.chance(0.12):
        kind = draws.weighted({"contract": 0.4, "family": 0.3, "financial": 0.15, "other": 0.15})
        found.append(DeclaredInterest(draws.one_of(near).code, kind))
    if draws.chance(0.18):
        former = draws.one_of(
            [trust for trust in near if trust.code not in {item.organisation for item in found}]
        )
        left_on = _day(draws, date(2023, 10, 1), 600)
        found.append(DeclaredInterest(former.code, "former_employment", left_on))
    return tuple(found)


def _confirmed_on(draws: Draws, key: str) -> date:
    """Within the year; three in a hundred have let their declaration go stale."""
    if key not in SHOWN and draws.chance(0.03):
        return _day(draws, date(2025, 6, 2), 120)
    return _day(draws, date(2026, 11, 2), 12)


def _day(draws: Draws, first: date, days: int) -> date:
    return first + timedelta(days=draws.whole(0, days))
