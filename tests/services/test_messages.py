"""Posting messages: one row for one cause, every name given, nothing that could break out of a line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services.conftest import Country
from webapp.services import message_kinds, messages
from webapp.services.message_kinds import KINDS
from webapp.store.outbox import Audience, OutboxMessage
from webapp.store.unit_of_work import Database, UnitOfWork

UNMATCHED = {"request_id": "5b2c", "reference": "R-1"}


def the_message(unit: UnitOfWork) -> OutboxMessage:
    return unit.session.scalars(select(OutboxMessage)).one()


class TestPosting:
    def test_one_cause_gives_one_message(self, unit: UnitOfWork, country: Country) -> None:
        for _ in range(2):
            messages.post(
                unit,
                kind="result.unmatched",
                to_organisation_id=country.lead.organisation_id,
                about={**UNMATCHED, "besides": "not asked for"},
                dedupe_key="result.unmatched:1",
            )
        row = the_message(unit)
        assert (row.audience, row.content, row.due_at) == (Audience.MEMBERS, UNMATCHED, unit.now)

    def test_it_can_be_kept_back(self, unit: UnitOfWork, country: Country) -> None:
        later = unit.now + timedelta(days=2)
        messages.post(
            unit,
            kind="result.unmatched",
            to_user_id=country.lead.user_id,
            about=UNMATCHED,
            dedupe_key="x",
            due_at=later,
        )
        assert the_message(unit).due_at == later

    def test_the_sender_is_woken_once_and_only_after_the_commit(
        self, database: Database, country: Country, unit: UnitOfWork
    ) -> None:
        unit.commit()
        woken: list[str] = []
        database.wake_sender = lambda: woken.append("now")
        with database.unit(writing=True) as other:
            for key in "ab":
                messages.post(
                    other,
                    kind="result.unmatched",
                    to_user_id=country.lead.user_id,
                    about=UNMATCHED,
                    dedupe_key=key,
                )
            assert woken == []
        assert woken == ["now"]

    @pytest.mark.parametrize(
        "given",
        [
            {"kind": "result.unmatched", "about": UNMATCHED},
            {"kind": "result.unmatched", "about": UNMATCHED, "to_user_id": 1, "to_address": "a@example.org"},
            {"kind": "result.unmatched", "about": {"reference": "R-1"}, "to_address": "a@example.org"},
            {"kind": "subscription.confirm", "about": {}, "to_address": "a@example.org"},
            {"kind": "result.unmatched", "about": UNMATCHED, "to_address": "a@b.org", "sealed_secret": "x"},
        ],
        ids=["no recipient", "two recipients", "a name is missing", "no secret", "a secret too many"],
    )
    def test_a_message_that_lacks_something_is_refused(self, unit: UnitOfWork, given: dict) -> None:
        with pytest.raises(ValueError, match=r"^the message \S+ needs"):
            messages.post(unit, dedupe_key="x", **given)


class TestKinds:
    def test_what_waits_for_an_answer_cannot_be_switched_off(self) -> None:
        assert {name for name in KINDS if name.startswith("offer.to_")} <= {
            name for name, kind in KINDS.items() if not kind.optional
        }

    @pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
    def test_each_is_short_plain_and_has_one_link(self, kind: message_kinds.Kind) -> None:
        about = dict.fromkeys(kind.names, "A1")
        letter = message_kinds.letter(kind, about, secret="s")
        assert letter.path.startswith("/")
        assert 1 <= len(letter.lines) <= 2
        assert len(letter.subject) <= 100
        texts = (letter.subject, letter.link_text, kind.title, *letter.lines)
        assert all(text[0].upper() == text[0] and "http" not in text for text in texts)
        assert all(line.endswith(".") for line in letter.lines)

    def test_values_cannot_leave_their_line_or_their_place_in_the_address(self) -> None:
        kind = KINDS["result.unmatched"]
        about = {"request_id": "../a b?c=1", "reference": "R\r\nBcc: x@example.org\u202e"}
        letter = message_kinds.letter(kind, {name: message_kinds.plain(v) for name, v in about.items()})
        assert letter.subject == "The result for your support request R Bcc: x@example.org"
        assert letter.path == "/requests/..%2Fa%20b%3Fc%3D1"

    def test_dates_are_written_out(self) -> None:
        about = {
            "offer_id": "1",
            "organisation": "Body T1",
            "reference": "R-1",
            "lapses_on": "2026-12-04",
        }
        assert "by 4 December 2026." in message_kinds.letter(KINDS["offer.to_partner"], about).lines[1]
