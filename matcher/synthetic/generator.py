"""``generate``: an invented instance of a given scale, always the same for the same seed."""

from __future__ import annotations

from typing import Final

import numpy as np

from matcher.problem.instance import (
    CandidateTable,
    Instance,
    IntArray,
    Partner,
    Priority,
    Region,
    Request,
    RequiredSkill,
)
from matcher.synthetic.geography import REGIONS, draw_geography
from matcher.synthetic.network import MONTHS, Partners, Requests, draw_partners, draw_reach, draw_requests
from matcher.synthetic.pairing import Pairing, Pairs
from matcher.synthetic.scales import SCALES

LADDER: Final = ("mandated", "floors", "value")
_PRIORITIES: Final = (
    Priority("UEC", 5.0, 0.45),
    Priority("ELE", 4.0, 0.40),
    Priority("PCA", 3.0, 0.35),
    Priority("MEH", 2.0, 0.30),
    Priority("PSA", 1.5, 0.30),
)
_REGION_FLOOR: Final = 0.30


def generate(scale: str, seed: int, *, best: int | None = None) -> Instance:
    """The instance of a scale (S, N, M, L, XL) and a seed (0 or more).

    ``best`` keeps only so many candidates of each request, the best by fit, where the scale itself keeps
    more.
    """
    size = SCALES[scale]
    chance = np.random.default_rng([seed, size.requests, size.partners])
    geography = draw_geography(chance)
    partners, chances = draw_partners(chance, size, geography)
    requests = draw_requests(chance, size, chances.wanted)
    reach = draw_reach(chance, size, partners.is_organisation)
    pairing = Pairing(geography, partners, requests, reach, seed)
    kept = min((limit for limit in (size.best, best) if limit is not None), default=None)
    pairs = pairing.candidates(kept, size.by_icb)
    return Instance(
        months=tuple(f"2027-{month + 1:02d}" for month in range(MONTHS)),
        priorities=_PRIORITIES,
        regions=tuple(Region(f"G{region}", _REGION_FLOOR) for region in range(REGIONS)),
        mandated_share=0.5,
        skill_bonus=0.5,
        essential_is_hard=False,
        ladder=LADDER,
        partners=_partners(partners),
        requests=_requests(requests, geography.region),
        candidates=_table(pairs, partners, requests),
    )


def _partners(drawn: Partners) -> tuple[Partner, ...]:
    columns = zip(
        drawn.region.tolist(),
        drawn.own_trust.tolist(),
        drawn.capacity.tolist(),
        drawn.max_concurrent.tolist(),
        strict=True,
    )
    return tuple(
        Partner(
            id=_identifier("P", at, len(drawn.home)),
            region=f"G{region}",
            organisation=None if trust < 0 else _trust_code(trust),
            capacity=tuple(capacity),
            max_concurrent=at_once,
            conflicts=(),
        )
        for at, (region, trust, capacity, at_once) in enumerate(columns)
    )


def _requests(drawn: Requests, trust_region: IntArray) -> tuple[Request, ...]:
    starts = np.searchsorted(drawn.skills.request, np.arange(len(drawn.days) + 1)).tolist()
    skills = [
        RequiredSkill(f"K{skill:03d}", weight, essential)
        for skill, weight, essential in zip(
            drawn.skills.skill.tolist(),
            drawn.skills.weight.tolist(),
            drawn.skills.essential.tolist(),
            strict=True,
        )
    ]
    return tuple(
        Request(
            id=_identifier("R", at, len(drawn.days)),
            organisation=_trust_code(int(drawn.trust[at])),
            region=f"G{trust_region[drawn.trust[at]]}",
            priority=_PRIORITIES[drawn.priority[at]].code,
            provider_type=None,
            severity=int(drawn.severity[at]),
            days=int(drawn.days[at]),
            window=(int(drawn.first_month[at]), int(drawn.last_month[at])),
            max_team=int(drawn.max_team[at]),
            mandated=bool(drawn.mandated[at]),
            excluded=(),
            skills=tuple(skills[starts[at] : starts[at + 1]]),
        )
        for at in range(len(drawn.days))
    )


def _identifier(letter: str, number: int, count: int) -> str:
    """An id with as many digits as the last one needs, so that ids sort as numbers do."""
    return f"{letter}{number:0{max(5, len(str(count - 1)))}d}"


def _trust_code(trust: int) -> str:
    return f"T{trust:03d}"


def _table(pairs: Pairs, partners: Partners, requests: Requests) -> CandidateTable:
    """Candidates with the skills that the partner holds at the level asked for."""
    wanted = requests.skills
    starts = np.searchsorted(wanted.request, np.arange(len(requests.days) + 1))
    asked = np.diff(starts)[pairs.request]
    row = np.repeat(np.arange(len(pairs.request)), asked)
    first = np.cumsum(asked) - asked
    position = np.arange(len(row)) - np.repeat(first - starts[pairs.request], asked)
    held = _level_of(partners, pairs.partner[row], wanted.skill[position])
    covers = held >= wanted.level[position]
    counts = np.bincount(row[covers], minlength=len(pairs.request))
    return CandidateTable(
        partner=pairs.partner,
        request=pairs.request,
        fit=np.round(pairs.fit, 6),
        min_days=pairs.min_days,
        max_days=pairs.max_days,
        distance_km=np.round(pairs.distance_km, 1),
        cover_start=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        covers=position[covers],
    )


def _level_of(partners: Partners, partner: IntArray, skill: IntArray) -> IntArray:
    """The level at which each partner holds each skill; 0 where not at all."""
    table = partners.levels
    skills = table.shape[1]
    owner = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    known = owner * skills + table.indices
    sought = partner * skills + skill
    at = np.minimum(np.searchsorted(known, sought), len(known) - 1)
    return np.where(known[at] == sought, table.data[at], 0)
