"""One skill that a partner holds."""

from __future__ import annotations

from webapp.ui import choices
from webapp.ui.fields import Choice, RadiosField, TextAreaField, WholeNumberField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS

VOUCHED = ("employer_endorsed", "published_outcome")
"""Evidence that others give: offered only where it is there."""


def evidence_choices(held: str) -> list[Choice]:
    """What may stand behind a skill; an employer's or a story's word only where it is there."""
    return [
        each for each in choices.items("skill_evidence") if each.value not in VOUCHED or each.value == held
    ]


class SkillForm(BaseForm):
    """Level, year of last use, evidence."""

    level = RadiosField(
        "How well do you know it?",
        choices=choices.items("own_skill_level"),
        required="Choose how well you know it",
    )
    last_used_year = WholeNumberField(
        "In which year did you last use it? (optional)",
        hint="For example 2025",
        at_most=9999,
        short="The year",
    )
    evidence = RadiosField(
        "What stands behind it?",
        choices=choices.items("skill_evidence"),
        required="Choose what stands behind it",
    )
    evidence_note = TextAreaField(
        "Tell reviewers more (optional)",
        hint=f"Where you used it and what came of it. {NO_PATIENTS}",
        longest=500,
        rows=3,
        short="What you tell reviewers",
    )

    def offer_evidence(self, held: str) -> None:
        """Offer what a partner may say of itself, and what others vouch for where they do."""
        self.evidence.choices = evidence_choices(held)
