"""The whole demonstration network, put together once."""

from __future__ import annotations

from functools import cache

from seeds.demonstration import calibration, partners, requests
from seeds.demonstration.records import Network


@cache
def network() -> Network:
    """Invented partners and requests; always the same."""
    return Network(
        months=calibration.MONTHS,
        as_of=calibration.AS_OF,
        partners=(*partners.experts(), *partners.teams()),
        requests=requests.requests(),
    )
