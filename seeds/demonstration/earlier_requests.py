"""What was asked in the two small rounds before the first large one, from ``earlier.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from seeds.demonstration import names
from seeds.demonstration.records import RequestRecord, SkillWanted

_WRITTEN = tomllib.loads(Path(__file__).with_name("earlier.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class EarlierRound:
    """One small round: its months lie before or after those of the large one, so that it takes none of its days."""

    key: str
    name: str
    opened: date
    closed: date
    reviewed: date
    published: date
    months: tuple[str, ...]

    @property
    def requests(self) -> tuple[RequestRecord, ...]:
        """What was asked, in the order of the file."""
        return tuple(_record(each, position) for position, each in enumerate(_WRITTEN[self.key]))

    @property
    def fates(self) -> dict[str, str]:
        """What became of each request, by its reference."""
        return {f"R-{each['key']}": each["fate"] for each in _WRITTEN[self.key]}


PAST = EarlierRound(
    key="round_1",
    name="Round 1: July to November 2026",
    opened=date(2026, 6, 1),
    closed=date(2026, 6, 19),
    reviewed=date(2026, 6, 24),
    published=date(2026, 6, 29),
    months=("2026-07", "2026-08", "2026-09", "2026-10", "2026-11"),
)
AHEAD = EarlierRound(
    key="round_2",
    name="Round 2: plans for September to November 2027",
    opened=date(2026, 9, 21),
    closed=date(2026, 10, 9),
    reviewed=date(2026, 11, 4),
    published=date(2026, 11, 10),
    months=("2027-09", "2027-10", "2027-11"),
)
ENDED = date(2026, 11, 13)
"""The day on which the round of the past was said to be over."""
SEVERITY_REASONS = {
    1: "It can wait, and would help.",
    2: "Patients wait longer or have a worse experience than they should.",
}


def requesters() -> set[str]:
    """Codes of all who asked in either."""
    return {each.requester for earlier in (PAST, AHEAD) for each in earlier.requests}


def _record(given: dict[str, Any], position: int) -> RequestRecord:
    code, _, number = given["key"].partition("-")
    first, last = given["window"]
    return RequestRecord(
        key=given["key"],
        requester=code,
        priority=given["topic"][:3],
        topic=given["topic"],
        title=given["title"],
        aim=given["aim"],
        measure=given["measure"],
        skills=(SkillWanted(given["skill"], 2, 3, is_essential=True),),
        days=given["days"],
        window=(first, last),
        max_team=1,
        shape="coaching",
        delivery="mixed",
        severity=given["severity"],
        severity_reason=SEVERITY_REASONS[given["severity"]],
        rank=int(number[1:]),
        sponsor=names.person("sponsor", given["key"]),
        sponsor_role=("Chief operating officer", "Chief nurse", "Medical director")[position % 3],
        local_lead=names.person("local lead", given["key"]),
        existing_method=None,
        other_help="",
        is_mandated=False,
        collaborative=None,
    )
