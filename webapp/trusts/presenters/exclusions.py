"""The finder of partners that a requester cannot work with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for

from webapp.services.support_requests import SupportRequest
from webapp.trusts.presenters.steps import keeping_origin
from webapp.ui.paging import page_of_rows


@dataclass(frozen=True, slots=True)
class Excluded:
    """One excluded partner, with the address that takes it off the list."""

    name: str
    remove: str


@dataclass(frozen=True, slots=True)
class Found:
    """One partner that was found; ``href`` is empty where it is excluded already."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Finder:
    """Who is excluded, what was typed, who was found."""

    caption: str
    back: str
    onwards: str
    action: str
    origin: str
    excluded: tuple[Excluded, ...]
    pages: Mapping[str, Any] | None
    wanted: str
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class OnePartner:
    """The page that excludes one partner."""

    name: str
    back: str


def finder(
    row: SupportRequest, names: Mapping[UUID, str], *, wanted: str, found: Iterable[tuple[str, str]]
) -> Finder:
    """Everything on the page."""
    excluded, other_pages = page_of_rows(tuple(names.items()), request.args, "q", "from")
    origin = "check" if request.args.get("from") == "check" else ""
    return Finder(
        caption=f"Support request {row.reference}",
        back=url_for("trusts.request_page", request_id=row.id),
        onwards=url_for("trusts.check" if origin else "trusts.request_page", request_id=row.id),
        action=url_for("trusts.exclusions", request_id=row.id),
        origin=origin,
        excluded=tuple(
            Excluded(name, keeping_origin("trusts.remove_exclusion", row.id, partner_id=partner_id))
            for partner_id, name in excluded
        ),
        pages=other_pages,
        wanted=wanted,
        found=tuple(_found(row.id, UUID(partner_id), name, names) for partner_id, name in found),
    )


def one_partner(request_id: UUID, name: str) -> OnePartner:
    """The page of one partner."""
    return OnePartner(name, keeping_origin("trusts.exclusions", request_id))


def _found(request_id: UUID, partner_id: UUID, name: str, names: Mapping[UUID, str]) -> Found:
    if partner_id in names:
        return Found(name, "")
    return Found(name, keeping_origin("trusts.exclusion", request_id, partner_id=partner_id))
