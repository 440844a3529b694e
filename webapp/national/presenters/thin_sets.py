"""One set of requests short of days: what is asked for, who could give how much, and the sum."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from flask import url_for

from webapp.authority.actor import AnyActor
from webapp.national.presenters.run_lines import run_name
from webapp.services.thin_sets import ThinSet
from webapp.ui import formats
from webapp.ui.files import may_export
from webapp.ui.listing import Column, Listing

MOST_SHOWN = 100
MEMBERS = Listing(
    caption="Set of requests short of days",
    columns=(
        Column("side", "Asks or gives", itemgetter(0)),
        Column("name", "Request or partner", itemgetter(1)),
        Column("organisation", "From", itemgetter(2)),
        Column("days", "Days", itemgetter(3), numeric=True),
    ),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ThinSetShown:
    """The page of a set."""

    caption: str
    title: str
    back: str
    lead: str
    requests: tuple[tuple[Link, str, str], ...]
    partners: tuple[tuple[str, str], ...]
    more: str
    csv: str


def thin_set_page(found: ThinSet, actor: AnyActor) -> ThinSetShown:
    """The set with its sum; as many members as a page holds, all of them in the file."""
    hidden = max(0, len(found.requests) - MOST_SHOWN) + max(0, len(found.partners) - MOST_SHOWN)
    short = found.wanted - found.available
    return ThinSetShown(
        caption=f"{found.run.round.name}, {run_name(found.run)}",
        title=f"{formats.plural(len(found.requests), 'request')} short of {formats.days(short)}",
        back=url_for("national.run_page", run_id=found.run.id, _anchor="bottlenecks"),
        lead=f"Together they ask for {formats.days(found.wanted)}. All candidates who hold an essential skill of "
        f"theirs have {formats.count(found.available)} in the months that count, {formats.count(short)} too few, "
        "whatever is decided.",
        requests=tuple(
            (
                Link(row.title, url_for("national.request_page", request_id=row.id)),
                row.requester.name,
                formats.count(row.days),
            )
            for row in found.requests[:MOST_SHOWN]
        ),
        partners=tuple((name, formats.count(days)) for name, days in found.partners[:MOST_SHOWN]),
        more=f"And {formats.count(hidden)} more, which the file has." if hidden else "",
        csv=url_for("national.thin_set_csv", run_id=found.run.id, place=found.place)
        if may_export(actor)
        else "",
    )


def members(found: ThinSet) -> Iterable[tuple[str, str, str, int | None]]:
    """Everybody in the set, for a file."""
    for row in found.requests:
        yield "Asks", row.title, row.requester.name, row.days
    for name, days in found.partners:
        yield "Could give", name, "", days
