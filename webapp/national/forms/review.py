"""Deciding on one match, proposing a swap, approving many at once, commenting for a region."""

from __future__ import annotations

from typing import Any

from webapp.services.failures import Problem
from webapp.ui import choices
from webapp.ui.fields import CheckboxesField, Choice, HiddenField, RadiosField, SelectField, TextAreaField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS

KINDS = (
    Choice("approve", "Approve", "Offered to both sides on publication."),
    Choice("lock", "Approve and lock", "Later runs keep it as it is."),
    Choice("hold", "Hold", "Decide before publication."),
    Choice("reject", "Reject", "Not offered, nor proposed again in this round."),
    Choice("forbid", "Forbid", "No run may put these two together."),
)
REOPEN = Choice("reopen", "Open again", "Takes the decision back.")
REASONS = (Choice("", "Choose a reason"), *choices.items("decision_reason"))


class ReasonedForm(BaseForm):
    """A decision with its reason: a common one, own words, or both."""

    reason_code = SelectField("Reason", choices=REASONS)
    reason = TextAreaField(
        "In your own words (optional)", hint=NO_PATIENTS, longest=900, rows=2, short="Your own words"
    )
    seen = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two says why; asked for together with all else that is missing."""
        is_valid = super().validate(extra_validators)
        if self.reason_code.data or self.reason.data:
            return is_valid
        self.add_problems([Problem("reason", "Choose a common reason, or enter one in your own words")])
        return False


class DecisionForm(ReasonedForm):
    """What a reviewer decides, and why."""

    kind = RadiosField("Your decision", choices=KINDS, required="Choose a decision")

    def offer(self, *, is_decided: bool) -> None:
        """Offer to open again only what has been decided."""
        self.kind.choices = (*KINDS, REOPEN) if is_decided else KINDS


class SwapForm(ReasonedForm):
    """Why another partner should take over."""


class ApproveAllForm(BaseForm):
    """Approve at once what needs no judgement, and what comes along."""

    also = CheckboxesField("What else to approve", choices=())
    reason = TextAreaField(
        "Reason",
        hint=f"It stands with each of these decisions. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        required="Enter the reason for your decision",
    )


class CommentForm(BaseForm):
    """What a region says about a proposal."""

    words = TextAreaField(
        "Your comment",
        hint=f"The national team reads it with your name before it decides. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        required="Enter your comment",
    )
