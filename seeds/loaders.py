"""Writes the reference facts as rows. What is there already is left: an import may have corrected it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from seeds.identities import identity
from seeds.reference import geography, signals, support_organisations, trusts
from seeds.taxonomy_loader import load_taxonomy
from webapp.authority.actions import Action
from webapp.authority.actor import SystemActor
from webapp.services import audit
from webapp.store.organisations import (
    CodeSource,
    Organisation,
    OrganisationKind,
    Predecessor,
    PublishedFigure,
    RegionNeighbour,
)
from webapp.store.unit_of_work import UnitOfWork

ODS = "NHS England, Organisation Data Service"
PUBLIC_PAGES = "Public web pages; nothing was declared by the body"
ACTOR = SystemActor("reference data")


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows a load added: 0 everywhere when all was there."""

    taxonomy: int
    organisations: int
    figures: int

    @property
    def total(self) -> int:
        return self.taxonomy + self.organisations + self.figures


def load_reference(unit: UnitOfWork) -> Loaded:
    """Add what is missing of the organisations, the taxonomy and the published figures."""
    loaded = Loaded(
        taxonomy=load_taxonomy(unit.session),
        organisations=load_organisations(unit.session),
        figures=_load_figures(unit.session),
    )
    if loaded.total:
        subject = audit.Subject("reference", "seeds")
        audit.record(unit, ACTOR, Action.REFERENCE_IMPORT, subject, after={"rows": loaded.total})
    unit.flush()
    return loaded


def load_organisations(session: Session) -> int:
    """Add regions, boards old and new, trusts and support organisations that are missing; how many rows."""
    present = set(session.scalars(select(Organisation.code)))
    added = 0
    for rows in (_regions(), _boards(), _former_boards(), _trusts(), _support_organisations()):
        missing = [row for row in rows if row.code not in present]
        session.add_all(missing)
        session.flush()
        added += len(missing)
    return added + _load_neighbours(session) + _load_predecessors(session)


def _regions() -> Iterable[Organisation]:
    for region in geography.regions():
        yield _organisation(region.code, region.name, OrganisationKind.REGION, ODS)


def _boards() -> Iterable[Organisation]:
    places = trusts.board_places()
    for board in geography.boards():
        row = _organisation(board.code, board.name, OrganisationKind.ICB, ODS)
        row.region_code = board.region
        row.provider_type = "icb"
        row.open_date = board.since
        row.latitude, row.longitude = places[board.code]
        yield row


def _former_boards() -> Iterable[Organisation]:
    region_of = {board.code: board.region for board in geography.boards()}
    for board in geography.former_boards():
        row = _organisation(board.code, board.name, OrganisationKind.ICB, ODS)
        row.region_code = region_of[board.successors[0]]
        row.provider_type = "icb"
        row.open_date = geography.FIRST_BOARDS_SINCE
        row.close_date = board.ended
        row.successor_code = None if board.was_split else board.successors[0]
        yield row


def _trusts() -> Iterable[Organisation]:
    for trust in trusts.trusts():
        row = _organisation(trust.code, trust.name, OrganisationKind.TRUST, ODS)
        row.region_code = trust.region
        row.icb_code = trust.board
        row.provider_type = trust.kind
        row.open_date = trust.opened
        row.latitude, row.longitude = trust.latitude, trust.longitude
        yield row


def _support_organisations() -> Iterable[Organisation]:
    for body in support_organisations.support_organisations():
        status = {"closing": "; closing", "to_check": "; status to be checked"}.get(body.status, "")
        row = _organisation(
            body.code, body.name, OrganisationKind.SUPPORT_ORGANISATION, PUBLIC_PAGES + status
        )
        row.code_source = CodeSource.OURS
        row.provider_type = body.kind
        row.region_code = body.regions[0] if len(body.regions) == 1 else None
        row.icb_code = body.boards[0] if len(body.boards) == 1 else None
        if body.place is not None:
            row.latitude, row.longitude = body.place
        yield row


def _organisation(code: str, name: str, kind: OrganisationKind, source: str) -> Organisation:
    return Organisation(
        id=identity("organisation", code),
        code=code,
        code_source=CodeSource.ODS,
        name=name,
        kind=kind,
        source=source,
    )


def _load_neighbours(session: Session) -> int:
    query = select(RegionNeighbour.region_code, RegionNeighbour.neighbour_code)
    present = {(one, other) for one, other in session.execute(query)}
    missing = [
        RegionNeighbour(region_code=region.code, neighbour_code=neighbour)
        for region in geography.regions()
        for neighbour in region.neighbours
        if (region.code, neighbour) not in present
    ]
    session.add_all(missing)
    return len(missing)


def _load_predecessors(session: Session) -> int:
    query = select(Predecessor.predecessor_code, Organisation.code).join(Predecessor.organisation)
    present = {(former, successor) for former, successor in session.execute(query)}
    ids = {code: key for code, key in session.execute(select(Organisation.code, Organisation.id))}
    names = {board.code: board.name for board in geography.former_boards()}
    ended = {board.code: board.ended for board in geography.former_boards()}
    successions = [(former, trust.code) for trust in trusts.trusts() for former in trust.took_over]
    successions += [(former, board.code) for board in geography.boards() for former in board.took_over]
    missing = [
        Predecessor(
            id=identity("predecessor", f"{former}>{successor}"),
            predecessor_code=former,
            predecessor_name=names.get(former, ""),
            organisation_id=ids[successor],
            took_over_on=ended[former] + timedelta(days=1) if former in ended else None,
        )
        for former, successor in successions
        if (former, successor) not in present
    ]
    session.add_all(missing)
    session.flush()
    return len(missing)


def _load_figures(session: Session) -> int:
    query = select(PublishedFigure.organisation_id, PublishedFigure.measure)
    present = {(owner, measure) for owner, measure in session.execute(query)}
    ids = {code: key for code, key in session.execute(select(Organisation.code, Organisation.id))}
    measures = {measure.code: measure for measure in signals.measures()}
    missing = [
        _figure(ids[code], code, measures[name], value)
        for code, held in sorted(signals.figures().items())
        for name, value in held.items()
        if (ids[code], name) not in present
    ]
    session.add_all(missing)
    session.flush()
    return len(missing)


def _figure(owner: UUID, code: str, measure: signals.Measure, value: float) -> PublishedFigure:
    return PublishedFigure(
        id=identity("figure", f"{code}:{measure.code}"),
        organisation_id=owner,
        measure=measure.code,
        label=measure.label,
        value=value,
        unit=measure.unit,
        period=measure.period,
        source=measure.source,
        priority_code=measure.priority or None,
        higher_is_worse=measure.higher_is_worse,
    )
