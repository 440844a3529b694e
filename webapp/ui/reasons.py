"""Why a match was proposed, in words and as a picture: the same stored reasons for every reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.services.match_evidence import Reasons, SkillPart
from webapp.ui import choices, formats, ladder
from webapp.ui.charts import BarChart, bar_chart


@dataclass(frozen=True, slots=True)
class Who:
    """How the partner is called in a sentence, and what is said where nothing asked for is held."""

    name: str
    holds: str
    lacks: str
    weak: str


_WEAK = "The match rests on related skills, which count half, and on experience, place and way of working."
THE_PARTNER = Who("The partner", "holds", "does not hold", _WEAK)
YOU = Who(
    "You", "hold", "do not hold", f"{_WEAK} Say no if that is not enough: it is never counted against you."
)
THEY = Who("They", "hold", "do not hold", f"{_WEAK} Ask what they can bring before you accept.")


@dataclass(frozen=True, slots=True)
class PartLine:
    """One criterion: what it means, how far it is met, what it weighs and adds."""

    title: str
    meaning: str
    met: str
    weight: str
    points: str


@dataclass(frozen=True, slots=True)
class SkillLine:
    """One skill asked for, and the partner's best answer to it."""

    wanted: str
    level: str
    answer: str
    is_covered: bool


@dataclass(frozen=True, slots=True)
class ReasonsShown:
    """The score in parts (picture and table), the skills, and the place among the candidates.

    ``holding`` says in sentences what is held of what was asked, and what is not.
    """

    fit: str
    place: str
    holding: tuple[str, ...]
    distance: str
    chart: BarChart
    parts: tuple[PartLine, ...]
    skills: tuple[SkillLine, ...]
    factors: tuple[str, ...]


def shown(reasons: Reasons, labels: Mapping[str, str], who: Who | None = None) -> ReasonsShown:
    """The reasons of one match; ``labels`` has the words for its skill codes, ``who`` is called the partner."""
    parts = tuple(
        PartLine(
            ladder.SCORE_PARTS[part.criterion].title,
            ladder.SCORE_PARTS[part.criterion].meaning,
            formats.share(part.value),
            formats.share(part.weight),
            formats.decimal(part.points),
        )
        for part in reasons.parts
    )
    bars = [(line.title, part.value, line.met) for line, part in zip(parts, reasons.parts, strict=True)]
    return ReasonsShown(
        fit=formats.decimal(reasons.fit),
        place=place(reasons),
        holding=holding(reasons, labels, who or THE_PARTNER),
        distance=formats.apart(reasons.distance_km),
        chart=bar_chart("How far each part of the fit is met", bars, most=1.0),
        parts=parts,
        skills=tuple(_skill(each, labels) for each in reasons.skills),
        factors=tuple(_factors(reasons)),
    )


def holding(reasons: Reasons, labels: Mapping[str, str], who: Who) -> tuple[str, ...]:
    """What the partner holds of what was asked, and what not: the same sentences on every page and in letters."""
    asked = reasons.skills
    if not asked:
        return ()
    covered = [each for each in asked if each.is_covered]
    lower = [each for each in asked if not each.is_covered and each.held_code == each.skill_code]
    near = [each for each in asked if each.held_code not in (None, each.skill_code)]
    none = [each for each in asked if each.held_code is None]
    share = f"{len(covered) or 'none'} of the {len(asked)} skills" if len(asked) > 1 else "the skill"
    verb = who.holds if covered or len(asked) > 1 else who.lacks
    names = f": {_names(labels, _wanted(covered))}" if covered else ""
    lines = [f"{who.name} {verb} {share} asked for at the level asked for{names}."]
    if lower:
        lines.append(f"Held, but at a lower level than asked for: {_names(labels, _wanted(lower))}.")
    lines += [
        f"In place of {_name(labels, each.skill_code)}, the nearest skill held is {_name(labels, each.held_code)}."
        for each in near
    ]
    if none:
        lines.append(f"Nothing held is close to: {_names(labels, _wanted(none))}.")
    return (*lines, *(() if covered else (who.weak,)))


def place(reasons: Reasons) -> str:
    """The rank among the candidates: "3rd of 24 possible partners"."""
    return f"{_ordinal(reasons.rank)} of {formats.plural(reasons.candidates, 'possible partner')}"


def months(days_by_month: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """``("December 2026", "3 days")`` for each month that has any."""
    return tuple((formats.month(month), formats.days(days)) for month, days in sorted(days_by_month.items()))


def _wanted(skills: Iterable[SkillPart]) -> Iterable[str]:
    return (each.skill_code for each in skills)


def _names(labels: Mapping[str, str], codes: Iterable[str]) -> str:
    return "; ".join(_name(labels, code) for code in codes)


def _name(labels: Mapping[str, str], code: str | None) -> str:
    return labels.get(code or "", code or "")


def _skill(each: SkillPart, labels: Mapping[str, str]) -> SkillLine:
    level = choices.title("skill_level", each.level_wanted)
    if each.held_code is None:
        return SkillLine(labels.get(each.skill_code, each.skill_code), level, "Nothing close to it", False)
    held = choices.title("skill_level", each.level_held)
    same = each.held_code == each.skill_code
    answer = held if same else f"{labels.get(each.held_code, each.held_code)}: {held}"
    return SkillLine(labels.get(each.skill_code, each.skill_code), level, answer, each.is_covered)


def skill_codes(reasons: Reasons) -> set[str]:
    """The skill codes whose words ``shown`` needs."""
    wanted = {each.skill_code for each in reasons.skills}
    return wanted | {each.held_code for each in reasons.skills if each.held_code}


def _factors(reasons: Reasons) -> list[str]:
    lines = []
    if reasons.rank_factor < 1:
        lines.append(f"Times {reasons.rank_factor:g}, because the requester ranked another request higher")
    if reasons.waiting_credit > 0:
        lines.append(
            f"Plus {formats.share(reasons.waiting_credit)} for having waited, or for a region or type of provider "
            "that was left behind in the last round"
        )
    return lines


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
