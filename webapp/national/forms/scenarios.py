"""A scenario: what is different in it. Its fields follow the priorities and regions of the policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from webapp.national.forms.policy_sections import Section
from webapp.services.scenario_changes import Changes, MorePartners, WeightFactor
from webapp.ui import ladder
from webapp.ui.fields import (
    CheckboxesField,
    Choice,
    DecimalField,
    NhsField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
)
from webapp.ui.forms import BaseForm


class ScenarioFields(BaseForm):
    """What every scenario may change; the factors of priorities are added by ``scenario_form``."""

    priorities: ClassVar[tuple[str, ...]] = ()

    name = TextField(
        "Name of the scenario",
        hint="For example: Mental health doubled",
        short="Name",
        required="Enter a name, so that others know what it shows",
    )
    without = TextField(
        "Leave out partners (optional)",
        hint="Their names or references, with commas between them",
        short="Partners",
        longest=500,
    )
    more_count = WholeNumberField(
        "How many more partners? (optional)", short="How many", at_least=1, at_most=50
    )
    more_skill = TextField("Their skill", hint="Type its name, or a word of it", short="Skill", longest=100)
    more_region = SelectField("Their region", short="Region")
    more_days = WholeNumberField("Days a month of each", short="Days a month", at_least=1, at_most=31)
    priority_floor = DecimalField(
        "Floor of every priority (optional)", short="The floor", at_least=0, at_most=100, places=1, unit="%"
    )
    region_floor = DecimalField(
        "Floor of every region (optional)", short="The floor", at_least=0, at_most=100, places=1, unit="%"
    )
    releases_reserve = CheckboxesField(
        "Days held back", choices=[Choice("yes", "Use them as well, as if the reserve were released")]
    )
    precision = SelectField(
        "How close to the proven best?",
        choices=[
            Choice("0.02", "Within 2%: in seconds"),
            Choice("0.005", "Within 0.5%"),
            Choice("0.001", "Within 0.1%: the closest, in minutes"),
        ],
        required="Choose how close",
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what belongs together: more partners, the places of levels."""
        whole = super().validate(extra_validators)
        return all([whole, self._check_more(), self._check_places()])

    def sections(self) -> tuple[Section, ...]:
        """The questions under their headings."""
        return (
            Section("", "", self._named("name")),
            Section(
                "Weights of priorities",
                "1 leaves a weight as it is, 2 doubles it.",
                self._named(*(f"factor_{code}" for code in self.priorities)),
                in_pairs=True,
            ),
            Section("Without a partner", "", self._named("without")),
            Section(
                "With more partners",
                "Invented people with one skill, which they have led. A scenario with them can only be compared.",
                self._named("more_count", "more_skill", "more_region", "more_days"),
                in_pairs=True,
            ),
            Section("Floors", "", self._named("priority_floor", "region_floor"), in_pairs=True),
            Section(
                "Order of the levels",
                "A level without a place is not used.",
                self._named(*(f"place_{name}" for name in ladder.LEVELS)),
                in_pairs=True,
            ),
            Section("Reserve", "", self._named("releases_reserve")),
            Section("Precision", "", self._named("precision")),
        )

    def left_out(self) -> tuple[str, ...]:
        """What was typed for each partner to leave out."""
        pieces = str(self.without.data or "").replace(";", ",").split(",")
        return tuple(dict.fromkeys(filter(None, (" ".join(piece.split()) for piece in pieces))))

    def changes(self, *, skill: str, without: tuple[str, ...], ladder_now: tuple[str, ...]) -> Changes:
        """What the person changed; ``skill`` and ``without`` are the codes of what they typed."""
        places = {name: self[f"place_{name}"].data for name in ladder.LEVELS}
        chosen = tuple(
            sorted((name for name, place in places.items() if place), key=lambda name: int(places[name]))
        )
        factors = ((code, self[f"factor_{code}"].data) for code in self.priorities)
        more: tuple[MorePartners, ...] = ()
        if self.more_count.data:
            more = (MorePartners(self.more_count.data, skill, self.more_region.data, self.more_days.data),)
        return Changes(
            weights=tuple(
                WeightFactor(code, factor) for code, factor in factors if factor not in (None, 1.0)
            ),
            without=without,
            more=more,
            priority_floor=_share(self.priority_floor.data),
            region_floor=_share(self.region_floor.data),
            ladder=() if chosen == ladder_now else chosen,
            releases_reserve=bool(self.releases_reserve.data),
        )

    def _check_more(self) -> bool:
        if self.more_count.is_empty():
            return True
        needed = (
            (self.more_skill, "Enter the skill of the new partners"),
            (self.more_region, "Choose the region of the new partners"),
            (self.more_days, "Enter how many days a month each new partner gives"),
        )
        missing = [(field, words) for field, words in needed if field.is_empty()]
        for field, words in missing:
            field.errors = [*field.errors, words]
        return not missing

    def _check_places(self) -> bool:
        seen: set[str] = set()
        for name in ladder.LEVELS:
            field = self[f"place_{name}"]
            if field.data and field.data in seen:
                field.errors = [*field.errors, f"Another level has place {field.data} already"]
                return False
            seen.add(field.data)
        return True

    def _named(self, *names: str) -> tuple[NhsField, ...]:
        return tuple(self[name] for name in names)


def scenario_form(
    priorities: Sequence[tuple[str, str]], regions: Sequence[tuple[str, str]]
) -> type[ScenarioFields]:
    """The form for a policy's priorities and regions, each as code and label."""
    places = [
        Choice("", "Not used"),
        *(Choice(str(place), str(place)) for place in range(1, len(ladder.LEVELS) + 1)),
    ]
    fields: dict[str, Any] = {"priorities": tuple(code for code, _ in priorities)}
    for code, label in priorities:
        fields[f"factor_{code}"] = DecimalField(
            f"{label}: times", at_least=0.01, at_most=100, required=f"{label}: enter 1 to leave it as it is"
        )
    for name, words in ladder.LEVELS.items():
        fields[f"place_{name}"] = SelectField(words.title, choices=places)
    fields["more_region"] = SelectField(
        "Their region", short="Region", choices=[Choice("", "Choose"), *(Choice(*each) for each in regions)]
    )
    return type("ScenarioForm", (ScenarioFields,), fields)


class AdoptForm(BaseForm):
    """Why a scenario should become the round's run."""

    reason = TextAreaField(
        "Why should this scenario become the round's run?",
        hint="It is shown with the run.",
        short="Reason",
        longest=1000,
        required="Enter why this scenario should become the round's run",
    )


class AnswerForm(BaseForm):
    """The second person's answer."""

    answer = RadiosField(
        "Your answer",
        choices=[
            Choice("confirm", "Make it the round's run", "It is the run under review from now on."),
            Choice("refuse", "Refuse", "It stays a scenario."),
        ],
        required="Choose your answer",
    )


class PairForm(BaseForm):
    """Which two runs to compare."""

    first = SelectField("First run", required="Choose the first run")
    second = SelectField("Second run", required="Choose the second run")


def _share(percent: float | None) -> float | None:
    return None if percent is None else round(percent / 100, 6)
