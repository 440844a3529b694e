"""Engagements of a crowd: each with its plan, log, check-ins, values and ratings, the first ones with long lists."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from benchmarks.large_round import Maker
from benchmarks.row_writer import Rows
from benchmarks.stored_evidence import MONTHS
from webapp.services.engagement_reviews import MOST_POINTS
from webapp.store.engagement_days import LoggedDays
from webapp.store.engagement_reviews import Better, CheckIn, CheckInKind, Outcome, OutcomePoint, Phase, Rating
from webapp.store.engagements import Engagement, EngagementEvent, EngagementMonth, EngagementState, EventKind
from webapp.store.offers import OfferState, Side
from webapp.store.stories import Story, StorySkill, StoryState

NOT_RATED = 4
"""The place of an engagement that has ended and that neither side has rated yet."""


class EngagementMaker(Maker):
    """Writes what follows accepted offers."""

    def add_engagements(self, offers: Rows, most: int) -> None:
        taken = [row for row in offers if row["state"] is OfferState.ACCEPTED]
        states = (EngagementState.ACTIVE, EngagementState.ENDED, EngagementState.DRAFTED)
        rows = [self._engagement(row, states[number % 3]) for number, row in enumerate(taken)]
        self.write(Engagement, rows)
        by, now, today = self.user_id, self.unit.now, self.unit.now.date()
        of = [{"engagement_id": row["id"]} for row in rows]
        self.write(
            EngagementMonth, [{**key, "month": month, "days": 2} for key in of for month in MONTHS[:3]]
        )
        self.write(
            EngagementEvent,
            [
                {**key, "number": number, "kind": EventKind.EDITED, "by_user_id": by, "at": now, "words": ""}
                for place, key in enumerate(of)
                for number in range(1, most + 1 if place < 6 else 4)
            ],
        )
        self.write(
            LoggedDays,
            [
                {
                    "id": self.new_id(),
                    **key,
                    "worked_on": today - timedelta(days=number),
                    "days": 1,
                    "worked_by": "A person",
                    "side": Side.PARTNER,
                    "logged_by": by,
                    **self.stamped,
                }
                for place, key in enumerate(of)
                for number in range(most if place < 6 else 4)
            ],
        )
        checks = [
            {"id": self.new_id(), **key, "kind": kind, "due_on": today, **self.stamped}
            for key in of
            for kind in CheckInKind
        ]
        self.write(CheckIn, checks)
        self._reviews(of[:1000], by, today)
        self._stories([row for row in rows if row["state"] is EngagementState.ENDED][:most], by)
        self.note(
            engagement_id=[row["id"] for row in rows[:9]], check_in_id=[row["id"] for row in checks[:18]]
        )

    def _engagement(self, offer: Mapping[str, Any], state: EngagementState) -> dict[str, Any]:
        today = self.unit.now.date()
        begun = state is not EngagementState.DRAFTED
        return {
            "id": self.new_id(),
            "offer_id": offer["id"],
            "partner_id": offer["partner_id"],
            "request_id": offer["request_id"],
            "state": state,
            "aim": "Patients go home on the day they are ready. " * 5,
            "agreed_at": self.unit.now if begun else None,
            "started_on": today if begun else None,
            "ended_on": today if state is EngagementState.ENDED else None,
            **self.stamped,
        }

    def _stories(self, ended: Rows, by: uuid.UUID) -> None:
        """One of each ended engagement, the first with as many values as there may be; one waits for publication."""
        day = self.unit.now.date()
        points = [[f"{day - timedelta(days=n):%Y-%m-%d}", n * 1000, "baseline"] for n in range(MOST_POINTS)]
        states = (StoryState.PUBLISHED, StoryState.AGREED, *[StoryState.PUBLISHED] * len(ended))
        rows = [
            {
                "id": self.new_id(),
                "engagement_id": row["id"],
                "state": state,
                "title": f"Home on the day {number}",
                "tried": "We looked at where patients wait. " * 20,
                "worked": "A board at nine each day. " * 20,
                "not_worked": "Calls at noon. " * 20,
                "measure": "Days waited",
                "better": Better.LOWER,
                "points": points if number < 2 else points[:6],
                "search_text": f"home on the day {number}",
                "partner_agreed_version": 1,
                "requester_agreed_version": 1,
                "drafted_by": by,
                "published_at": self.unit.now if state is StoryState.PUBLISHED else None,
                **self.stamped,
            }
            for number, (row, state) in enumerate(zip(ended, states, strict=False))
        ]
        self.write(Story, rows)
        self.write(StorySkill, [{"story_id": row["id"], "skill_code": self.skills[0]} for row in rows])
        self.note(story_id=[row["id"] for row in rows[:2]])

    def _reviews(self, of: Rows, by: uuid.UUID, today: date) -> None:
        outcomes = [
            {"id": self.new_id(), **key, "measure": "Days waited", "better": Better.LOWER, **self.stamped}
            for key in of
        ]
        self.write(Outcome, outcomes)
        self.write(
            OutcomePoint,
            [
                {
                    "id": self.new_id(),
                    "outcome_id": row["id"],
                    "measured_on": today - timedelta(days=number),
                    "thousandths": number * 1000,
                    "phase": Phase.BASELINE if number > 2 else Phase.FOLLOW_UP,
                    "recorded_by": by,
                    **self.stamped,
                }
                for place, row in enumerate(outcomes)
                for number in range(MOST_POINTS if place < 6 else 6)
            ],
        )
        self.write(
            Rating,
            [
                {"id": self.new_id(), **key, "side": side, "score": 4, "rated_by": by, **self.stamped}
                for place, key in enumerate(of)
                for side in Side
                if place != NOT_RATED
            ],
        )
