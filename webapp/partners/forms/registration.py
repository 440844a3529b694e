"""The five pages by which somebody becomes a support partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from webapp.partners.forms import profile
from webapp.partners.forms.capacity import DaysForm
from webapp.partners.forms.organisations import OrganisationForm
from webapp.partners.forms.skills import evidence_choices
from webapp.services.partner_skills import SkillEvidence, SkillHeld
from webapp.ui import choices
from webapp.ui.fields import (
    Choice,
    DateField,
    NhsField,
    RadiosField,
    SelectField,
    TextField,
    WholeNumberField,
)
from webapp.ui.forms import BaseForm

NOT_MINE = "0"


class AboutForm(OrganisationForm):
    """Who somebody is, where they work and on what terms."""

    organisation = TextField(
        "Which organisation employs you?",
        hint="Type a part of its name, or its code. You are never matched to your own employer.",
        longest=200,
    )
    organisation_id = RadiosField("Which one do you mean?")
    name = profile.own_name()
    summary = profile.YOU.summary()
    reach = profile.YOU.reach()
    delivery = profile.YOU.place()
    cost_basis = profile.YOU.cost()


class TeamForm(BaseForm):
    """The same for the manager of a team whose organisation is here already."""

    name = TextField(
        "What is your team called?",
        hint=profile.NAME_HINT,
        longest=200,
        required="Enter the name of your team",
    )
    summary = profile.TEAM.summary()
    reach = profile.TEAM.reach()
    delivery = profile.TEAM.place()
    cost_basis = profile.TEAM.cost()


class NewTeamForm(TeamForm):
    """The same for the manager of an organisation that is not here yet: the team bears its name."""

    name = TextField(
        "What is your organisation called?",
        hint="If it is here already, ask one of its managers to invite you.",
        longest=200,
        required="Enter the name of your organisation",
    )
    region_code = SelectField(
        "In which region is it based?", required="Choose the region your organisation is based in"
    )


class SkillsForm(BaseForm):
    """Each skill that is shown, with level, year and evidence; ``Not one of mine`` takes it off."""

    def rows(self, shown: Mapping[str, str]) -> list[tuple[str, list[NhsField]]]:
        """The name of each skill with its fields."""
        return [
            (label, [self[f"{part}-{code}"] for part in ("level", "year", "evidence")])
            for code, label in shown.items()
        ]

    def answers(self, codes: Iterable[str], held: Mapping[str, SkillHeld]) -> list[SkillHeld]:
        """The skills as the form says; those that it does not show stay as they were."""
        codes = list(codes)
        kept = [each for code, each in held.items() if code not in codes]
        return kept + [
            self._one(code, held.get(code))
            for code in codes
            if self[f"level-{code}"].data not in ("", NOT_MINE)
        ]

    def _one(self, code: str, known: SkillHeld | None) -> SkillHeld:
        return SkillHeld(
            skill_code=code,
            level=int(self[f"level-{code}"].data),
            last_used_year=self[f"year-{code}"].data,
            evidence=SkillEvidence(self[f"evidence-{code}"].data or SkillEvidence.SELF_DECLARED),
            evidence_note=known.evidence_note if known else "",
        )


class RegistrationDaysForm(DaysForm):
    """The month grid with the two limits beside it."""

    max_concurrent = profile.most_engagements()
    smallest_block_days = profile.smallest_block()


class InterestsForm(OrganisationForm):
    """One interest to add; left empty, the page only goes on."""

    organisation = TextField(
        "Organisation (leave it empty if you have no more)",
        hint="Type a part of its name, or its code. Who does not take part here need not be declared.",
        longest=200,
    )
    kind = RadiosField("What is your interest in it?", choices=choices.items("interest_kind"))
    left_on = DateField(
        "When did you leave? (only if you used to work there)",
        hint="For example, 31 3 2026",
        short="The day you left",
    )


def skills_form(shown: Mapping[str, str], held: Mapping[str, SkillHeld], version: int) -> SkillsForm:
    """A form for these skills (labels by code), filled with what is held."""
    fields: dict[str, NhsField] = {}
    filled: dict[str, object] = {"version": version}
    for code, label in shown.items():
        known = held.get(code)
        fields |= _skill_fields(code, label, known)
        filled |= {
            f"level-{code}": str(known.level) if known else NOT_MINE,
            f"year-{code}": known.last_used_year if known else None,
            f"evidence-{code}": known.evidence.value if known else SkillEvidence.SELF_DECLARED.value,
        }
    form: SkillsForm = type("ShownSkillsForm", (SkillsForm,), fields)(data=filled)
    return form


def _skill_fields(code: str, label: str, known: SkillHeld | None) -> dict[str, NhsField]:
    levels = [Choice(NOT_MINE, "Not one of mine"), *choices.items("own_skill_level")]
    evidence = evidence_choices(known.evidence if known else "")
    return {
        f"level-{code}": SelectField("Level", choices=levels, short=f"Level ({label})"),
        f"year-{code}": WholeNumberField("Last used in (year)", at_most=9999, short=f"Year ({label})"),
        f"evidence-{code}": SelectField("Evidence", choices=evidence, short=f"Evidence ({label})"),
    }
