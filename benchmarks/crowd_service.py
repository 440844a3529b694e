"""What the service itself has many of: policies, runs, bulletins, versions of its record, messages, audit rows."""

from __future__ import annotations

from datetime import date

from benchmarks.large_round import Maker
from webapp.store import audit
from webapp.store.adoptions import Adoption, AdoptionState
from webapp.store.bulletins import Bulletin, BulletinState
from webapp.store.outbox import Audience, OutboxMessage
from webapp.store.policies import Policy, PolicyState
from webapp.store.rounds import Round
from webapp.store.runs import Run, RunState
from webapp.store.transparency import RecordVersion


class ServiceMaker(Maker):
    """Writes it."""

    def add_service_rows(self, review: Round, most: int) -> None:
        """What the service itself has many of: policies, runs, bulletins, versions, messages, audit rows."""
        self._policies(most)
        self._scenarios(review, most)
        self._bulletins(most)
        self._record_versions(most)
        self._messages(10 * most)
        # Sealing walks the chain: ten times as many as a list of one body is enough to see one that is not paged.
        acts = [audit.Entry("request.submit", "request", str(number)) for number in range(10 * most)]
        audit.seal(self.session, acts, now=self.unit.now, request_id="crowd")

    def _policies(self, most: int) -> None:
        said = {"reason": "A benchmark", "effective_from": date(2026, 1, 1), "service_rules": {}}
        by = {"proposed_by": self.user_id, "proposed_at": self.unit.now, "decided_by": self.second_user_id}
        rules = self.session.get_one(Policy, self.policy_id).parameters
        self.write(
            Policy,
            [
                {
                    "id": self.new_id(),
                    "number": number,
                    "name": f"Version {number}",
                    "parameters": rules,
                    "state": PolicyState.RETIRED,
                    "decided_at": self.unit.now,
                    **said,
                    **by,
                    **self.stamped,
                }
                for number in range(2, most + 2)
            ],
        )

    def _scenarios(self, review: Round, most: int) -> None:
        rows = [
            {
                "id": self.new_id(),
                "round_id": review.id,
                "number": number,
                "policy_id": self.policy_id,
                "is_scenario": True,
                "name": f"What if {number}",
                "changes": {},
                "state": RunState.CANCELLED,
                "queued_at": self.unit.now,
                **self.stamped,
            }
            for number in range(3, most + 3)
        ]
        self.write(Run, rows)
        wish = {
            "id": self.new_id(),
            "run_id": rows[0]["id"],
            "state": AdoptionState.PROPOSED,
            "reason": "It serves more",
            "proposed_by": self.user_id,
            "proposed_at": self.unit.now,
            **self.stamped,
        }
        self.write(Adoption, [wish])

    def _bulletins(self, most: int) -> None:
        rows = [
            {
                "id": self.new_id(),
                "title": f"Bulletin {number}",
                "meeting_on": date(2026, 1, 1),
                "headlines": ["A headline"] * 5,
                "priorities": [],
                "state": BulletinState.PUBLISHED if number else BulletinState.DRAFT,
                "published_at": self.unit.now if number else None,
                "drafted_by": self.user_id,
                **self.stamped,
            }
            for number in range(most)
        ]
        self.write(Bulletin, rows)
        self.note(bulletin_id=[row["id"] for row in rows[:2]])

    def _record_versions(self, most: int) -> None:
        self.write(
            RecordVersion,
            [
                {
                    "id": self.new_id(),
                    "number": number,
                    "sha256": f"{number:064d}",
                    "rows": [["Section", "Question", "Answer"]],
                    "made_at": self.unit.now,
                }
                for number in range(1, most + 1)
            ],
        )

    def _messages(self, number: int) -> None:
        to = (
            {"audience": Audience.LEADS, "organisation_id": self.home.id},
            {"audience": Audience.MEMBERS, "organisation_id": self.home.id},
            {"audience": Audience.NATIONAL_TEAM, "organisation_id": None},
            {"audience": Audience.SYSTEM_ADMINS, "organisation_id": None},
        )
        self.write(
            OutboxMessage,
            [
                {
                    "id": self.new_id(),
                    "kind": "result.unmatched",
                    "dedupe_key": f"crowd-{each}",
                    **to[each % len(to)],
                    "content": {"request_id": "5b2c", "reference": f"R-{each}"},
                    "due_at": self.unit.now,
                    "addressed_at": self.unit.now,
                    **self.stamped,
                }
                for each in range(number)
            ],
        )
