"""The story of an engagement as a form."""

from __future__ import annotations

from webapp.services.stories import StoryText
from webapp.ui.fields import CheckboxesField, TextAreaField, TextField
from webapp.ui.forms import BaseForm

NO_PEOPLE = "Name no people, and do not enter anything about patients."


class StoryForm(BaseForm):
    """What both sides can tell others; the data come from the outcome."""

    title = TextField("Title", longest=120, required="Enter a title")
    tried = TextAreaField(
        "What was tried",
        hint=f"The problem, and what both sides did about it. {NO_PEOPLE}",
        rows=5,
        required="Enter what was tried",
    )
    worked = TextAreaField("What worked", hint=NO_PEOPLE, rows=5, required="Enter what worked")
    not_worked = TextAreaField(
        "What did not work",
        hint="Others learn most from this. If everything worked, say so.",
        rows=5,
        required="Enter what did not work, or that everything did",
    )
    skills = CheckboxesField(
        "Which skills does the work show?",
        hint="Once the story is published, it stands behind these skills in the partner's profile.",
        required="Choose at least one skill that the work shows",
    )

    def text(self) -> StoryText:
        """What was written, for the service."""
        return StoryText(
            title=self.title.data or "",
            tried=self.tried.data or "",
            worked=self.worked.data or "",
            not_worked=self.not_worked.data or "",
            skills=tuple(self.skills.data or ()),
        )
