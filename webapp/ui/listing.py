"""Filter, sort, page and files for every list, by links and a GET form: no script needed.

A page describes its list once::

    LISTING = Listing(
        caption="Support requests",
        columns=(
            Column("name", "Request", lambda row: row.title, link=lambda row: url_for(...)),
            Column("days", "Days", numeric=True),
            Column("state", "State", tag=lambda row: row.colour),
        ),
        filters=(
            TextFilter("q", "Search", lambda row: row.title),
            ChoiceFilter("state", "State", choices=..., value=lambda row: row.state),
        ),
        default_sort="name",
        empty="No requests yet. They appear here once a trust submits one.",
    )

and the route shows it: ``table = LISTING.show(rows, request.args)`` for rows in memory (up to a few thousand
small ones), or ``view = LISTING.read(request.args)`` before a query that filters, sorts and limits by
``view`` itself, then ``LISTING.page(view, rows, total)``. The template writes ``{{ listing(table) }}``
(components/listing.html). The same rows as a file: ``LISTING.file(rows, request.args, "requests")`` on a
route of its own with ``@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)``; its address is ``csv_href``. It
gives CSV, or XLSX where the address ends with ``as=xlsx``; the table links to both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request

from webapp.services.free_text import clean
from webapp.ui.files import csv_file, xlsx_file
from webapp.ui.formats import plural
from webapp.ui.paging import ROWS_ON_A_PAGE as ROWS_ON_A_PAGE
from webapp.ui.paging import View as View
from webapp.ui.paging import page_links
from webapp.ui.text_rules import whole_number

LAST_PAGE = 10_000
LONGEST_SEARCH = 100
FILE_KIND = "as"
XLSX = "xlsx"


@dataclass(frozen=True)
class Column:
    """One column: ``value`` gives what is sorted, exported and (unless ``shown``) displayed.

    Without a ``value`` it is the row's attribute of the column's key. ``one_way``: its order cannot be turned round.
    """

    key: str
    title: str
    value: Callable[[Any], Any] | None = None
    shown: Callable[[Any], str] | None = None
    link: Callable[[Any], str | None] | None = None
    tag: Callable[[Any], str | None] | None = None
    numeric: bool = False
    sortable: bool = True
    only_file: bool = False
    one_way: bool = False

    def of(self, row: Any) -> Any:
        """What the column holds of a row."""
        return getattr(row, self.key) if self.value is None else self.value(row)


@dataclass(frozen=True)
class TextFilter:
    """A search box over the text of each row."""

    name: str
    label: str
    value: Callable[[Any], str] = str

    def keeps(self, row: Any, wanted: str) -> bool:
        """Whether every word stands somewhere in the text, whatever its case."""
        text = self.value(row).casefold()
        return all(word in text for word in wanted.casefold().split())


@dataclass(frozen=True)
class ChoiceFilter:
    """A drop-down list over a value of each row."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]
    value: Callable[[Any], str] = str

    def keeps(self, row: Any, wanted: str) -> bool:
        """Whether the row's value is the wanted one."""
        return self.value(row) == wanted


@dataclass(frozen=True)
class Cell:
    """What one cell shows."""

    text: str
    href: str | None = None
    tag: str | None = None
    numeric: bool = False
    title: str = ""


@dataclass(frozen=True)
class Head:
    """What one column head shows; ``order`` is ``ascending``, ``descending`` or empty."""

    title: str
    href: str | None
    order: str
    numeric: bool


