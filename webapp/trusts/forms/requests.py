"""One form for each question page of a support request."""

from __future__ import annotations

from webapp.ui import choices
from webapp.ui.fields import (
    CheckboxesField,
    Choice,
    EmailField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
)
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import NO_PATIENTS


class BeneficiaryForm(BaseForm):
    """Who is to be helped."""

    beneficiary_id = SelectField(
        "Who is the support for?",
        hint="Your own organisation, or another one of your area.",
        required="Choose who the support is for",
    )


class PlaceForm(BaseForm):
    """A place of a board's area that has no code of its own."""

    name = TextField(
        "What is the place called?",
        hint="For example: Riverside practices, or Northtown primary care network.",
        heading=True,
        longest=120,
        short="Name",
        required="Enter the name of the place",
    )


class PriorityForm(BaseForm):
    """The national priority that the need falls under."""

    priority_code = RadiosField(
        "Which national priority does this come under?",
        heading=True,
        required="Choose a national priority",
    )


class TopicForm(BaseForm):
    """The topic inside the priority."""

    topic_code = RadiosField("Which topic is closest?", heading=True, required="Choose a topic")


class AimForm(BaseForm):
    """What they want to achieve, how they would know, and a title for it."""

    aim = TextAreaField(
        "What do you want to achieve?",
        hint=f"What is the problem now, and what should be different? {NO_PATIENTS}",
        longest=2000,
        rows=6,
        short="What you want to achieve",
        required="Enter what you want to achieve",
    )
    measure = TextAreaField(
        "How would you know that it worked?",
        hint=f"A measure that you already collect, if you can: from what to what, and by when. {NO_PATIENTS}",
        longest=1000,
        rows=4,
        short="How you would know",
        required="Enter how you would know that it worked",
    )
    title = TextField(
        "Give the request a short title",
        hint="For example: Fewer patients waiting over 12 hours for a bed",
        longest=120,
        short="Title",
        required="Enter a short title",
    )


class SkillForm(BaseForm):
    """One skill that the support should bring."""

    level = RadiosField(
        "How experienced should the partner be?",
        choices=choices.items("skill_level"),
        required="Choose how experienced the partner should be",
    )
    weight = RadiosField(
        "How much does this skill matter, against the others you ask for?",
        choices=choices.items("skill_weight"),
        required="Choose how much this skill matters",
    )
    essential = CheckboxesField(
        "Is it essential?",
        choices=[Choice("yes", "Yes, the support makes no sense without it")],
    )


class ShapeForm(BaseForm):
    """The shape of support."""

    shape = RadiosField(
        "What shape should the support have?",
        hint="This suggests how many days to ask for. You can change the number on the next page.",
        heading=True,
        choices=choices.items("shape"),
        required="Choose a shape of support",
    )


class AmountForm(BaseForm):
    """How many days, when, where and by how many partners."""

    days = WholeNumberField(
        "How many days of support do you want?",
        at_least=1,
        at_most=1000,
        unit="days",
        short="Days",
        required="Enter how many days of support you want",
    )
    window_first = SelectField("From which month?", required="Choose the first month")
    window_last = SelectField("Until which month?", required="Choose the last month")
    delivery = RadiosField(
        "Where should the work be done?",
        choices=choices.items("delivery"),
        required="Choose where the work should be done",
    )
    max_team = WholeNumberField(
        "With how many partners could you work at most?",
        hint="From 1 to 5. The days are shared among them.",
        at_least=1,
        at_most=5,
        unit="partners",
        short="Partners",
        required="Enter how many partners you could work with",
    )


class SponsorForm(BaseForm):
    """Who stands behind the request."""

    sponsor_name = TextField(
        "Name of the executive sponsor",
        hint="An executive director who will make time and remove obstacles.",
        longest=120,
        short="Name of the sponsor",
        required="Enter the name of the executive sponsor",
    )
    sponsor_role = TextField(
        "Role of the executive sponsor",
        hint="For example: chief operating officer.",
        longest=120,
        required="Enter the role of the executive sponsor",
    )
    lead_name = TextField(
        "Name of the local lead",
        hint="The person a partner would work with from day to day.",
        longest=120,
        short="Name of the local lead",
        required="Enter the name of the local lead",
    )
    lead_email = EmailField(
        "Email address of the local lead (optional)",
        hint="Shown to a partner only after both sides have accepted.",
        longest=254,
        short="Email address",
    )


class InPlaceForm(BaseForm):
    """What is in place already."""

    existing_method_code = SelectField(
        "Which improvement method do you use already? (optional)",
        hint="A partner who knows your method fits better.",
    )
    other_help = TextAreaField(
        "Who helps you with this already? (optional)",
        hint=f"Regional teams, programmes, other trusts, firms. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="Who helps you already",
    )
    in_mandated_programme = CheckboxesField(
        "Is your organisation in a mandated support programme?",
        choices=[Choice("yes", "Yes. Reviewers then make sure that efforts join up")],
    )
    open_to_peers = CheckboxesField(
        "Would you like to find organisations with similar needs?",
        hint=(
            "You see them, and they see your organisation, topic and skills, if they said yes too. "
            "You can change this later."
        ),
        choices=[Choice("yes", "Yes, we are open to an introduction")],
    )


class ExclusionForm(BaseForm):
    """A partner that the organisation cannot work with."""

    reason = TextAreaField(
        "Why can you not work with them? (optional)",
        hint=f"Only the national team reads this. It is not shown again, and never to the partner. {NO_PATIENTS}",
        longest=500,
        rows=3,
        short="Why",
    )


class SeverityForm(BaseForm):
    """How severe it is, on anchored levels."""

    severity = RadiosField(
        "Which sentence fits best?",
        choices=choices.items("severity"),
        required="Choose how severe the problem is",
    )
    severity_reason = TextAreaField(
        "Why this level? (optional)",
        hint=f"One or two sentences help the reviewer. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="Why this level",
    )


class RankForm(BaseForm):
    """The place among the organisation's requests; the choices are those that are free."""

    rank = RadiosField(
        "Where does this request stand among your requests in this round?",
        hint="When there is not enough support for all, the first one is helped first.",
        heading=True,
        required="Choose this request's place among your requests",
    )


class WithdrawForm(BaseForm):
    """Taking a request back."""

    reason = TextAreaField(
        "Why are you withdrawing it? (optional)",
        hint=f"It helps the national team to learn. {NO_PATIENTS}",
        longest=1000,
        rows=3,
        short="Reason",
    )
