"""An expert's employer, and the place and region that follow from it."""

from __future__ import annotations

from webapp.services.failures import Rejected
from webapp.store.organisations import Organisation, OrganisationKind
from webapp.store.partners import Partner


def put_home(row: Partner, home: Organisation) -> None:
    """Set the employer; the place and the region follow."""
    row.organisation_id, row.organisation = home.id, home
    row.region_code, row.icb_code = _region_of(home), _board_of(home)
    row.latitude, row.longitude = home.latitude, home.longitude


def _board_of(home: Organisation) -> str | None:
    return home.code if home.kind is OrganisationKind.ICB else home.icb_code


def _region_of(home: Organisation) -> str:
    region = home.code if home.kind is OrganisationKind.REGION else home.region_code
    if region is None:
        raise Rejected("organisation_id", "This organisation has no region yet; ask the national team")
    return region
