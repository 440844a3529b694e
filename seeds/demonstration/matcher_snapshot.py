"""The demonstration network as the matcher reads it, without a database: for trials and benchmarks."""

from __future__ import annotations

from matcher.problem.partners import (
    CostBasis,
    Delivery,
    FormerEmployer,
    HeldSkill,
    Interest,
    InterestKind,
    Location,
    Partner,
    PartnerKind,
    Reach,
    Release,
    SkillEvidence,
)
from matcher.problem.policy import Policy, PriorityPolicy, RegionPolicy
from matcher.problem.requests import Shape, SupportRequest, WantedSkill
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import Node, NodeKind, Taxonomy
from seeds.demonstration import calibration
from seeds.demonstration.records import Network, PartnerRecord, RequestRecord
from seeds.reference import geography, taxonomy, trusts

RELEASES = {
    "given": Release.GIVEN,
    "asked": Release.MISSING,
    "withdrawn": Release.WITHDRAWN,
    None: Release.NOT_NEEDED,
}

METHODS = frozenset(term.code for term in taxonomy.of_kind("method"))


def snapshot(network: Network) -> Snapshot:
    """The network under the policy of the demonstration, in canonical order."""
    return Snapshot(
        as_of=network.as_of,
        months=network.months,
        taxonomy=Taxonomy(
            tuple(
                Node(term.code, term.label, NodeKind(term.kind), term.parent, term.related)
                for term in taxonomy.terms()
            )
        ),
        policy=policy(),
        partners=tuple(_partner(record) for record in network.partners),
        requests=tuple(_request(record) for record in network.requests),
    ).canonical()


def policy() -> Policy:
    """The first policy of the demonstration: floors for every priority and region."""
    return Policy(
        version=1,
        effective_from=calibration.ROUND_OPENED,
        priorities=tuple(
            PriorityPolicy(code, weight, calibration.PRIORITY_FLOOR)
            for code, weight in sorted(calibration.PRIORITY_WEIGHTS.items())
        ),
        regions=tuple(
            RegionPolicy(region.code, calibration.REGION_FLOOR, region.neighbours)
            for region in geography.regions()
        ),
        ladder=calibration.LADDER,
    )


def _partner(record: PartnerRecord) -> Partner:
    current = [item for item in record.interests if item.kind != "former_employment"]
    return Partner(
        id=record.reference,
        kind=PartnerKind(record.kind),
        organisation=record.organisation,
        region=record.region,
        icb=record.board,
        location=Location(*record.place),
        skills=tuple(
            HeldSkill(skill.code, skill.level, SkillEvidence(skill.evidence), skill.year)
            for skill in sorted(record.skills, key=lambda held: held.code)
        ),
        capacity=record.days,
        max_concurrent=record.max_concurrent,
        smallest_block=record.smallest_block,
        reach=Reach(record.reach),
        delivery=Delivery(record.delivery),
        interests_confirmed_on=record.interests_confirmed_on,
        interests=tuple(
            Interest(
                item.organisation,
                InterestKind(item.kind),
                record.interests_confirmed_on,
                record.interests_confirmed_on,
            )
            for item in current
        ),
        former_employers=tuple(
            FormerEmployer(item.organisation, item.left_on)
            for item in record.interests
            if item.left_on is not None
        ),
        release=RELEASES[record.release],
        cost_basis=CostBasis(record.cost_basis),
        methods=tuple(skill for skill in sorted(held.code for held in record.skills) if skill in METHODS),
        checked_on=calibration.PROFILES_CHECKED,
    )


def _request(record: RequestRecord) -> SupportRequest:
    trust = next((item for item in trusts.trusts() if item.code == record.requester), None)
    board = trust.board if trust else record.requester
    place = (trust.latitude, trust.longitude) if trust else trusts.board_places()[board]
    total = sum(skill.weight for skill in record.skills)
    return SupportRequest(
        id=record.reference,
        requester=record.requester,
        beneficiary=record.requester,
        provider_type=trust.kind if trust else "icb",
        region=next(item.region for item in geography.boards() if item.code == board),
        icb=board,
        location=Location(*place),
        priority=record.priority,
        topic=record.topic,
        severity=record.severity,
        rank=record.rank,
        days=record.days,
        window=record.window,
        max_team=record.max_team,
        shape=Shape(record.shape),
        delivery=Delivery(record.delivery),
        skills=tuple(
            WantedSkill(skill.code, skill.level, skill.weight / total, skill.is_essential)
            for skill in record.skills
        ),
        mandated=record.is_mandated,
        methods=(record.existing_method,) if record.existing_method else (),
        collaborative=record.collaborative,
    )
