"""Two regions that touch, a board in each, three trusts and a support organisation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.store.organisations import CodeSource, Organisation, OrganisationKind, RegionNeighbour


def organisation(
    code: str, kind: OrganisationKind = OrganisationKind.TRUST, **values: object
) -> Organisation:
    """An organisation of our own making, open since ever."""
    given: dict[str, object] = {"name": f"Body {code}", "code_source": CodeSource.ODS, **values}
    return Organisation(code=code, kind=kind, **given)


def add_network(session: Session) -> dict[str, Organisation]:
    """The small country that most service tests use, by code."""
    groups = [
        [
            organisation("Y1", OrganisationKind.REGION, name="North"),
            organisation("Y2", OrganisationKind.REGION, name="South"),
        ],
        [
            organisation("B1", OrganisationKind.ICB, region_code="Y1", latitude=53.0, longitude=-1.0),
            organisation("B2", OrganisationKind.ICB, region_code="Y2", latitude=51.0, longitude=-1.0),
        ],
        [
            _trust("T1", "Y1", "B1", 53.1),
            _trust("T2", "Y1", "B1", 53.2),
            _trust("T3", "Y2", "B2", 51.2),
            organisation("S1", OrganisationKind.SUPPORT_ORGANISATION, region_code="Y1"),
        ],
    ]
    for group in groups:
        session.add_all(group)
        session.flush()
    session.add_all(
        [
            RegionNeighbour(region_code="Y1", neighbour_code="Y2"),
            RegionNeighbour(region_code="Y2", neighbour_code="Y1"),
        ]
    )
    session.flush()
    return {row.code: row for group in groups for row in group}


def _trust(code: str, region: str, board: str, latitude: float) -> Organisation:
    return organisation(
        code,
        provider_type="acute",
        region_code=region,
        icb_code=board,
        latitude=latitude,
        longitude=-1.1,
    )
