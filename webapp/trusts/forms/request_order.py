"""The order of the organisation's requests: one place for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from webapp.services.request_order import Placed, field_of
from webapp.services.support_requests import SupportRequest
from webapp.ui.fields import Choice, RadiosField
from webapp.ui.forms import BaseForm
from webapp.ui.text_rules import whole_number


class OrderForm(BaseForm):
    """A place for each request. ``version`` carries the version of every request that the person saw."""

    def places(self, rows: Iterable[SupportRequest]) -> dict[UUID, Placed]:
        """Each request's place with the version that was seen of it."""
        seen = _versions_of(str(self.version.data))
        return {
            row.id: Placed(whole_number(self._fields[field_of(row.id)].data) or 0, seen.get(row.id.hex, 0))
            for row in rows
        }


def order_form(rows: Iterable[SupportRequest], choices: Iterable[Choice]) -> OrderForm:
    """A form for these requests, each at the place that it has."""
    known, offered = tuple(rows), list(choices)
    fields = {field_of(row.id): _field(row, offered) for row in known}
    form_class = type("PlacesForm", (OrderForm,), fields)
    standing = {field_of(row.id): str(row.rank or "") for row in known}
    form: OrderForm = form_class(data={**standing, "version": versions(known)})
    return form


def versions(rows: Iterable[SupportRequest]) -> str:
    """The versions of the requests as one value."""
    return " ".join(f"{row.id.hex}={row.version}" for row in rows)


def _versions_of(carried: str) -> Mapping[str, int]:
    pairs = (pair.partition("=") for pair in carried.split())
    return {row: whole_number(number) or 0 for row, _, number in pairs}


def _field(row: SupportRequest, offered: list[Choice]) -> RadiosField:
    name = f"{row.title} ({row.reference})"
    return RadiosField(name, choices=offered, required=f"Choose a place for the request “{row.title}”")
