"""Who agreed to be found by others with similar needs, and one introduction that waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

from sqlalchemy import select

from seeds.accounts import BOARD, TRUST
from webapp.authority.actor import Actor
from webapp.services import peers
from webapp.store.rounds import Round
from webapp.store.support_requests import SupportRequest
from webapp.store.unit_of_work import UnitOfWork

ONE_IN = 4


def agrees_to_be_found(key: str, requester: str) -> bool:
    """The accounts' own organisations do, and about a quarter of the others."""
    return requester in (TRUST, BOARD) or crc32(key.encode()) % ONE_IN == 0


def ask_for_introduction(unit: UnitOfWork, round_: Round, leads: Mapping[str, Actor]) -> None:
    """The organisation whose need is nearest to one of the trust's asks to be introduced to it."""
    own = select(SupportRequest).where(SupportRequest.round_id == round_.id).order_by(SupportRequest.rank)
    for row in unit.session.scalars(own.where(SupportRequest.requester_id == leads[TRUST].organisation_id)):
        near = peers.similar(unit, actor=leads[TRUST], request_id=row.id).similar
        if near:
            other = near[0].request
            peers.ask(unit, actor=leads[other.requester.code], request_id=other.id, other_id=row.id)
            return
