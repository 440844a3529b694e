"""Published rounds of a crowd, and the offers made by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from benchmarks.large_round import Maker
from benchmarks.row_writer import Rows
from benchmarks.stored_evidence import MONTHS
from webapp.store.matches import MatchMonth, ProposedMatch
from webapp.store.offers import Offer, OfferState, Side
from webapp.store.organisations import Organisation
from webapp.store.publications import Publication, PublicationState
from webapp.store.rounds import Round, RoundState
from webapp.store.runs import Run

STATES = (OfferState.OFFERED, OfferState.ACCEPTED, OfferState.DECLINED)
TURNS = (*STATES[:2], *STATES[1:])
"""In which state one offer after the other is."""


class PublicationMaker(Maker):
    """Writes one large published round, and ended ones in which the same two met."""

    home: Organisation
    busy: dict[str, Any]
    team: dict[str, Any]

    def add_publications(self, requests: int, able: Rows, most: int) -> tuple[Round, Rows]:
        """A published round, and ended ones in which the busy trust and the busy partner met again and again."""
        done, run = self.another_round(2, RoundState.PUBLISHED)
        asked = self.add_requests(requests, done)
        matches = self.add_matches(run, able, asked)
        publication = self._publication(done, run)
        offers = [self._offer(publication, match, number) for number, match in enumerate(matches)]
        for number in range(3, 3 + -(-most // 3)):
            past, its = self.another_round(number, RoundState.ENDED)
            again = self.add_requests(3, past, only=self.home)
            pairs = [
                self.match_row(its, partner, row, {MONTHS[0]: 2}, ["P-1"], ["R-1"])
                for partner in (self.busy, self.team)
                for row in again
            ]
            self.write(ProposedMatch, pairs)
            self.write(
                MatchMonth, [{"match_id": each["id"], "month": MONTHS[0], "days": 2} for each in pairs]
            )
            put = self._publication(past, its)
            kept = [self._offer(put, match, number) for match in pairs]
            offers = [*kept, *offers]
            self.ids["request_id"] = [*self.ids.get("request_id", []), *(row["id"] for row in again)][:9]
        self.write(Offer, offers)
        each = [[row["id"] for row in offers if row["state"] is state][:2] for state in STATES]
        self.note(offer_id=[one for some in each for one in some])
        return done, offers

    def _publication(self, round_: Round, run: Run) -> Publication:
        row = Publication(
            round_id=round_.id,
            run_id=run.id,
            state=PublicationState.CONFIRMED,
            proposed_by=self.user_id,
            proposed_at=self.unit.now,
            decided_by=self.second_user_id,
            decided_at=self.unit.now,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def _offer(self, publication: Publication, match: Mapping[str, Any], number: int) -> dict[str, Any]:
        state, today = TURNS[number % 4], self.unit.now.date()
        return {
            "id": self.new_id(),
            "publication_id": publication.id,
            "match_id": match["id"],
            "partner_id": match["partner_id"],
            "request_id": match["request_id"],
            "state": state,
            "instance_sha256": "0" * 64,
            "offered_on": today,
            "lapses_on": today + timedelta(days=7),
            "declined_by": Side.PARTNER if state is OfferState.DECLINED else None,
            "decline_reason": "no_time" if state is OfferState.DECLINED else "",
            **self.stamped,
        }
