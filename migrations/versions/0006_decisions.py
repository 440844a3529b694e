"""Decisions, publications, offers and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents before children."""
    _make_decisions()
    _make_decision_confirmations()
    _make_publications()
    _make_offers()
    _make_outbox_messages()


def downgrade() -> None:
    """Drop them, children before parents."""
    for table in (
        "outbox_messages",
        "offers",
        "publications",
        "decision_confirmations",
        "decisions",
    ):
        op.drop_table(table)


def _make_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "approve",
                "reject",
                "swap",
                "hold",
                "lock",
                "forbid",
                "reopen",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("replacement_partner_id", sa.Uuid(), nullable=True),
        sa.Column("is_override", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("supersedes_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'swap') = (replacement_partner_id IS NOT NULL)",
            name=op.f("ck_decisions_swap_names_partner"),
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_decisions_reason_given")),
        sa.CheckConstraint(
            "supersedes_id IS NULL OR supersedes_id <> id", name=op.f("ck_decisions_supersedes_other")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_decisions_decided_by")),
        sa.ForeignKeyConstraint(["match_id"], ["proposed_matches.id"], name=op.f("fk_decisions_match_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_decisions_partner_id")),
        sa.ForeignKeyConstraint(
            ["replacement_partner_id"], ["partners.id"], name=op.f("fk_decisions_replacement_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_decisions_request_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_decisions_round_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_decisions_run_id")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["decisions.id"], name=op.f("fk_decisions_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("id", "decided_by", name=op.f("uq_decisions_id_decided_by")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_decisions_supersedes_id")),
    )
    op.create_index(op.f("ix_decisions_decided_by"), "decisions", ["decided_by"])
    op.create_index(op.f("ix_decisions_match_id"), "decisions", ["match_id"])
    op.create_index("ix_decisions_pair", "decisions", ["round_id", "request_id", "partner_id"])
    op.create_index(op.f("ix_decisions_partner_id"), "decisions", ["partner_id"])
    op.create_index(op.f("ix_decisions_replacement_partner_id"), "decisions", ["replacement_partner_id"])
    op.create_index(op.f("ix_decisions_request_id"), "decisions", ["request_id"])
    op.create_index(op.f("ix_decisions_run_id"), "decisions", ["run_id"])
    op.create_index(
        "uq_decisions_first",
        "decisions",
        ["round_id", "request_id", "partner_id"],
        unique=True,
        sqlite_where=sa.text("supersedes_id IS NULL"),
        postgresql_where=sa.text("supersedes_id IS NULL"),
    )


def _make_decision_confirmations() -> None:
    op.create_table(
        "decision_confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed_by <> proposed_by", name=op.f("ck_decision_confirmations_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["users.id"], name=op.f("fk_decision_confirmations_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id", "proposed_by"],
            ["decisions.id", "decisions.decided_by"],
            name=op.f("fk_decision_confirmations_decision_id_proposed_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_confirmations")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_decision_confirmations_decision_id")),
    )
    op.create_index(
        op.f("ix_decision_confirmations_confirmed_by"), "decision_confirmations", ["confirmed_by"]
    )
    op.create_index(
        "ix_decision_confirmations_decision", "decision_confirmations", ["decision_id", "proposed_by"]
    )


def _make_publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "refused",
                "rolled_back",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_by IS NOT NULL", name=op.f("ck_publications_decided")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_publications_second_person")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_publications_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_publications_proposed_by")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_publications_round_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_publications_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_decided_by"), "publications", ["decided_by"])
    op.create_index(op.f("ix_publications_proposed_by"), "publications", ["proposed_by"])
    op.create_index(op.f("ix_publications_round_id"), "publications", ["round_id"])
    op.create_index(op.f("ix_publications_run_id"), "publications", ["run_id"])
    op.create_index(
        "uq_publications_one_live",
        "publications",
        ["run_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'confirmed')"),
        postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
    )


def _make_offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("publication_id", sa.Uuid(), nullable=False),
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "offered",
                "partner_accepted",
                "requester_accepted",
                "accepted",
                "declined",
                "lapsed",
                "withdrawn",
                "rolled_back",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("instance_sha256", sa.String(length=64), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decline_reason", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("lapses_on >= offered_on", name=op.f("ck_offers_date_order")),
        sa.ForeignKeyConstraint(["match_id"], ["proposed_matches.id"], name=op.f("fk_offers_match_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_offers_partner_id")),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name=op.f("fk_offers_publication_id")
        ),
        sa.ForeignKeyConstraint(["request_id"], ["support_requests.id"], name=op.f("fk_offers_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.UniqueConstraint("match_id", name=op.f("uq_offers_match_id")),
    )
    op.create_index(op.f("ix_offers_partner_id"), "offers", ["partner_id"])
    op.create_index(op.f("ix_offers_publication_id"), "offers", ["publication_id"])
    op.create_index(op.f("ix_offers_request_id"), "offers", ["request_id"])
    op.create_index(
        "uq_offers_one_live",
        "offers",
        ["request_id", "partner_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('offered', 'partner_accepted', 'requester_accepted', 'accepted')"),
        postgresql_where=sa.text(
            "state IN ('offered', 'partner_accepted', 'requester_accepted', 'accepted')"
        ),
    )


def _make_outbox_messages() -> None:
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("dedupe_key", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts BETWEEN 0 AND 1000", name=op.f("ck_outbox_messages_attempts_range")),
        sa.CheckConstraint(
            "user_id IS NOT NULL OR organisation_id IS NOT NULL", name=op.f("ck_outbox_messages_recipient")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outbox_messages_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_outbox_messages_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_outbox_messages_dedupe_key")),
    )
    op.create_index(op.f("ix_outbox_messages_organisation_id"), "outbox_messages", ["organisation_id"])
    op.create_index("ix_outbox_messages_state_due", "outbox_messages", ["state", "due_at"])
    op.create_index(op.f("ix_outbox_messages_user_id"), "outbox_messages", ["user_id"])
