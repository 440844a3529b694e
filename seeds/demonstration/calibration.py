"""The numbers of the demonstration network (PRODUCT.md section 7) and its fixed calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MONTHS = ("2026-12", "2027-01", "2027-02", "2027-03", "2027-04", "2027-05")
LATER_MONTHS = ("2027-06", "2027-07", "2027-08")
"""Months after the horizon, for which partners begin to say what they offer."""
AS_OF = date(2026, 11, 16)
"""The day on which the round closed and on which everything stands."""
ROUND_OPENED = date(2026, 10, 19)
POLICY_SET = date(2026, 5, 26)
"""The day on which the first policy was confirmed; two small rounds are matched under it before the first winter."""
PROFILES_CHECKED = date(2026, 11, 9)
"""The day on which all partners last went over their profiles."""
NEXT_ROUND_CLOSES = date(2027, 2, 12)
QUIET_MONTHS = {"08": 0.7, "12": 0.7}
"""August and December fall by 30 percent."""

EXPERTS, TEAMS, REQUESTS = 240, 80, 174
TRUST_SHARE, BOARD_SHARE = 0.40, 0.45
SEVERITY_POINTS = 6
PRIORITY_SHARES = {"PCA": 0.10, "MEH": 0.15, "UEC": 0.32, "ELE": 0.26, "PSA": 0.17}
"""Needs are drawn in this order: what only some may ask for first, what all may ask for last."""

EXPERT_DAYS = {1: 0.45, 2: 0.30, 4: 0.18, 8: 0.07}
"""Days a month; half a day is offered as one."""
TEAM_DAYS_MEDIAN, TEAM_DAYS_SPREAD = 12, 0.45
TEAM_DAYS_LEAST, TEAM_DAYS_MOST = 4, 60

MONTHS_OFFERED = {0: 0.15, 1: 0.18, 2: 0.34, 3: 0.19, 4: 0.07, 5: 0.03, 6: 0.04}
"""For how many months in a row a partner offers days: few are free all along, some not at all this time."""

EXPERT_REACH = {"icb": 0.20, "region": 0.40, "neighbouring": 0.20, "national": 0.20}
TEAM_REACH = {"region": 0.35, "neighbouring": 0.30, "national": 0.35}
DELIVERY_OFFERED = {"mixed": 0.64, "on_site": 0.18, "remote": 0.18}

SCARCE = {
    "MEH-INP": 0.15,
    "UEC-AMB": 0.12,
    "PCA-ACC": 0.20,
    "PSA-MAT-CUL": 0.10,
    "M-DCM": 0.15,
    "M-SIM": 0.30,
}
"""Topics and skills that few hold, on purpose: their supply is multiplied by this."""

LEVELS_HELD = {1: 0.08, 2: 0.34, 3: 0.36, 4: 0.22}
LEVELS_WANTED = {1: 0.12, 2: 0.53, 3: 0.35}
EVIDENCE = {
    "self_declared": 0.40,
    "reference": 0.22,
    "qualification": 0.12,
    "employer_endorsed": 0.18,
    "published_outcome": 0.08,
}

MANDATED_OF_SEVEREST = 0.6
"""Share of the requests of severity 4 that the national team mandates."""


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """What a shape of support takes: days for each month of its window, or ``days`` in all."""

    months: int
    days_a_month: int
    days: int
    team: int
    delivery: dict[str, float]

    def days_over(self, months: int) -> int:
        return self.days or self.days_a_month * months


ON_SITE = {"on_site": 0.85, "mixed": 0.15}
EITHER = {"mixed": 0.55, "on_site": 0.25, "remote": 0.20}
AT_A_DISTANCE = {"remote": 0.7, "mixed": 0.3}

SHAPES = {
    "advice_call": ShapeRule(2, 0, 1, 1, {"remote": 1.0}),
    "peer_review": ShapeRule(1, 0, 20, 5, ON_SITE),
    "diagnostic": ShapeRule(2, 0, 24, 3, {"mixed": 0.6, "on_site": 0.4}),
    "coaching": ShapeRule(6, 2, 0, 1, EITHER),
    "hands_on": ShapeRule(6, 8, 0, 4, {"mixed": 0.6, "on_site": 0.4}),
    "training": ShapeRule(3, 0, 6, 2, EITHER),
    "analytics": ShapeRule(3, 3, 0, 2, AT_A_DISTANCE),
    "buddying": ShapeRule(6, 1, 0, 1, EITHER),
    "collaborative": ShapeRule(6, 1, 0, 1, EITHER),
}

SHAPE_SHARES = {
    "UEC": {
        "hands_on": 58,
        "peer_review": 15,
        "diagnostic": 12,
        "coaching": 6,
        "analytics": 5,
        "buddying": 4,
    },
    "ELE": {
        "hands_on": 54,
        "diagnostic": 18,
        "analytics": 11,
        "peer_review": 8,
        "coaching": 4,
        "advice_call": 5,
    },
    "PSA": {
        "hands_on": 44,
        "peer_review": 22,
        "coaching": 11,
        "diagnostic": 10,
        "training": 9,
        "buddying": 4,
    },
    "MEH": {
        "hands_on": 56,
        "peer_review": 18,
        "diagnostic": 12,
        "coaching": 8,
        "training": 3,
        "advice_call": 3,
    },
    "PCA": {
        "hands_on": 52,
        "coaching": 16,
        "diagnostic": 14,
        "training": 10,
        "analytics": 4,
        "advice_call": 4,
    },
}

PRIORITY_WEIGHTS = {"UEC": 1.4, "ELE": 1.3, "MEH": 1.2, "PSA": 1.2, "PCA": 1.1}
PRIORITY_FLOOR = 0.20
REGION_FLOOR = 0.20
LADDER = ("mandated", "floors", "value")
"""Floors keep every priority and region above its share. Raising the worst group further is left to a policy that
asks for it: it takes value from the rest, and the search far longer."""
