"""Days held back for later waves: a few reserves, each a line of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.national.forms import policy_gists as gists
from webapp.national.forms.policy_sections import Section, SectionedForm
from webapp.ui.fields import Choice, NhsField, SelectField, WholeNumberField

RESERVES = 6
"""How many reserves one form holds: those of the version, and empty ones to fill."""
RESERVE_PARTS = ("region", "priority", "amount", "unit", "until")
RESERVE_LEAD = (
    "A run may not use these days. Leave the amount empty where nothing is held back. "
    "A new version without a reserve releases it."
)


class ReserveQuestions(SectionedForm):
    """The part of a policy form that asks for reserves; ``reserve_fields`` gives it its fields."""

    def reserve_section(self) -> Section:
        """Days held back: a section whose questions stand in lines."""
        lines = self.reserve_lines()
        fields = tuple(field for line in lines for field in line)
        return Section("Days held back for later waves", RESERVE_LEAD, fields, gist=gists.held(lines))

    def reserve_lines(self) -> tuple[tuple[NhsField, ...], ...]:
        """The questions of each reserve that has an answer, and of two more."""
        lines = [self._reserve_fields(number) for number in range(1, RESERVES + 1)]
        filled = sum(any(field.data for field in line if not field.name.endswith("_unit")) for line in lines)
        return tuple(lines[: filled + 2])

    def _reserve_fields(self, number: int) -> tuple[NhsField, ...]:
        return self._named(*(f"reserve_{number}_{part}" for part in RESERVE_PARTS))

    def reserves(self) -> list[dict[str, Any]]:
        """The reserves that were filled in, as plain values."""
        return [plain for plain in map(self._reserve, range(1, RESERVES + 1)) if plain]

    def _reserve(self, number: int) -> dict[str, Any] | None:
        given = {part: self[f"reserve_{number}_{part}"].data for part in RESERVE_PARTS}
        if given["amount"] is None:
            return None
        amount = (
            {"share": round(given["amount"] / 100, 6)}
            if given["unit"] == "share"
            else {"days_each_month": given["amount"]}
        )
        codes = {part: given[part] for part in ("region", "priority") if given[part]}
        return {"until": given["until"], **codes, **amount}

    def check_reserves(self) -> bool:
        """Whether each reserve that was begun is whole; what is missing is said on its field."""
        sound = True
        for region, priority, amount, unit, until in self.reserve_lines():
            if not any(field.data for field in (region, priority, until)) and amount.is_empty():
                continue
            if not (region.data or priority.data):
                sound = self._refuse(region, f"{region.short}: choose a region or a priority")
            if amount.is_empty():
                sound = self._refuse(amount, f"{amount.short}: enter how much is held back")
            elif unit.data == "share" and (amount.data or 0) > 100:
                sound = self._refuse(amount, f"{amount.short}: a share is at most 100%")
            if not until.data:
                sound = self._refuse(until, f"{until.short}: choose until when")
        return sound


def reserve_fields(
    priorities: Sequence[tuple[str, str]], regions: Sequence[tuple[str, str]], months: Sequence[Choice]
) -> Mapping[str, Any]:
    """The questions of every reserve by name, for the priorities, regions and months given."""
    fields: dict[str, Any] = {}
    for number in range(1, RESERVES + 1):
        start, short = f"reserve_{number}_", f"Reserve {number}"
        fields[f"{start}region"] = SelectField(
            "From partners in",
            short=short,
            choices=[Choice("", "All regions"), *(Choice(*each) for each in regions)],
        )
        fields[f"{start}priority"] = SelectField(
            "Held for",
            short=short,
            choices=[Choice("", "All priorities"), *(Choice(*each) for each in priorities)],
        )
        fields[f"{start}amount"] = WholeNumberField("How much", short=short, at_least=1, at_most=100_000)
        fields[f"{start}unit"] = SelectField(
            "Counted in",
            short=short,
            choices=[Choice("days", "days a month"), Choice("share", "% of the free days")],
        )
        fields[f"{start}until"] = SelectField(
            "Until the end of", short=short, choices=[Choice("", "Choose"), *months]
        )
    return fields
