"""Every value of a version of the policy, beside the version in force, as rows of a file."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.national.presenters.policy import VersionPage
from webapp.ui.listing import Column, Listing

Row = tuple[str, str, str, str]
VALUES = Listing(
    caption="Values of a version",
    columns=(
        Column("group", "Part", lambda row: row[0]),
        Column("label", "Value", lambda row: row[1]),
        Column("shown", "This version", lambda row: row[2]),
        Column("before", "Version in force, where it differs", lambda row: row[3]),
    ),
)


def value_rows(page: VersionPage) -> Iterable[Row]:
    """The values in the order of the page; then those that only the version in force has."""
    differing = {(each.group, each.label): each.before for each in page.differences}
    shown = [each for _, lines in page.values for each in lines]
    for each in shown:
        yield each.group, each.label, each.shown, differing.pop((each.group, each.label), "")
    for (group, label), before in differing.items():
        yield group, label, "Not there", before
