"""One page of rows: what the address asks for, which rows those are, and the links to the other pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from webapp.ui.text_rules import whole_number

ROWS_ON_A_PAGE = 25
SEARCH = "q"
"""The name of the box that searches a list."""

Row = TypeVar("Row")
Chosen = TypeVar("Chosen")


@dataclass(frozen=True)
class View:
    """What the address asks for: filters that are set, order, page (from 1)."""

    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    page: int = 1

    @property
    def text(self) -> str:
        """What is searched for; empty where nothing is."""
        return self.filters.get(SEARCH, "")

    def choice(self, name: str, kind: Callable[[str], Chosen]) -> Chosen | None:
        """What is chosen under a name, as the kind of value that it is; None where nothing is."""
        found = self.filters.get(name)
        return kind(found) if found else None

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * ROWS_ON_A_PAGE

    @property
    def limit(self) -> int:
        """How many rows a page has at most."""
        return ROWS_ON_A_PAGE

    def href(self, **changes: Any) -> str:
        """The address of this view with changes, relative to the page."""
        other = replace(self, **changes)
        pairs = dict(other.filters)
        if other.sort:
            pairs["sort"] = ("-" if other.descending else "") + other.sort
        if other.page > 1:
            pairs["page"] = str(other.page)
        return "?" + urlencode(pairs)


def page_of_rows(
    rows: Sequence[Row], arguments: Mapping[str, str], *keeping: str
) -> tuple[tuple[Row, ...], Mapping[str, Any] | None]:
    """One page of rows that are at hand, with the links to the others; out of range gives the nearest page.

    For rows that are no table of a ``Listing``: cards, entries with a button each. ``keeping`` names what else
    the links keep of the address.
    """
    number = max(whole_number(arguments.get("page", "")) or 1, 1)
    kept = {name: arguments[name] for name in keeping if arguments.get(name)}
    view = View(kept, page=min(number, max(1, -(-len(rows) // ROWS_ON_A_PAGE))))
    return tuple(rows[view.offset : view.offset + view.limit]), page_links(view, len(rows))


def page_links(view: View, total: int) -> Mapping[str, Any] | None:
    """The links to the other pages of a list, for the pagination component; none where all is on one."""
    last = max(1, -(-total // view.limit))
    if last == 1:
        return None
    numbers = sorted({1, last, *range(max(1, view.page - 1), min(last, view.page + 1) + 1)})
    items: list[Mapping[str, Any]] = [
        {"number": number, "href": view.href(page=number), "current": number == view.page}
        for number in numbers
    ]
    previous = {"href": view.href(page=view.page - 1)} if view.page > 1 else None
    following = {"href": view.href(page=view.page + 1)} if view.page < last else None
    return {"previous": previous, "next": following, "items": items}
