"""Making a round, and starting a run of it."""

from __future__ import annotations

from webapp.ui.fields import CheckboxesField, Choice, DateField, SelectField, TextField, WholeNumberField
from webapp.ui.forms import BaseForm


class RoundForm(BaseForm):
    """A round to be."""

    name = TextField(
        "Name",
        hint="For example: Round 3: September 2027 to February 2028",
        required="Enter a name for the round",
    )
    opens_on = DateField("When does it open for requests?", short="Opening date", required="Enter a date")
    closes_on = DateField("When does it close?", short="Closing date", required="Enter a date")
    comments_until = DateField(
        "Until when may regions comment on what is proposed? (optional)", short="Last day for comments"
    )
    first_month = SelectField(
        "First month in which support is given", required="Choose the first month of support"
    )
    horizon_months = WholeNumberField(
        "For how many months?",
        at_least=1,
        at_most=24,
        unit="months",
        short="Months",
        required="Enter for how many months",
    )
    policy_id = SelectField(
        "Policy",
        hint="Weights, floors and the order of the levels. Only policies that a second person has confirmed.",
        required="Choose a policy",
    )


class RoundPolicyForm(BaseForm):
    """Another version of the policy for a round."""

    policy_id = SelectField(
        "Version of the policy",
        hint="Only versions that a second person has confirmed.",
        required="Choose a version",
    )


class CommentsUntilForm(BaseForm):
    """The last day on which regions may comment."""

    comments_until = DateField(
        "Until when may regions comment?",
        hint="Leave it empty to take comments until publication.",
        short="Last day for comments",
    )


class RunForm(BaseForm):
    """A run of a round."""

    name = TextField(
        "Name of the run (optional)", hint="For example: With the two late requests", short="Name"
    )
    precision = SelectField(
        "How close to the proven best?",
        hint="A closer answer takes longer. The page of the run shows how close it came.",
        choices=[
            Choice("0.02", "Within 2%: in seconds, for a first look"),
            Choice("0.005", "Within 0.5%"),
            Choice("0.001", "Within 0.1%: the closest, in minutes"),
        ],
        required="Choose how close",
    )
    keep_approved = CheckboxesField(
        "What has been approved",
        choices=[Choice("yes", "Keep approved matches as they are", "They need no second decision.")],
    )
    is_scenario = CheckboxesField(
        "Is it a scenario?",
        choices=[Choice("yes", "Yes, only to compare. It cannot be reviewed or published")],
    )
