"""A bulletin: title, meeting, headlines, priorities."""

from __future__ import annotations

from webapp.services.bulletins import LONGEST_HEADLINE, BulletinText
from webapp.ui.fields import CheckboxesField, DateField, TextAreaField, TextField
from webapp.ui.forms import BaseForm


def _headline(number: int) -> TextAreaField:
    return TextAreaField(
        f"Headline {number} (optional)", short=f"Headline {number}", longest=LONGEST_HEADLINE, rows=3
    )


class BulletinForm(BaseForm):
    """Plain text throughout: a line break begins a paragraph, nothing else is read into it."""

    title = TextField("Title", longest=120, required="Enter a title")
    meeting_on = DateField(
        "When was the board meeting?", short="Meeting date", required="Enter the date of the meeting"
    )
    intro = TextAreaField("Introduction (optional)", short="Introduction", longest=1000, rows=4)
    headline_1 = TextAreaField(
        "Headline 1",
        hint="What was decided, in one to three sentences",
        longest=LONGEST_HEADLINE,
        rows=3,
        required="Enter at least one headline",
    )
    headline_2 = _headline(2)
    headline_3 = _headline(3)
    headline_4 = _headline(4)
    headline_5 = _headline(5)
    headline_6 = _headline(6)
    priorities = CheckboxesField(
        "Priorities for the six months after the meeting",
        hint="From the list in force. An administrator can add to it under Policy",
        short="Priorities",
        required="Choose at least one priority",
    )

    def text(self) -> BulletinText:
        """What was written."""
        headlines = [getattr(self, f"headline_{number}").data or "" for number in range(1, 7)]
        return BulletinText(
            self.title.data,
            self.meeting_on.data,
            self.intro.data or "",
            tuple(headlines),
            tuple(self.priorities.data),
        )
