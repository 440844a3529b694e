"""Naming an organisation by typing: part of the name or the code, then one of those that fit."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.services.failures import Problem
from webapp.services.registry import Organisation
from webapp.ui.fields import Choice, RadiosField, TextField
from webapp.ui.forms import BaseForm


class OrganisationForm(BaseForm):
    """What was typed, and (once several fit) which of them is meant."""

    organisation = TextField("Organisation", longest=200)
    organisation_id = RadiosField("Which one do you mean?")

    is_named = False
    """Whether the typed words are the whole name, or the code, of the only one that fits."""

    def offer(self, found: Iterable[Organisation]) -> None:
        """Offer what fits the typed words."""
        known = list(found)
        typed = " ".join((self.organisation.data or "").split()).casefold()
        self.is_named = len(known) == 1 and typed in (known[0].name.casefold(), known[0].code.casefold())
        self.organisation_id.choices = [Choice(str(each.id), f"{each.name} ({each.code})") for each in known]

    def chosen(self) -> str:
        """The identifier of the organisation that is meant; empty where that is not clear yet (said on the form)."""
        offered = {choice.value for choice in self.organisation_id.options()}
        if self.is_named:
            return offered.pop()
        if self.organisation_id.data in offered:
            return str(self.organisation_id.data)
        if offered:
            several = "Several organisations fit. Choose the one you mean, or type more of its name"
            one = (
                "One organisation fits. Choose it if it is the one you mean, or type another part of the name"
            )
            self.add_problems([Problem("organisation_id", several if len(offered) > 1 else one)])
        elif self.organisation.data:
            words = "Nothing fits. Type a part of the name, for example Leeds, or the code"
            self.add_problems([Problem("organisation", words)])
        else:
            self.add_problems([Problem("organisation", "Enter the organisation")])
        return ""
