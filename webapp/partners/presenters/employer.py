"""The page on which an expert changes employer, and what that undoes."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.services.partners import Partner
from webapp.services.registry import Organisation
from webapp.ui import formats


@dataclass(frozen=True, slots=True)
class EmployerPage:
    """The employer as it stands, what a change means, and the way back."""

    employer: str
    effects: tuple[str, ...]
    back: str


def employer_page(row: Partner) -> EmployerPage:
    """The page of one expert."""
    employer = row.organisation.name if row.organisation else formats.NOTHING
    endorsed = sum(each.evidence.value == "employer_endorsed" for each in row.skills)
    skills, them = formats.plural(endorsed, "skill"), "it" if endorsed == 1 else "them"
    return EmployerPage(
        employer=employer,
        effects=(
            f"Your new employer is asked to release you. The release by {employer} ends.",
            f"For {skills} that {employer} endorsed, only your own word counts. Your new employer can endorse {them}."
            if endorsed
            else "Your new employer can endorse your skills.",
            "You are not matched to your new employer, and your place of work and region follow it.",
            f"{employer} stays in your declaration as a former employer: reviewers see it for two years.",
        ),
        back=url_for("partners.overview"),
    )


def standing(row: Partner) -> dict[str, str]:
    """What stands now, for whoever was overtaken."""
    employer: Organisation | None = row.organisation
    return {"Employer": employer.name if employer else formats.NOTHING, "version": str(row.version)}


def done(row: Partner) -> str:
    """What was done."""
    employer = row.organisation.name if row.organisation else "Your new employer"
    return f"Your employer is changed. {employer} has been asked to release you."
