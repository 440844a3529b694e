"""After a merger the successor's people act: open requests of a closed organisation become theirs (PRODUCT.md 6).

What was asked, by whom and when stays readable: each request keeps a row for the code it had before.
"""

from __future__ import annotations

from sqlalchemy import or_, select

from webapp.authority.actions import Action
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import require
from webapp.services import audit
from webapp.services.contents import content_of
from webapp.store import round_requests, rounds
from webapp.store.organisations import Organisation, by_code
from webapp.store.rounds import RoundState
from webapp.store.support_requests import COUNTED_STATES, MOST_OPEN, RequestState, SupportRequest, Takeover
from webapp.store.unit_of_work import UnitOfWork

OPEN_STATES = (RequestState.DRAFT, *COUNTED_STATES)
TAKE_OVER = "support_request.take_over"


def take_over_due(unit: UnitOfWork, *, actor: AnyActor) -> int:
    """Hand the open requests of every organisation that has closed to its successor; gives how many.

    A request for which the successor has no place or no points left in an open round stays as it is, with the
    closed organisation's people, until there is room: nothing is withdrawn behind anybody's back.
    """
    require(actor, Action.REFERENCE_IMPORT, hidden=False)
    closed = select(Organisation).where(
        Organisation.close_date < unit.now.date(), Organisation.successor_code.is_not(None)
    )
    moved = 0
    for former in unit.session.scalars(closed.order_by(Organisation.code)):
        successor = by_code(unit.session, former.successor_code or "")
        if successor is not None and successor.is_open_on(unit.now.date()):
            moved += sum(_hand_over(unit, actor, row, former, successor) for row in _open_of(unit, former))
    unit.flush()
    return moved


def _open_of(unit: UnitOfWork, former: Organisation) -> list[SupportRequest]:
    query = select(SupportRequest).where(
        or_(SupportRequest.requester_id == former.id, SupportRequest.beneficiary_id == former.id),
        SupportRequest.state.in_(OPEN_STATES),
    )
    rows = unit.session.scalars(query.order_by(SupportRequest.rank, SupportRequest.reference))
    return [row for row in rows if row.round is None or row.round.state is not RoundState.ENDED]


def _hand_over(
    unit: UnitOfWork, actor: AnyActor, row: SupportRequest, former: Organisation, successor: Organisation
) -> bool:
    before = content_of(row)
    if row.requester_id == former.id and not _change_requester(unit, row, former, successor):
        return False
    if row.beneficiary_id == former.id:
        row.beneficiary_id = successor.id
    row.updated_at = unit.now
    unit.session.add(Takeover(request_id=row.id, former_id=former.id, taken_over_at=unit.now))
    unit.flush()
    subject = audit.Subject("support_request", row.id)
    audit.record(unit, actor, TAKE_OVER, subject, before=before, after=content_of(row))
    return True


def _change_requester(
    unit: UnitOfWork, row: SupportRequest, former: Organisation, successor: Organisation
) -> bool:
    """Give the request a free place of the successor's, and move its points; False where there is no room."""
    if row.state in COUNTED_STATES and row.round is not None:
        held = round_requests.counted_of(unit.session, row.round.id, successor.id)
        taken = {each.rank for each in held}
        free = [rank for rank in (row.rank, *range(1, MOST_OPEN + 1)) if rank not in taken]
        points = row.severity or 0
        if not free or not rounds.spend_points(unit.session, row.round.id, successor.id, points):
            return False
        rounds.spend_points(unit.session, row.round.id, former.id, -points)
        row.rank = free[0]
    row.requester_id = successor.id
    return True
