"""What is asked of solvers about a crowd, answered at length: why not this partner, what days are worth, what lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from benchmarks.large_round import Maker
from benchmarks.row_writer import Rows
from benchmarks.stored_evidence import MONTHS
from matcher.candidates.reasons import ReasonCode
from matcher.candidates.supply import Group, Supply, Thin, Unoffered
from matcher.problem.records import encode
from webapp.store.partners import Partner
from webapp.store.round_checks import RoundCheck
from webapp.store.rounds import Round
from webapp.store.run_questions import QuestionKind, QuestionState, RunQuestion
from webapp.store.runs import Run

LEVELS = ("mandated", "floors", "worst_group", "value", "change", "travel")
MOST_MOVED = 40


class QuestionMaker(Maker):
    """Writes questions about a run, and the check of a round."""

    def add_questions(self, run: Run, matches: Rows, partner: Mapping[str, Any], asked: Rows) -> None:
        """A pair that many matches would give way to, and the worth of a day for every skill in every month."""
        known = {
            "run_id": run.id,
            "state": QuestionState.ANSWERED,
            "asked_by": self.user_id,
            "answered_at": self.unit.now,
            **self.stamped,
        }
        rows = [
            {
                "id": self.new_id(),
                "kind": QuestionKind.WHY_NOT,
                "partner_id": partner["id"],
                "request_id": matches[-1]["request_id"],
                "answer": _why_not(str(partner["reference"]), [str(row["reference"]) for row in asked]),
                **known,
            },
            {
                "id": self.new_id(),
                "kind": QuestionKind.PRICES,
                "partner_id": None,
                "request_id": None,
                "answer": _prices(self.skills, str(partner["reference"])),
                **known,
            },
        ]
        self.write(RunQuestion, rows)
        self.note(question_id=[row["id"] for row in rows])

    def add_check(self, review: Round, asked: Rows) -> None:
        """A round that lacks something of each kind: every request hangs by a thread, every skill is missing."""
        requests = [str(row["reference"]) for row in asked]
        partners = tuple(self.session.scalars(select(Partner.reference).order_by(Partner.reference)))
        none = (0,) * len(MONTHS)
        whole = Group("all", len(requests), 0, 0, none, none)
        found = Supply(
            months=tuple(MONTHS),
            topics=tuple(replace(whole, code=topic) for _, topic in self.topics),
            skills=tuple(replace(whole, code=skill) for skill in self.skills),
            regions=(),
            whole=whole,
            thin=tuple(Thin(each, 1, ReasonCode.REACH.value) for each in requests),
            unoffered=tuple(Unoffered(skill, 2, tuple(requests[:1]), 2) for skill in self.skills),
            stale=partners,
            unreleased=partners,
        )
        now = self.unit.now
        check = {"round_id": review.id, "asked_at": now, "counted_at": now, "found": encode(found)}
        self.write(RoundCheck, [{"id": self.new_id(), **check, **self.stamped}])


def _why_not(partner: str, requests: list[str]) -> dict[str, Any]:
    levels = {name: 100.0 for name in LEVELS}
    moved = [{"request": each, "partner": partner, "days": [2]} for each in requests[:MOST_MOVED]]
    pair = {
        "is_engaged": False,
        "reasons": [],
        "standing": "room_left",
        "fit": 0.5,
        "rank": 2,
        "candidates": 9,
    }
    forced = {"now": levels, "without": levels, "after": levels, "dropped": moved, "added": moved, "days": 2}
    return {"pair": pair, "forced": forced}


def _prices(skills: list[str], partner: str) -> dict[str, Any]:
    worth = [
        {"month": month, "region": None, "skill": skill, "highest": 9.0, "mean": 1.0, "partners": 2}
        for skill in skills
        for month in range(len(MONTHS))
    ]
    dearest = [
        {
            "region": None,
            "skill": skill,
            "month": 0,
            "price": 9.0,
            "partner": partner,
            "value_worth": {"least": 8.0, "most": 9.0},
            "a_day_more": {"value": 8.0},
            "a_day_less": {"value": -9.0},
        }
        for skill in skills[:10]
    ]
    levels = [{"level": name, "value": 98.0, "bound": 99.0, "bound_without": 100.0} for name in LEVELS]
    return {"months": list(MONTHS), "worth": worth, "confirmed": dearest, "levels": levels}
