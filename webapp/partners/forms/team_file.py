"""Sending the file of a team's members, and saving what its preview showed."""

from __future__ import annotations

from webapp.ui.fields import FileField
from webapp.ui.forms import BaseForm


class TeamFileForm(BaseForm):
    """The file."""

    file = FileField(
        "Choose the file",
        hint="CSV in UTF-8, at most 256 kB and 2,000 members",
        accept=".csv,text/csv",
        required="Choose a file",
        short="The file",
    )
