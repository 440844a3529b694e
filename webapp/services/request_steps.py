"""The steps in which a support request is written: what each holds, and what is wrong with it by itself.

The field names are those of the row and of the forms. What takes other rows is in ``request_rules``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from webapp.services import free_text
from webapp.services.failures import Problem
from webapp.store.partners import Delivery
from webapp.store.support_requests import MOST_OPEN, Shape

MOST_SKILLS = 5
MOST_DAYS = 1000
MOST_TEAM = 5
TEXT_LIMITS = {
    "title": 120,
    "aim": 2000,
    "measure": 1000,
    "sponsor_name": 120,
    "sponsor_role": 120,
    "lead_name": 120,
    "lead_email": 254,
    "other_help": 1000,
    "severity_reason": 1000,
}
ONE_LINE = frozenset({"title", "sponsor_name", "sponsor_role", "lead_name", "lead_email"})


@dataclass(frozen=True, slots=True)
class Need:
    """What the request is about. ``component_code`` may come from the worksheet; never a level (I3).

    A ``title`` of None leaves the title as it is.
    """

    title: str | None
    priority_code: str | None
    topic_code: str | None
    component_code: str | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What they want to achieve, how they would know, and in a few words; no ``title`` leaves it as it is."""

    aim: str
    measure: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class SkillWanted:
    """A skill at a level from 1 to 4; ``weight`` from 1 to 5 counts against the request's other skills."""

    skill_code: str
    level: int
    weight: int = 1
    essential: bool = False


@dataclass(frozen=True, slots=True)
class Skills:
    """One to five skills, the most important first."""

    skills: tuple[SkillWanted, ...]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much help, when and how; months are ``YYYY-MM``, first and last included."""

    shape: Shape
    delivery: Delivery
    days: int
    window_first: str
    window_last: str
    max_team: int = 1
    collaborative_group: str | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Who sponsors and leads, what is in place, and who already helps."""

    sponsor_name: str
    sponsor_role: str
    lead_name: str
    lead_email: str
    existing_method_code: str | None = None
    other_help: str = ""
    in_mandated_programme: bool = False
    open_to_peers: bool = False


@dataclass(frozen=True, slots=True)
class Urgency:
    """The place among the organisation's requests, and the anchored severity from 1 to 4; a draft may lack one."""

    rank: int | None
    severity: int | None
    severity_reason: str = ""


@dataclass(frozen=True, slots=True)
class ExcludedPartner:
    """A partner that they must not or will not work with; only the national team reads why."""

    partner_id: UUID
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """All excluded partners."""

    partners: tuple[ExcludedPartner, ...]


Step = Need | Aim | Skills | Amount | Readiness | Urgency | Exclusions


def cleaned(step: Step) -> dict[str, object]:
    """The step's plain columns by name, texts in their normal form."""
    values = {name: getattr(step, name) for name in step.__dataclass_fields__}
    if values.get("title", "") is None:
        del values["title"]
    return {name: free_text.clean(value) if name in TEXT_LIMITS else value for name, value in values.items()}


def problems(step: Step) -> Iterator[Problem]:
    """What is wrong with the step alone."""
    for name, value in cleaned(step).items():
        if name in TEXT_LIMITS:
            yield from free_text.problems(name, str(value), most=TEXT_LIMITS[name], one_line=name in ONE_LINE)
    if isinstance(step, Skills):
        yield from _skill_problems(step.skills)
    elif isinstance(step, Amount):
        yield from _amount_problems(step)
    elif isinstance(step, Urgency):
        yield from _urgency_problems(step)


def _skill_problems(skills: tuple[SkillWanted, ...]) -> Iterator[Problem]:
    if not skills:
        yield Problem("skills", "Choose at least one skill")
    if len(skills) > MOST_SKILLS:
        yield Problem("skills", f"Choose {MOST_SKILLS} skills or fewer")
    if len({each.skill_code for each in skills}) < len(skills):
        yield Problem("skills", "Choose each skill once")
    if any(not 1 <= each.level <= 4 or not 1 <= each.weight <= 5 for each in skills):
        yield Problem("skills", "Choose a level from 1 to 4 and a weight from 1 to 5 for each skill")


def _amount_problems(step: Amount) -> Iterator[Problem]:
    if not 1 <= step.days <= MOST_DAYS:
        yield Problem("days", f"Enter whole days from 1 to {MOST_DAYS:,}")
    if not 1 <= step.max_team <= MOST_TEAM:
        yield Problem("max_team", f"Enter from 1 to {MOST_TEAM} partners")
    if step.window_last < step.window_first:
        yield Problem("window_last", "The last month must not be before the first")


def _urgency_problems(step: Urgency) -> Iterator[Problem]:
    if step.rank is not None and not 1 <= step.rank <= MOST_OPEN:
        yield Problem("rank", f"Choose a place from 1 to {MOST_OPEN}")
    if step.severity is not None and not 1 <= step.severity <= 4:
        yield Problem("severity", "Choose a severity from 1 to 4")
