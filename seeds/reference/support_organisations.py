"""Bodies that give improvement support: registry entries, with nothing that they have declared."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from seeds.reference.geography import regions
from seeds.reference.tables import table


@dataclass(frozen=True, slots=True)
class SupportOrganisation:
    """A body with our own code (``SO-``); ``tags`` are indicative codes of the taxonomy, not declarations.

    ``status`` is ``active``, ``closing`` or ``to_check``; ``place`` is latitude and longitude where known.
    """

    code: str
    name: str
    kind: str
    is_national: bool
    regions: tuple[str, ...]
    boards: tuple[str, ...]
    place: tuple[float, float] | None
    tags: tuple[str, ...]
    priorities: tuple[str, ...]
    status: str


@cache
def support_organisations() -> tuple[SupportOrganisation, ...]:
    """All 65 bodies, by code."""
    return tuple(_organisation(code, row) for code, row in sorted(table("support_organisations").items()))


def _organisation(code: str, row: dict) -> SupportOrganisation:
    is_national = row["covers"] == "national"
    covered = [region.code for region in regions()] if is_national else row["covers"]
    return SupportOrganisation(
        code=code,
        name=row["name"],
        kind=row["kind"],
        is_national=is_national,
        regions=tuple(covered),
        boards=tuple(row.get("boards", ())),
        place=(row["at"][0], row["at"][1]) if "at" in row else None,
        tags=tuple(row["tags"]),
        priorities=tuple(row.get("priorities", ())),
        status=row.get("status", "active"),
    )
