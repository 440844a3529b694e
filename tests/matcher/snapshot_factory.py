"""Snapshots for tests: every field valid by default, the one that matters set in the test."""

from __future__ import annotations

from datetime import date
from typing import Any

from matcher.problem.partners import (
    Delivery,
    HeldSkill,
    Location,
    Partner,
    PartnerKind,
    Reach,
    SkillEvidence,
)
from matcher.problem.policy import Policy, PriorityPolicy, RegionPolicy
from matcher.problem.requests import Shape, SupportRequest, WantedSkill
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import Node, NodeKind, Taxonomy

AS_OF = date(2026, 9, 1)
MONTHS = ("2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03")

TAXONOMY = Taxonomy(
    (
        Node("CAP", "Building capability", NodeKind.COMPONENT),
        Node("FLO", "Urgent care", NodeKind.PRIORITY),
        Node("HAR", "Safer care", NodeKind.PRIORITY),
        Node("ED", "Emergency department", NodeKind.TOPIC, "FLO"),
        Node("ED-4HR", "Four hours", NodeKind.SKILL, "ED", ("M-SPC",)),
        Node("ED-STR", "Streaming", NodeKind.SKILL, "ED", ("AMB-HOV",)),
        Node("AMB", "Ambulances", NodeKind.TOPIC, "FLO"),
        Node("AMB-HOV", "Handover", NodeKind.SKILL, "AMB", ("ED-STR",)),
        Node("DAY", "Daily care", NodeKind.TOPIC, "HAR"),
        Node("DAY-FAL", "Falls", NodeKind.SKILL, "DAY", ("M-SPC",)),
        Node("CAP-ACA", "Academies", NodeKind.SKILL, "CAP"),
        Node("CAP-MEA", "Measurement", NodeKind.SKILL, "CAP", ("M-SPC",)),
        Node("M-SPC", "Control charts", NodeKind.METHOD, "CAP", ("CAP-MEA", "DAY-FAL", "ED-4HR")),
        Node("M-LEAN", "Lean", NodeKind.METHOD, "CAP"),
    )
)


def policy(**changes: Any) -> Policy:
    values: dict[str, Any] = {
        "version": 1,
        "effective_from": date(2026, 4, 1),
        "priorities": (PriorityPolicy("FLO", 2.0, 0.2), PriorityPolicy("HAR", 1.0, 0.1)),
        "regions": (
            RegionPolicy("NORTH", 0.1, ("MIDDLE",)),
            RegionPolicy("MIDDLE", 0.1, ("NORTH", "SOUTH")),
            RegionPolicy("SOUTH", 0.1, ("MIDDLE",)),
        ),
    }
    return Policy(**(values | changes))


def partner(identity: str = "p1", **changes: Any) -> Partner:
    values: dict[str, Any] = {
        "id": identity,
        "kind": PartnerKind.EXPERT,
        "organisation": f"HOME-{identity}",
        "region": "NORTH",
        "icb": "ICB-N",
        "location": Location(54.0, -1.5),
        "skills": (HeldSkill("ED-4HR", 3, SkillEvidence.REFERENCE, 2025),),
        "capacity": (2, 2, 2, 2, 2, 2),
        "max_concurrent": 2,
        "smallest_block": 3,
        "reach": Reach.NATIONAL,
        "delivery": Delivery.MIXED,
        "interests_confirmed_on": date(2026, 3, 1),
        "checked_on": date(2026, 3, 1),
    }
    return Partner(**(values | changes))


def request(identity: str = "r1", **changes: Any) -> SupportRequest:
    values: dict[str, Any] = {
        "id": identity,
        "requester": "TRUST-A",
        "beneficiary": "TRUST-A",
        "provider_type": "acute",
        "region": "NORTH",
        "icb": "ICB-X",
        "location": Location(54.5, -1.5),
        "priority": "FLO",
        "topic": "ED",
        "severity": 3,
        "rank": 1,
        "days": 8,
        "window": (0, 5),
        "max_team": 2,
        "shape": Shape.HANDS_ON,
        "delivery": Delivery.ON_SITE,
        "skills": (WantedSkill("ED-4HR", 2, 1.0, True),),
    }
    return SupportRequest(**(values | changes))


def snapshot(*records: Partner | SupportRequest, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "months": MONTHS,
        "taxonomy": TAXONOMY,
        "policy": policy(),
        "partners": tuple(each for each in records if isinstance(each, Partner)),
        "requests": tuple(each for each in records if isinstance(each, SupportRequest)),
    }
    return Snapshot(**(values | changes))
