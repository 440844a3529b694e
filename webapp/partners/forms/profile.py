"""What a partner says about itself; the same questions are asked when it registers."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.ui import choices
from webapp.ui.fields import RadiosField, TextAreaField, TextField, WholeNumberField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS

NAME_HINT = "As organisations will read it beside a proposed match."


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom the questions are about, in the three places of a sentence."""

    who: str
    does: str
    works: str
    delivery: str
    cost_basis: str

    def summary(self, rows: int = 3) -> TextAreaField:
        """A few sentences."""
        return TextAreaField(
            f"What can {self.who} help with? (optional)",
            hint=f"Two or three sentences in plain English. {NO_PATIENTS}",
            longest=1000,
            rows=rows,
            short=f"What {self.who} can help with",
        )

    def reach(self) -> RadiosField:
        """How far they travel."""
        return RadiosField(
            f"How far from home {self.does} work?",
            hint="Remote work counts too: you are proposed only to organisations inside your reach.",
            choices=choices.items("reach"),
            required=f"Choose how far from home {self.works}",
        )

    def place(self) -> RadiosField:
        """On site or remote."""
        return RadiosField(
            f"Where {self.does} work?",
            choices=choices.items(self.delivery),
            required=f"Choose where {self.works}",
        )

    def cost(self) -> RadiosField:
        """On what terms of pay."""
        return RadiosField(
            f"On what cost basis {self.does} work?",
            choices=choices.items(self.cost_basis),
            required="Choose a cost basis",
        )


YOU = Addressee("you", "do you", "you work", "partner_delivery", "cost_basis")
TEAM = Addressee("your team", "does your team", "your team works", "team_delivery", "team_cost_basis")


def own_name() -> TextField:
    """The name that organisations read."""
    return TextField("Name", hint=NAME_HINT, longest=200, required="Enter a name")


def most_engagements() -> WholeNumberField:
    """How many engagements at once."""
    return WholeNumberField(
        "How many engagements can you take on at once, at most? (optional)",
        hint="Leave it empty if only your days limit you.",
        at_least=1,
        at_most=1000,
        unit="engagements",
        short="Engagements at once",
    )


def smallest_block() -> WholeNumberField:
    """The fewest days that are worth starting for."""
    return WholeNumberField(
        "What is the smallest number of days that is worth starting for?",
        hint="An engagement with fewer days in all is never proposed to you.",
        at_least=1,
        at_most=100,
        unit="days",
        short="Smallest number of days",
        required="Enter the smallest number of days, 1 if any will do",
    )


class ProfileForm(BaseForm):
    """Name, summary, reach, place of work, limits and cost basis."""

    name = own_name()
    summary = YOU.summary(rows=4)
    reach = YOU.reach()
    delivery = YOU.place()
    max_concurrent = most_engagements()
    smallest_block_days = smallest_block()
    cost_basis = YOU.cost()
