"""Seeded random snapshots of any size: every kind of partner, request and awkward case turns up."""

from __future__ import annotations

import random
from datetime import date, timedelta

from matcher.problem.partners import (
    CostBasis,
    Delivery,
    FormerEmployer,
    HeldSkill,
    Interest,
    InterestKind,
    Location,
    Partner,
    Reach,
    Release,
    SkillEvidence,
)
from matcher.problem.requests import SupportRequest, WantedSkill
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import Node, NodeKind, Taxonomy
from tests.matcher.snapshot_factory import AS_OF, partner, policy, request, snapshot

REGIONS = ("NORTH", "MIDDLE", "SOUTH")


def random_snapshot(seed: int, partners: int, requests: int) -> Snapshot:
    """Every choice comes from ``seed`` alone."""
    draw = random.Random(seed)
    taxonomy = wide_taxonomy()
    held = [node.code for node in taxonomy.nodes if taxonomy.is_held_kind(node.code)]
    wanted = [node.code for node in taxonomy.nodes if taxonomy.is_wanted_kind(node.code)]
    some_partners = [random_partner(draw, f"p{number:04}", held) for number in range(partners)]
    some_requests = [random_request(draw, f"r{number:04}", wanted, partners) for number in range(requests)]
    pairs = {
        (f"p{draw.randrange(partners):04}", f"r{draw.randrange(requests):04}") for _ in range(requests // 10)
    }
    return snapshot(
        *some_partners,
        *some_requests,
        taxonomy=taxonomy,
        forbidden=tuple(sorted(pairs)),
        policy=policy(same_icb_allowed=seed % 2 == 0, missing_release_blocks=seed % 3 == 0),
    )


def wide_taxonomy() -> Taxonomy:
    """Two priorities, twenty topics of four skills, five methods; each method is related to ten skills."""
    methods = [f"M{number}" for number in range(5)]
    skills = [f"T{topic:02}-S{number}" for topic in range(20) for number in range(4)]
    related: dict[str, set[str]] = {code: set() for code in skills + methods}
    for position, skill in enumerate(skills):
        links = [skills[(position + 5) % len(skills)]] + ([methods[position % 5]] if position % 2 else [])
        for other in links:
            related[skill].add(other)
            related[other].add(skill)
    nodes = [Node(code, code, NodeKind.PRIORITY) for code in ("FLO", "HAR")]
    nodes += [Node(f"T{topic:02}", "topic", NodeKind.TOPIC, ("FLO", "HAR")[topic % 2]) for topic in range(20)]
    nodes += [Node("CAP", "capability", NodeKind.COMPONENT)]
    nodes += [Node(code, code, NodeKind.SKILL, code[:3], tuple(sorted(related[code]))) for code in skills]
    nodes += [Node(code, code, NodeKind.METHOD, "CAP", tuple(sorted(related[code]))) for code in methods]
    return Taxonomy(tuple(nodes))


def random_partner(draw: random.Random, identity: str, held: list[str]) -> Partner:
    """A partner of any kind; one in eight has no usable paper."""
    region = draw.choice(REGIONS)
    skills = draw.sample(held, draw.randint(0, 6))
    interests = [f"TRUST-{draw.randrange(40)}" for _ in range(draw.choice((0, 0, 1, 2)))]
    return partner(
        identity,
        organisation=draw.choice([None, f"TRUST-{draw.randrange(40)}"]),
        region=region,
        icb=draw.choice([None, f"{region}-{draw.randrange(4)}"]),
        location=_somewhere(draw),
        skills=tuple(
            HeldSkill(
                code,
                draw.randint(1, 4),
                draw.choice(list(SkillEvidence)),
                draw.choice([None, 2012, 2020, 2026]),
            )
            for code in skills
        ),
        capacity=tuple(draw.choice((0, 1, 2, 4)) for _ in range(6)),
        max_concurrent=draw.choice((None, 1, 2)),
        smallest_block=draw.randint(1, 6),
        reach=draw.choice(list(Reach)),
        delivery=draw.choice(list(Delivery)),
        interests_confirmed_on=draw.choice(
            (None, *[AS_OF - timedelta(days=draw.choice((10, 365, 366)))] * 7)
        ),
        interests=tuple(
            Interest(
                code,
                InterestKind.OTHER,
                date(2024, 1, 1),
                AS_OF - timedelta(days=draw.choice((30, 300, 500))),
            )
            for code in interests
        ),
        former_employers=(FormerEmployer(f"TRUST-{draw.randrange(40)}", date(2025, 5, 1)),),
        release=draw.choice((*[Release.GIVEN] * 6, Release.MISSING, Release.WITHDRAWN)),
        cost_basis=draw.choice((*[CostBasis.FREE] * 6, CostBasis.CONTRACT)),
        methods=tuple(draw.sample([f"M{number}" for number in range(5)], draw.randint(0, 2))),
        outcome_credit=draw.choice((0.0, 0.3, 1.0)),
    )


def random_request(draw: random.Random, identity: str, wanted: list[str], partners: int) -> SupportRequest:
    """A request of one to four skills in any window."""
    region = draw.choice(REGIONS)
    first = draw.randrange(6)
    skills = draw.sample(wanted, draw.randint(1, 4))
    shares = [draw.randint(1, 5) for _ in skills]
    return request(
        identity,
        requester=f"TRUST-{draw.randrange(40)}",
        beneficiary=draw.choice([None, *[f"TRUST-{draw.randrange(40)}"] * 5]),
        region=region,
        icb=draw.choice([None, f"{region}-{draw.randrange(4)}"]),
        location=_somewhere(draw),
        priority=draw.choice(("FLO", "HAR")),
        topic=None,
        severity=draw.randint(1, 4),
        rank=draw.randint(1, 3),
        days=draw.randint(1, 20),
        window=(first, draw.randrange(first, 6)),
        max_team=draw.randint(1, 3),
        mandated=draw.random() < 0.1,
        delivery=draw.choice(list(Delivery)),
        skills=tuple(
            WantedSkill(code, draw.randint(1, 4), share / sum(shares), position == 0)
            for position, (code, share) in enumerate(zip(skills, shares, strict=True))
        ),
        methods=tuple(draw.sample([f"M{number}" for number in range(5)], draw.randint(0, 1))),
        excluded=tuple({f"p{draw.randrange(partners):04}" for _ in range(draw.choice((0, 0, 3)))}),
        waiting_credit=draw.choice((0.0, 0.05, 0.1)),
    )


def _somewhere(draw: random.Random) -> Location | None:
    return None if draw.random() < 0.1 else Location(draw.uniform(50.2, 55.1), draw.uniform(-5.1, 1.8))
