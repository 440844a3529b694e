"""What somebody means who types a skill or partners into a scenario: found, or asked again with those alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from webapp.authority.actor import AnyActor
from webapp.services import partner_lists, registry
from webapp.services.failures import Rejected
from webapp.store.unit_of_work import UnitOfWork

STEM, MOST_NAMED = 5, 5
"""How much of a word that no skill has is looked for again, and how many names are offered."""


def skill_called(unit: UnitOfWork, *, actor: AnyActor, text: str) -> str:
    """The code of the skill that was typed; refused on ``more_skill`` where none or several could be meant."""
    found = registry.find_skills(unit, actor=actor, text=text)
    if not found:
        alike = registry.find_skills(unit, actor=actor, text=text[:STEM])
        raise Rejected("more_skill", _one_of("There is no skill of that name", [row.label for row in alike]))
    exact = [node for node in found if text.casefold() in (node.label.casefold(), node.code.casefold())]
    if len(exact or found) == 1:
        return (exact or found)[0].code
    raise Rejected("more_skill", _one_of("Several skills are called that", [row.label for row in found]))


def partners_called(unit: UnitOfWork, *, actor: AnyActor, texts: Iterable[str]) -> tuple[str, ...]:
    """The references of the partners that were typed, by name or reference, each once.

    Refused on ``without`` where a text could mean none or several.
    """
    found = (reference for text in texts for reference in _called(unit, actor, text))
    return tuple(dict.fromkeys(found))


def _called(unit: UnitOfWork, actor: AnyActor, text: str) -> list[str]:
    alike = partner_lists.called(unit, actor=actor, text=text)
    if len(alike) == 1:
        return [alike[0].reference]
    if not alike and " " in text:  # references with spaces between them
        return [reference for word in text.split() for reference in _called(unit, actor, word)]
    said = "Several partners are called that" if alike else f"There is no active partner {text}"
    raise Rejected("without", _one_of(said, [f"{row.name} ({row.reference})" for row in alike]))


def _one_of(said: str, names: Sequence[str]) -> str:
    return f"{said}. Type one of these: {'; '.join(names[:MOST_NAMED])}" if names else said
