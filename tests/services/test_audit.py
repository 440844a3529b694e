"""The audit chain: whole after any work, broken by any tampering, taken under one lock."""

import random
import threading
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from webapp.authority.actor import Actor, SystemActor, Visitor
from webapp.authority.roles import Role
from webapp.services import audit
from webapp.store.audit import GENESIS, AuditEntry, Outcome, canonical_json

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
JOB = SystemActor("test")
KEY = b"k" * 32


def fill(database, count):
    for number in range(count):
        with database.unit(writing=True) as unit:
            audit.record(unit, JOB, "thing.change", audit.Subject("thing", str(number)), after={"n": number})


def verify(database, **options):
    with database.unit(writing=False) as unit:
        return audit.verify(unit, actor=JOB, **options)


def disarm(database):
    """Somebody with all rights drops the trigger first."""
    drop = "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete"
    if not database.is_sqlite:
        drop = "DROP TRIGGER audit_entries_append_only ON audit_entries"
    with database.engine.begin() as connection:
        for statement in drop.split("; "):
            connection.execute(text(statement))


class TestRecording:
    def test_who_did_what_to_what_when(self, database, clock):
        actor = Actor(uuid4(), Role.TRUST_LEAD, organisation_id=uuid4(), name="Somebody")
        with database.unit(writing=True, request_id="r1") as unit:
            audit.record(
                unit, actor, "thing.change", audit.Subject("thing", "7"), before={"a": 1}, after={"a": 2}
            )
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(AuditEntry)).one()
        assert (row.sequence, row.actor_id, row.actor_role) == (1, actor.user_id, "trust_lead")
        assert (row.organisation_id, row.at, row.request_id) == (actor.organisation_id, clock(), "r1")
        assert (row.subject_kind, row.subject_id, row.outcome) == ("thing", "7", Outcome.DONE)
        assert row.before_digest != row.after_digest

    def test_the_words_themselves_are_not_kept(self, database):
        with database.unit(writing=True) as unit:
            audit.record(unit, JOB, "x.y", audit.Subject("x", "1"), after={"note": "very private"})
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(AuditEntry)).one()
            assert "private" not in str(vars(row))

    def test_a_refusal_stands_alone(self, database):
        audit.record_refusal(
            database,
            Visitor(),
            "run.publish",
            audit.Subject("run", "1"),
            reason="not allowed",
            request_id="r",
        )
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(AuditEntry)).one()
        assert (row.outcome, row.actor_role, row.reason) == (Outcome.REFUSED, "anonymous", "not allowed")

    def test_entries_of_one_unit_keep_their_order(self, database):
        with database.unit(writing=True) as unit:
            for action in ("a", "b", "c"):
                audit.record(unit, JOB, action, audit.Subject("x", action))
        with database.unit(writing=False) as unit:
            rows = unit.session.scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        assert [(row.sequence, row.action) for row in rows] == [(1, "a"), (2, "b"), (3, "c")]

    def test_many_at_once_make_one_chain(self, database):
        barrier = threading.Barrier(4)

        def work():
            barrier.wait()
            fill(database, 5)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = verify(database)
        assert (found.entries, found.breaks) == (20, ())

    def test_one_content_has_one_spelling(self):
        assert canonical_json({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
        with pytest.raises(ValueError, match="JSON compliant"):
            canonical_json({"a": float("nan")})


class TestTampering:
    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_entries SET reason = 'x'", "DELETE FROM audit_entries"]
    )
    def test_the_table_refuses_change(self, database, statement):
        fill(database, 1)
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(statement))

    def test_every_edit_deletion_insertion_and_swap_is_found(self, database):
        """D01, bounded here: 40 random ones, each taken back before the next."""
        fill(database, 12)
        disarm(database)
        chance = random.Random(7)
        missed = []
        for number in range(40):
            name, statements = chance.choice(ATTACKS)
            at = chance.randint(1, 11)
            with database.unit(writing=True) as unit:
                for statement in statements:
                    unit.session.execute(
                        text(statement), {"at": at, "n": number} if ":n" in statement else {"at": at}
                    )
                if audit.verify(unit, actor=JOB).passed:
                    missed.append((name, at))
                unit.rollback()
        assert missed == []
        assert verify(database).passed

    def test_a_cut_tail_is_found_by_the_head_and_by_the_anchor(self, database):
        fill(database, 5)
        anchor = audit.anchor(verify(database), KEY)
        assert audit.read_anchors(f"{anchor}\n") == [anchor]
        disarm(database)
        with database.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_entries WHERE sequence > 3"))
        assert "head: says entry 5, the last entry is 3" in verify(database).breaks
        with database.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE audit_head SET sequence = 3, "
                    "hash = (SELECT hash FROM audit_entries WHERE sequence = 3)"
                )
            )
        assert verify(database).passed
        assert not verify(database, anchors=(anchor,), keys=(b"newer", KEY)).passed
        assert not verify(database, anchors=(anchor,), keys=(b"another",)).passed

    @ONE_ENGINE
    def test_heads_kept_in_a_file_show_a_cut_tail(self, app, database, tmp_path):
        kept = tmp_path / "heads.txt"

        def ask():
            with app.app_context():
                return app.test_cli_runner().invoke(args=["verify-audit", "--heads", str(kept)])

        for entries in (3, 0, 2):
            fill(database, entries)
            assert ask().exit_code == 0
        heads = kept.read_text("ascii").splitlines()
        assert [line.split()[0] for line in heads] == ["3", "5"], "a head that is known is not added again"

        disarm(database)
        with database.engine.begin() as connection:
            connection.execute(text("DELETE FROM audit_entries"))
            connection.execute(text("UPDATE audit_head SET sequence = 0, hash = :hash"), {"hash": GENESIS})
        found = ask()
        assert (found.exit_code, found.output.splitlines()[0]) == (1, "anchor 3: the chain ends at entry 0")
        assert kept.read_text("ascii").splitlines() == heads

        kept.write_text("3 somebody else's line\n", "ascii")
        assert "line 1 is no signed head of the audit" in ask().output


ATTACKS = (
    ("edit", ["UPDATE audit_entries SET reason = 'changed' WHERE sequence = :at"]),
    ("edit", ["UPDATE audit_entries SET actor_role = 'auditor' WHERE sequence = :at"]),
    ("delete", ["DELETE FROM audit_entries WHERE sequence = :at"]),
    (
        "swap",
        [
            "UPDATE audit_entries SET sequence = 1000 WHERE sequence = :at",
            "UPDATE audit_entries SET sequence = :at WHERE sequence = :at + 1",
            "UPDATE audit_entries SET sequence = :at + 1 WHERE sequence = 1000",
        ],
    ),
    (
        "insert",
        [
            "INSERT INTO audit_entries (sequence, at, actor_role, action, outcome, subject_kind, subject_id, reason, "
            "request_id, previous_hash, hash) SELECT 999, at, actor_role, action, outcome, subject_kind, subject_id, "
            "reason, request_id, previous_hash, 'made up' FROM audit_entries WHERE sequence = :at"
        ],
    ),
)
