"""Imports of reference data: the "NHS trusts" file of the Organisation Data Service.

All or nothing: a file with any fault changes nothing. What the file does not name stays as it is, and an
import that is repeated changes nothing.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import audit, takeovers
from webapp.services.csv_text import FileRefusedError, Problem
from webapp.services.ods_changes import Board, Known, Preview, Surroundings, Target, compare
from webapp.services.ods_file import MAX_BYTES, OdsRow, read
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind, Predecessor
from webapp.store.unit_of_work import UnitOfWork

SOURCE = "NHS England, Organisation Data Service"


def read_ods(path: Path) -> tuple[OdsRow, ...]:
    """The rows of a file on this machine; reads no more of it than may be used."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileRefusedError([Problem(0, 0, f"{path} cannot be read: {error.strerror}.")]) from error
    return read(content)


def preview_ods(unit: UnitOfWork, *, actor: AnyActor, rows: tuple[OdsRow, ...]) -> Preview:
    """What importing these rows would change."""
    require(actor, Action.REFERENCE_IMPORT, hidden=False)
    return compare(rows, _surroundings(unit.session))


def import_ods(unit: UnitOfWork, *, actor: AnyActor, rows: tuple[OdsRow, ...]) -> Preview:
    """Write what the rows change, with one audit entry if there is anything; the preview says what it was."""
    preview = preview_ods(unit, actor=actor, rows=rows)
    if not preview.count:
        return preview
    present = _trusts(unit.session)
    before = [_digestible(present[target.code]) for target in preview.targets if target.code in present]
    written = [_write(unit.session, target, present) for target in preview.targets]
    unit.flush()
    for row, target in zip(written, preview.targets, strict=True):
        row.successor_code = _existing(unit.session, target.successor) or row.successor_code
    takeovers.take_over_due(unit, actor=actor)
    audit.record(
        unit,
        actor,
        Action.REFERENCE_IMPORT,
        audit.Subject("reference", "ods"),
        before={"organisations": before},
        after={"organisations": [_digestible(row) for row in written], "changes": preview.count},
    )
    unit.flush()
    return preview


def _write(session: Session, target: Target, present: dict[str, Organisation]) -> Organisation:
    row = present.get(target.code)
    if row is None:
        row = Organisation(code=target.code, code_source=CodeSource.ODS, kind=OrganisationKind.TRUST)
        row.source = SOURCE
        session.add(row)
    row.name = target.state.name
    row.region_code = target.state.region
    row.icb_code = target.state.board
    row.open_date = target.state.opened
    row.close_date = target.state.closed
    if target.state.closed is None:
        row.successor_code = None
    return row


def _existing(session: Session, code: str | None) -> str | None:
    if code is None:
        return None
    return session.scalar(select(Organisation.code).where(Organisation.code == code))


def _trusts(session: Session) -> dict[str, Organisation]:
    query = select(Organisation).where(Organisation.kind == OrganisationKind.TRUST)
    return {row.code: row for row in session.scalars(query.order_by(Organisation.code))}


def _surroundings(session: Session) -> Surroundings:
    rows = list(session.scalars(select(Organisation).order_by(Organisation.code)))
    successors = _successors(session)
    return Surroundings(
        trusts={row.code: _known(row) for row in rows if row.kind is OrganisationKind.TRUST},
        boards={
            row.code: Board(row.region_code, successors.get(row.code, ()) if row.close_date else ())
            for row in rows
            if row.kind is OrganisationKind.ICB
        },
        regions=frozenset(row.code for row in rows if row.kind is OrganisationKind.REGION),
        successors=successors,
        others={row.code: _noun(row.kind) for row in rows if row.kind is not OrganisationKind.TRUST},
    )


def _successors(session: Session) -> dict[str, tuple[str, ...]]:
    query = select(Predecessor.predecessor_code, Organisation.code).join(Predecessor.organisation)
    found: dict[str, tuple[str, ...]] = {}
    for former, code in session.execute(query.order_by(Predecessor.predecessor_code, Organisation.code)):
        found[former] = (*found.get(former, ()), code)
    return found


def _known(row: Organisation) -> Known:
    return Known(row.name, row.region_code, row.icb_code, row.open_date, row.close_date)


def _noun(kind: OrganisationKind) -> str:
    nouns = {OrganisationKind.ICB: "an ICB"}
    return nouns.get(kind, f"a {kind.value.replace('_', ' ')}")


def _digestible(row: Organisation) -> dict[str, str | None]:
    return {
        "code": row.code,
        "name": row.name,
        "region": row.region_code,
        "icb": row.icb_code,
        "open_date": row.open_date.isoformat() if row.open_date else None,
        "close_date": row.close_date.isoformat() if row.close_date else None,
        "successor": row.successor_code,
    }
