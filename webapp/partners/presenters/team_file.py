"""The file of a team's members: what is wrong with it, or what it would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from webapp.partners.presenters.consequences import Consequence
from webapp.services.csv_text import FileRefusedError
from webapp.services.team_imports import Preview
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class Problems:
    """Everything that is wrong with a file, each with its place."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """Before and after, for each month and skill that would change."""

    lead: str
    days: tuple[tuple[str, str, str], ...]
    skills: tuple[tuple[str, str, str], ...]
    pooled: str
    consequence: Consequence


def problems(refused: FileRefusedError) -> Problems:
    """What the person has to mend."""
    more = refused.count - len(refused.problems)
    lines = [_sentence(str(each)) for each in refused.problems]
    if more:
        lines.append(f"And {formats.plural(more, 'more problem')}.")
    return Problems(
        f"Nothing was imported: {formats.plural(refused.count, 'problem')} in the file", tuple(lines)
    )


def example(codes: Iterable[str], year: int) -> str:
    """How two skills are written in one cell, with codes that exist."""
    first, second = [*codes, "CODE", "CODE"][:2]
    return f"{first} 3 {year}; {second} 2"


def preview_page(found: Preview, labels: Mapping[str, str], consequence: Consequence) -> PreviewPage:
    """What saving would do."""
    members = formats.plural(found.pooled.members, "member")
    lead = (
        f"{members} in the file. Nothing is saved yet: {formats.plural(found.count, 'change')} would be made."
    )
    if not found.count:
        lead = f"{members} in the file. It changes nothing: your team offers this already."
    return PreviewPage(
        lead=lead,
        days=tuple(
            (formats.month(month), formats.days(before), formats.days(after))
            for month, (before, after) in sorted(found.days.items())
        ),
        skills=tuple(sorted(_skills(found, labels), key=lambda line: line[0].casefold())),
        pooled=found.pooled.written(),
        consequence=consequence,
    )


def _skills(found: Preview, labels: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    for code, (before, after) in found.skills.items():
        old = choices.title("skill_level", before) if before is not None else "Not held yet"
        yield labels.get(code, code), old, choices.title("skill_level", after)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
