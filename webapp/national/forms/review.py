"""Deciding on one match."""

from __future__ import annotations

from webapp.ui.fields import Choice, HiddenField, NhsField, RadiosField, SelectField, TextAreaField
from webapp.ui.forms import BaseForm

KINDS = (
    Choice("approve", "Approve", "It is offered to both sides when the run is published."),
    Choice("hold", "Hold", "Nobody is asked yet. Decide before publication."),
    Choice("reject", "Reject", "It is not offered, and a later run of this round does not propose it again."),
    Choice("lock", "Approve and lock", "Later runs of this round keep it as it is."),
    Choice("forbid", "Forbid", "No run of this round may put these two together."),
    Choice("swap", "Swap", "Another partner takes over. A second person confirms it."),
)
SWAP = "swap"


class ApproveAllForm(BaseForm):
    """Approve at once what needs no judgement."""

    reason = TextAreaField(
        "Reason",
        hint="It stands with each of these decisions. Do not include anything about a patient.",
        longest=1000,
        rows=3,
        required="Enter the reason for your decision",
    )


class DecisionForm(BaseForm):
    """What a reviewer decides, and why."""

    kind = RadiosField("Your decision", choices=KINDS, required="Choose a decision")
    replacement_partner_id = SelectField(
        "Partner who takes over", hint="Only for a swap: candidates that have these days to give."
    )
    reason = TextAreaField(
        "Reason",
        hint="Kept with the decision. Do not include anything about a patient.",
        longest=1000,
        rows=3,
        required="Enter the reason for your decision",
    )

    seen = HiddenField()

    def questions_for(self, *, can_swap: bool) -> list[NhsField]:
        """The questions, without those about a swap where nobody could take over."""
        if can_swap:
            return [self.kind, self.replacement_partner_id, self.reason]
        return [self.kind, self.reason]
