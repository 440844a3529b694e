"""A large round that was closed and waits to be solved: what repairs are timed on."""

from __future__ import annotations

import random
import uuid

from sqlalchemy import bindparam, update

from benchmarks.large_round import Maker
from seeds.loaders import load_reference
from webapp.store.partners import Partner, Reach
from webapp.store.rounds import RoundState
from webapp.store.unit_of_work import Database

REACHES = (Reach.ICB, Reach.REGION, Reach.NEIGHBOURING, Reach.NATIONAL)
SHARES = (0.30, 0.45, 0.15, 0.10)
"""How far partners go, as in the matcher's own scale of this size."""


def make(database: Database, *, requests: int, partners: int, seed: int = 0) -> uuid.UUID:
    """Fill an empty, migrated database with people and needs; gives the round."""
    with database.unit(writing=True, request_id="closed-round") as unit:
        load_reference(unit)
        return _Closed(unit, random.Random(seed)).fill_closed(requests, partners)  # no secret


class _Closed(Maker):
    def fill_closed(self, requests: int, partners: int) -> uuid.UUID:
        self.add_places(requests)
        self.add_reviewer()
        round_, run = self.first_round()
        self.session.delete(run)
        round_.state = RoundState.CLOSED
        able = self.add_partners(partners)
        reaches = self.chance.choices(REACHES, SHARES, k=len(able))
        self.session.connection().execute(
            update(Partner).where(Partner.id == bindparam("of")).values(reach=bindparam("far")),
            [{"of": row["id"], "far": far} for row, far in zip(able, reaches, strict=True)],
        )
        self.add_requests(requests, round_)
        return round_.id
