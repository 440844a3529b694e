"""Where need is likely, from published figures: how much of each priority, on which topic, in which words."""

from __future__ import annotations

from functools import cache

from seeds.demonstration.draws import Draws
from seeds.reference.signals import Measure, figures, measures, need_shares

UNKNOWN = 0.45
"""Need where no figure was published: a little below the middle."""

KIND_FACTORS = {
    "acute": {"UEC": 1.0, "ELE": 1.0, "PSA": 1.0, "MEH": 0.12, "PCA": 0.0},
    "mental_health": {"UEC": 0.03, "ELE": 0.0, "PSA": 1.0, "MEH": 1.6, "PCA": 0.05},
    "community": {"UEC": 0.8, "ELE": 0.3, "PSA": 0.7, "MEH": 0.3, "PCA": 0.8},
    "ambulance": {"UEC": 1.6, "ELE": 0.0, "PSA": 0.5, "MEH": 0.2, "PCA": 0.0},
    "specialist": {"UEC": 0.05, "ELE": 1.2, "PSA": 0.7, "MEH": 0.0, "PCA": 0.0},
    "online": {"UEC": 0.0, "ELE": 0.6, "PSA": 0.0, "MEH": 0.0, "PCA": 0.2},
    "icb": {"UEC": 0.9, "ELE": 0.4, "PSA": 0.12, "MEH": 0.9, "PCA": 2.6},
}
"""What each kind of organisation may sensibly ask for."""

TOPICS = {
    "UEC": {"UEC-EDF": 5.0, "UEC-WRD": 5.0, "UEC-DIS": 4.0, "UEC-AMB": 2.5, "UEC-SDE": 2.0, "UEC-OOH": 2.0},
    "ELE": {"ELE-RTT": 4.0, "ELE-THE": 4.0, "ELE-OPD": 3.5, "ELE-DIA": 3.0, "ELE-CAN": 3.0},
    "PCA": {"PCA-ACC": 4.0, "PCA-NEI": 3.0, "PCA-DIG": 2.5, "PCA-INT": 1.5, "PCA-PHA": 1.0},
    "MEH": {"MEH-INP": 4.5, "MEH-CYP": 3.0, "MEH-CRI": 3.0, "MEH-COM": 2.5, "MEH-LDA": 1.5, "MEH-TTP": 1.0},
    "PSA": {"PSA-DET": 3.0, "PSA-MAT": 7.0, "PSA-PSI": 2.5, "PSA-HAR": 2.5, "PSA-CUL": 3.5, "PSA-MED": 0.7},
}

TOPICS_OF_KIND = {
    "ambulance": {"UEC-AMB", "UEC-OOH", "MEH-CRI", "PSA-PSI", "PSA-CUL", "PSA-MED"},
    "mental_health": {
        *("MEH-INP", "MEH-CYP", "MEH-CRI", "MEH-COM", "MEH-LDA", "MEH-TTP"),
        *("PSA-PSI", "PSA-HAR", "PSA-CUL", "PSA-MED", "UEC-DIS", "PCA-NEI"),
    },
    "community": {
        *("UEC-DIS", "UEC-OOH", "UEC-SDE", "PCA-NEI", "PCA-INT", "MEH-CYP", "MEH-LDA", "ELE-RTT", "ELE-OPD"),
        *("PSA-PSI", "PSA-HAR", "PSA-CUL", "PSA-MED"),
    },
    "specialist": {
        "ELE-RTT",
        "ELE-THE",
        "ELE-OPD",
        "ELE-DIA",
        "ELE-CAN",
        "UEC-WRD",
        "PSA-PSI",
        "PSA-DET",
        "PSA-CUL",
    },
    "acute": {
        *("UEC-EDF", "UEC-WRD", "UEC-DIS", "UEC-SDE", "UEC-OOH", "UEC-AMB"),
        *("ELE-RTT", "ELE-THE", "ELE-OPD", "ELE-DIA", "ELE-CAN", "MEH-CRI", "MEH-CYP"),
        *("PSA-DET", "PSA-MAT", "PSA-PSI", "PSA-HAR", "PSA-CUL", "PSA-MED"),
    },
    "online": {"ELE-OPD", "PCA-DIG"},
    "icb": {
        *("UEC-DIS", "UEC-OOH", "UEC-AMB", "ELE-RTT", "ELE-OPD", "ELE-CAN", "MEH-CYP", "MEH-COM", "MEH-INP"),
        *("MEH-LDA", "MEH-CRI", "PCA-ACC", "PCA-NEI", "PCA-DIG", "PCA-INT", "PCA-PHA", "PSA-MED"),
    },
}

