"""One skill that a partner holds."""

from __future__ import annotations

from webapp.ui import choices
from webapp.ui.fields import RadiosField, TextAreaField, WholeNumberField
from webapp.ui.forms import BaseForm

ENDORSED = "employer_endorsed"


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
        hint="Where you used it and what came of it. Do not include anything about a patient.",
        longest=500,
        rows=3,
        short="What you tell reviewers",
    )

    def offer_evidence(self, held: str) -> None:
        """Offer what a partner may say of itself; an endorsement, the employer's word, only where it is there."""
        self.evidence.choices = [
            choice
            for choice in choices.items("skill_evidence")
            if choice.value != ENDORSED or held == ENDORSED
        ]
