"""A policy version to be: weights and floors, the order of the levels, caps, switches, days held back.

Its fields follow the priorities and regions of the day, so the form is made for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from webapp.national.forms import policy_gists as gists
from webapp.national.forms.policy_reserves import ReserveQuestions, reserve_fields
from webapp.national.forms.policy_sections import Section
from webapp.ui import ladder
from webapp.ui.fields import (
    CheckboxesField,
    Choice,
    DateField,
    DecimalField,
    HiddenField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
)
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import whole_number

OTHER_VALUES = (
    "mandated_share",
    "skill_bonus",
    "low_fit",
    "least_fit",
    "stale_interest_months",
    "beneficiary_cap",
    "lapse_working_days",
    "waiting_credit",
    "lagging_credit",
)
SWITCHES = (
    Choice("essential_is_hard", "A request gets partners only if each essential skill is covered"),
    Choice("missing_release_blocks", "A missing release by the employer blocks matching"),
    Choice("same_icb_allowed", "Partners of the same integrated care board may be matched, with a flag"),
    Choice("paid_offers_allowed", "Paid commercial offers may be matched"),
)


class PolicyFields(ReserveQuestions):
    """What every version asks; the fields of priorities, regions, levels and reserves are added by ``policy_form``."""

    priorities: ClassVar[tuple[str, ...]] = ()
    regions: ClassVar[tuple[str, ...]] = ()

    name = TextField("Name", hint="For example: Spring 2027", required="Enter a name for this version")
    reason = TextAreaField(
        "Why does the policy change?",
        hint="Everybody who reads the policy sees this.",
        short="Reason",
        longest=1000,
        required="Enter why the policy changes",
    )
    effective_from = DateField("In force from", short="The date", required="Enter from when it is in force")
    mandated_share = DecimalField(
        "Share of the days that mandated support must get",
        at_least=0,
        at_most=100,
        places=1,
        unit="%",
        short="The mandated share",
        required="Enter the mandated share",
    )
    skill_bonus = DecimalField(
        "Bonus for covering a skill",
        hint="0 to 100. A half is usual: covering all skills is then worth half as much as all the days.",
        at_least=0,
        at_most=100,
        short="The bonus",
        required="Enter the bonus for covering a skill",
    )
    low_fit = DecimalField(
        "Fit below which a match is flagged",
        at_least=0,
        at_most=1,
        short="The low fit",
        required="Enter the fit below which a match is flagged",
    )
    least_fit = DecimalField(
        "Least fit for a match",
        hint=(
            "0 to 1. Pairs that fit less are not proposed at all; 0 leaves nobody out. A partner who brings only "
            "related skills, which count half, seldom reaches 0.4."
        ),
        at_least=0,
        at_most=1,
        short="The least fit",
        required="Enter the least fit for a match, 0 for none",
    )
    stale_interest_months = WholeNumberField(
        "Months after which interests are stale",
        at_least=1,
        at_most=120,
        unit="months",
        short="The months",
        required="Enter after how many months interests are stale",
    )
    beneficiary_cap = WholeNumberField(
        "Most engagements of one organisation at a time",
        at_least=1,
        at_most=100,
        short="The most engagements",
        required="Enter the most engagements of one organisation",
    )
    lapse_working_days = WholeNumberField(
        "Working days until an offer lapses",
        at_least=1,
        at_most=60,
        unit="working days",
        short="The working days",
        required="Enter after how many working days an offer lapses",
    )
    waiting_credit = DecimalField(
        "Credit for each round waited",
        hint="0 to 10%",
        at_least=0,
        at_most=10,
        unit="%",
        short="The credit",
        required="Enter the credit for each round waited",
    )
    lagging_credit = DecimalField(
        "Credit for a region or type of provider left behind",
        hint="0 to 5%, for each of the two that got a tenth less than all last time. With all others, at most 10%.",
        at_least=0,
        at_most=5,
        unit="%",
        short="The credit for a group left behind",
        required="Enter the credit for a region or type of provider left behind",
    )
    switches = CheckboxesField("Switches", choices=SWITCHES)
    preview_round = SelectField("Round to try it on", short="The round")
    act = HiddenField()

    @property
    def is_preview(self) -> bool:
        """Whether the person pressed the button that tries the values and saves nothing."""
        return bool(self.act.data == "preview")

    def validate(self, extra_validators: Any = None) -> bool:
        """Field by field, then what takes several: score weights, the order of the levels, reserves."""
        whole = super().validate(extra_validators)
        checks = (self._check_scores(), self._check_ladder(), self.check_reserves())
        return whole and all(checks)

    def sections(self) -> tuple[Section, ...]:
        """All questions under their headings, but for reserves."""
        return (*self._group_sections(), *self._value_sections())

    def _group_sections(self) -> tuple[Section, ...]:
        priorities = self._of("weight_", "floor_", codes=self.priorities)
        regions = self._of("region_floor_", codes=self.regions)
        return (
            Section("This version", "", self._named("name", "reason", "effective_from")),
            Section(
                "Priorities",
                "A weight of 2 counts each day twice as much as a weight of 1. A floor is the least share of "
                "the days asked for that the priority should get.",
                priorities,
                in_pairs=True,
                gist=gists.weights_and_floors(priorities),
            ),
            Section(
                "Regions",
                "The least share of the days asked for that the region should get.",
                regions,
                in_pairs=True,
                gist=gists.weights_and_floors(regions),
            ),
        )

    def _value_sections(self) -> tuple[Section, ...]:
        places = self._of("place_", codes=tuple(ladder.LEVELS))
        scores = self._of("score_", codes=tuple(ladder.SCORE_PARTS))
        ranks, others = self._named("rank_1", "rank_2", "rank_3"), self._named(*OTHER_VALUES)
        return (
            Section(
                "Order of the levels",
                "Levels are worked through in this order. A later one never takes anything from an earlier "
                "one. A level without a place is not used.",
                places,
                in_pairs=True,
                gist=gists.order(places),
            ),
            Section(
                "Score",
                "The parts of the fit. They add up to 100%.",
                scores,
                in_pairs=True,
                gist=gists.named(scores),
            ),
            Section(
                "By the requester's own rank",
                "The fit is multiplied by this.",
                ranks,
                in_pairs=True,
                gist=gists.named(ranks),
            ),
            Section("Caps and other values", "", others, in_pairs=True, gist=gists.named(others)),
            Section("Switches", "", (self.switches,), gist=gists.ticked(self.switches)),
        )

    def ladder(self) -> list[str]:
        """The levels in their order."""
        places = {name: self[f"place_{name}"].data for name in ladder.LEVELS}
        return sorted((name for name, place in places.items() if place), key=lambda name: int(places[name]))

    def _check_scores(self) -> bool:
        fields = self._of("score_", codes=tuple(ladder.SCORE_PARTS))
        total = sum(field.data or 0 for field in fields)
        if any(field.errors for field in fields) or abs(total - 100) < 1e-6:
            return True
        return self._refuse(fields[0], f"The five parts of the score add up to {total:g}%, not to 100%")

    def _check_ladder(self) -> bool:
        chosen = [field for field in self._of("place_", codes=tuple(ladder.LEVELS)) if field.data]
        if not chosen:
            return self._refuse(
                self._of("place_", codes=tuple(ladder.LEVELS))[0], "Give at least one level a place"
            )
        seen: set[str] = set()
        for field in chosen:
            if field.data in seen:
                return self._refuse(field, f"{field.short}: another level has place {field.data} already")
            seen.add(str(field.data))
        return True


def policy_form(
    priorities: Sequence[tuple[str, str]], regions: Sequence[tuple[str, str]], months: Sequence[Choice]
) -> type[PolicyFields]:
    """The form for the priorities and regions given, each as code and label."""
    fields: dict[str, Any] = {
        "priorities": tuple(code for code, _ in priorities),
        "regions": tuple(code for code, _ in regions),
    }
    for code, label in priorities:
        fields[f"weight_{code}"] = DecimalField(
            f"{label}: weight", at_least=0.01, at_most=1000, required=f"Enter the weight of {label}"
        )
        fields[f"floor_{code}"] = _percent(f"{label}: floor")
    for code, label in regions:
        fields[f"region_floor_{code}"] = _percent(f"{label}: floor")
    for name, words in ladder.LEVELS.items():
        fields[f"place_{name}"] = SelectField(words.title, hint=words.meaning, choices=_places())
    for name, words in ladder.SCORE_PARTS.items():
        fields[f"score_{name}"] = _percent(words.title)
    for rank, label in enumerate(("First request", "Second request", "Third request"), start=1):
        fields[f"rank_{rank}"] = _percent(label)
    fields |= reserve_fields(priorities, regions, months)
    return type("PolicyForm", (PolicyFields,), fields)


def _percent(label: str) -> DecimalField:
    return DecimalField(
        label, at_least=0, at_most=100, places=1, unit="%", required=f"{label}: enter a share from 0 to 100%"
    )


def _places() -> list[Choice]:
    return [
        Choice("", "Not used"),
        *(Choice(str(place), str(place)) for place in range(1, len(ladder.LEVELS) + 1)),
    ]


class DecideForm(BaseForm):
    """The second person's answer; ``compared_with`` is the version whose differences they saw."""

    compared_with = HiddenField()
    answer = RadiosField(
        "Your answer",
        choices=[
            Choice("confirm", "Confirm this version", "It is in force from its date."),
            Choice("refuse", "Refuse it", "Nothing changes. It stays in the list."),
        ],
        required="Choose whether to confirm",
    )

    @property
    def compared_number(self) -> int:
        """The version that the person saw the differences against; -1, which none is, where none came."""
        found = whole_number(str(self.compared_with.data))
        return -1 if found is None else found