SHOWN_BY = {
    "UEC-EDF": "ae_four_hours",
    "UEC-AMB": "ae_twelve_hours",
    "UEC-WRD": "ae_twelve_hours",
    "UEC-DIS": "ae_twelve_hours",
    "UEC-SDE": "ae_four_hours",
    "ELE-RTT": "rtt_fifty_two_weeks",
    "ELE-OPD": "rtt_eighteen_weeks",
    "ELE-THE": "rtt_eighteen_weeks",
    "ELE-DIA": "cancer_sixty_two_days",
    "ELE-CAN": "cancer_sixty_two_days",
    "MEH-CYP": "young_mental_health_year",
    "MEH-LDA": "young_mental_health_year",
    "MEH-COM": "adult_mental_health_year",
    "MEH-INP": "adult_mental_health_year",
    "PSA-DET": "hospital_mortality",
    "PSA-CUL": "raising_concerns",
    "PSA-PSI": "raising_concerns",
    "PCA-ACC": "phone_access",
    "PCA-DIG": "phone_access",
}
"""The published figure that shows need on a topic, where there is one."""


@cache
def priority_need(code: str, kind: str, priority: str) -> float:
    """Need from 0: the mean rank of an organisation's figures, times what suits its kind."""
    shares = [
        need_shares(measure.code)[code]
        for measure in measures()
        if measure.priority == priority and code in need_shares(measure.code)
    ]
    mean = sum(shares) / len(shares) if shares else UNKNOWN
    return KIND_FACTORS[kind][priority] * (0.15 + mean)


def leaning(code: str, kind: str, priority: str) -> float:
    """How likely an organisation is to ask under a priority: its need, the more so the less else it needs."""
    everything = sum(priority_need(code, kind, other) for other in TOPICS)
    return priority_need(code, kind, priority) ** 3 / everything


def topic_need(code: str, topic: str) -> float:
    """Rank from 0 to 1 of the figure that shows need on the topic."""
    measure = SHOWN_BY.get(topic)
    return need_shares(measure).get(code, UNKNOWN) if measure else UNKNOWN


def topic(draws: Draws, code: str, kind: str, priority: str, taken: set[str]) -> str | None:
    """A topic of the priority that suits the organisation, leaning on its figures; none is taken twice."""
    weights = {
        name: weight * (0.2 + topic_need(code, name)) ** 2
        for name, weight in TOPICS[priority].items()
        if name in TOPICS_OF_KIND[kind] and name not in taken
    }
    return draws.weighted(weights) if weights else None


def published(code: str, topic_code: str) -> str:
    """A sentence that cites the figure with its month, or nothing where none was published."""
    measure = next((item for item in measures() if item.code == SHOWN_BY.get(topic_code)), None)
    value = figures().get(code, {}).get(measure.code) if measure else None
    if measure is None or value is None:
        return ""
    return f"Published figure, {measure.period}: {_stated(measure, value)}. "


def _stated(measure: Measure, value: float) -> str:
    label = measure.label if measure.label.startswith("A&E") else measure.label[0].lower() + measure.label[1:]
    number = f"{value:g}%" if measure.unit == "percent" else f"{value:g}"
    return f"{label}, {number}"