@dataclass(frozen=True)
class Table:
    """A page of a list, ready to be placed."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    filters: tuple[Mapping[str, Any], ...]
    view: View
    count: str
    pages: Mapping[str, Any] | None
    empty: str
    csv_href: str | None
    xlsx_href: str | None
    is_filtered: bool


@dataclass(frozen=True)
class Listing:
    """The description of a list."""

    caption: str
    columns: tuple[Column, ...]
    filters: tuple[TextFilter | ChoiceFilter, ...] = ()
    default_sort: str = ""
    default_descending: bool = False
    empty: str = "There is nothing here yet."
    noun: str = "row"
    nouns: str | None = None

    def read(self, arguments: Mapping[str, str]) -> View:
        """The view that the address asks for; what it does not know, it leaves out."""
        wanted = arguments.get("sort", "")
        key = wanted.removeprefix("-")
        known = key in {column.key for column in self.columns if column.sortable}
        turned = wanted.startswith("-") and key not in {each.key for each in self.columns if each.one_way}
        return View(
            filters=dict(self._read_filters(arguments)),
            sort=key if known else self.default_sort,
            descending=turned if known else self.default_descending,
            page=min(max(whole_number(arguments.get("page", "")) or 1, 1), LAST_PAGE),
        )

    def show(
        self, rows: Iterable[Any], arguments: Mapping[str, str], *, csv_href: str | None = None
    ) -> Table:
        """Filter, sort and cut rows that are in memory."""
        view = self.read(arguments)
        kept = self.arrange(rows, view)
        last = max(1, -(-len(kept) // view.limit))
        view = replace(view, page=min(view.page, last))
        return self.page(view, kept[view.offset : view.offset + view.limit], len(kept), csv_href=csv_href)

    def arrange(self, rows: Iterable[Any], view: View) -> list[Any]:
        """The rows that pass the filters, in the order asked for; rows without a value come last."""
        kept = [row for row in rows if self._keeps(row, view)]
        column = next((column for column in self.columns if column.key == view.sort), None)
        if column is None:
            return kept
        known = [row for row in kept if column.of(row) is not None]
        known.sort(key=lambda row: _sort_key(column.of(row)), reverse=view.descending)
        return known + [row for row in kept if column.of(row) is None]

    def page(self, view: View, rows: Sequence[Any], total: int, *, csv_href: str | None = None) -> Table:
        """One page of rows that were filtered, sorted and cut elsewhere."""
        shown = tuple(column for column in self.columns if not column.only_file)
        return Table(
            caption=self.caption,
            heads=tuple(self._head(column, view) for column in shown),
            rows=tuple(tuple(_cell(column, row) for column in shown) for row in rows),
            filters=tuple(_filter_input(filter_, view) for filter_ in self.filters),
            view=view,
            count=self._count(total, is_filtered=bool(view.filters)),
            pages=page_links(view, total),
            empty=self.empty,
            csv_href=(csv_href + view.href(page=1)) if csv_href else None,
            xlsx_href=(csv_href + _as_xlsx(view.href(page=1))) if csv_href else None,
            is_filtered=bool(view.filters),
        )

    def file(self, rows: Iterable[Any], arguments: Mapping[str, str], name: str) -> Response:
        """All rows of the view as a file, of the kind that the address asks for; safe for spreadsheets."""
        return self.file_of(self.arrange(rows, self.read(arguments)), name)

    def file_of(self, rows: Iterable[Any], name: str, *, most: int | None = None) -> Response:
        """Rows that were filtered and sorted elsewhere, as a file of the kind that the address asks for.

        With ``most`` it ends after so many, and where there was another one its last row says so.
        """
        heads = [column.title for column in self.columns]
        values = self._values(rows, most)
        if request.args.get(FILE_KIND) == XLSX:
            return xlsx_file(heads, values, name, sheet=self.caption)
        return csv_file(heads, values, name)

    def _count(self, total: int, *, is_filtered: bool) -> str:
        verb = "matches" if total == 1 else "match"
        return plural(total, self.noun, self.nouns) + (f" {verb} your filters" if is_filtered else "")

    def _values(self, rows: Iterable[Any], most: int | None) -> Iterator[list[Any]]:
        for number, row in enumerate(rows):
            if number == most:
                yield [self._says_more(most)]
                return
            yield [column.of(row) for column in self.columns]

    def _says_more(self, most: int) -> str:
        rest = " Use the filters of the list to get the others." if self.filters else ""
        return f"This file ends here, after {plural(most, 'row')}. The list has more.{rest}"

    def _read_filters(self, arguments: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for filter_ in self.filters:
            wanted = clean(arguments.get(filter_.name, ""))[:LONGEST_SEARCH]
            allowed = isinstance(filter_, TextFilter) or wanted in {value for value, _ in filter_.choices}
            if wanted and allowed:
                yield filter_.name, wanted

    def _keeps(self, row: Any, view: View) -> bool:
        return all(
            filter_.keeps(row, view.filters[filter_.name])
            for filter_ in self.filters
            if filter_.name in view.filters
        )

    def _head(self, column: Column, view: View) -> Head:
        is_sorted = column.key == view.sort
        order = ("descending" if view.descending else "ascending") if is_sorted else ""
        descending = not view.descending if is_sorted else False
        leads = column.sortable and not (is_sorted and column.one_way)
        href = view.href(sort=column.key, descending=descending, page=1) if leads else None
        return Head(column.title, href, order, column.numeric)


def _cell(column: Column, row: Any) -> Cell:
    value = column.of(row)
    shown = column.shown(row) if column.shown else ("" if value is None else _plain(value))
    return Cell(
        text=shown,
        href=column.link(row) if column.link else None,
        tag=column.tag(row) if column.tag else None,
        numeric=column.numeric,
        title=column.title,
    )


def _as_xlsx(href: str) -> str:
    return f"{href}{'' if href.endswith('?') else '&'}{FILE_KIND}={XLSX}"


def _plain(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _sort_key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _filter_input(filter_: TextFilter | ChoiceFilter, view: View) -> Mapping[str, Any]:
    chosen = view.filters.get(filter_.name, "")
    shared = {"id": f"filter-{filter_.name}", "name": filter_.name, "label": {"text": filter_.label}}
    if isinstance(filter_, TextFilter):
        return {**shared, "kind": "input", "value": chosen, "spellcheck": False}
    items = [
        {"value": value, "text": text, "selected": value == chosen}
        for value, text in (("", "All"), *filter_.choices)
    ]
    return {**shared, "kind": "select", "items": items}
