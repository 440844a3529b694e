"""Runs with their documents, what they propose and what stays unmet."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents before children."""
    _make_runs()
    _make_run_documents()
    _make_proposed_matches()
    _make_proposed_match_months()
    _make_unmet_requests()


def downgrade() -> None:
    """Drop them, children before parents."""
    for table in (
        "unmet_requests",
        "proposed_match_months",
        "proposed_matches",
        "run_documents",
        "runs",
    ):
        op.drop_table(table)


def _make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_scenario", sa.Boolean(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "finished",
                "failed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("stage_value", sa.Double(), nullable=True),
        sa.Column("stage_bound", sa.Double(), nullable=True),
        sa.Column("gap", sa.Double(), nullable=False),
        sa.Column("limit_seconds", sa.Double(), nullable=True),
        sa.Column("effort", sa.JSON(), nullable=True),
        sa.Column("certificate_passed", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.JSON(), nullable=True),
        sa.Column("solver_status", sa.String(length=20), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("versions", sa.JSON(), nullable=True),
        sa.Column("failure", sa.String(length=1000), nullable=False),
        sa.Column("failure_reference", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT is_current OR (state = 'finished' AND NOT is_scenario)",
            name=op.f("ck_runs_current_is_sound"),
        ),
        sa.CheckConstraint(
            "state <> 'finished' OR certificate_passed", name=op.f("ck_runs_finished_certified")
        ),
        sa.CheckConstraint(
            "state <> 'running' OR lease_until IS NOT NULL", name=op.f("ck_runs_running_leased")
        ),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_runs_attempt_range")),
        sa.CheckConstraint("gap > 0 AND gap < 1", name=op.f("ck_runs_gap_range")),
        sa.CheckConstraint("progress BETWEEN 0 AND 1", name=op.f("ck_runs_progress_range")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_runs_policy_id")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_runs_round_id")),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_runs_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_runs_round_id_number")),
    )
    op.create_index(op.f("ix_runs_policy_id"), "runs", ["policy_id"])
    op.create_index(op.f("ix_runs_started_by"), "runs", ["started_by"])
    op.create_index("ix_runs_state_lease", "runs", ["state", "lease_until"])
    op.create_index(
        "uq_runs_one_current",
        "runs",
        ["round_id"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )


def _make_run_documents() -> None:
    op.create_table(
        "run_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "snapshot",
                "instance",
                "result",
                "evidence",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_documents_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_documents")),
        sa.UniqueConstraint("run_id", "kind", name=op.f("uq_run_documents_run_id_kind")),
    )


def _make_proposed_matches() -> None:
    op.create_table(
        "proposed_matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Double(), nullable=False),
        sa.Column("distance_km", sa.Double(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 10000", name=op.f("ck_proposed_matches_days_range")),
        sa.CheckConstraint("fit BETWEEN 0 AND 1", name=op.f("ck_proposed_matches_fit_range")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_proposed_matches_partner_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_proposed_matches_request_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_proposed_matches_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_matches")),
        sa.UniqueConstraint(
            "run_id",
            "partner_id",
            "request_id",
            name=op.f("uq_proposed_matches_run_id_partner_id_request_id"),
        ),
    )
    op.create_index(op.f("ix_proposed_matches_partner_id"), "proposed_matches", ["partner_id"])
    op.create_index(op.f("ix_proposed_matches_request_id"), "proposed_matches", ["request_id"])


def _make_proposed_match_months() -> None:
    op.create_table(
        "proposed_match_months",
        sa.Column("match_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_proposed_match_months_month_format")),
        sa.CheckConstraint("days BETWEEN 1 AND 1000", name=op.f("ck_proposed_match_months_days_range")),
        sa.ForeignKeyConstraint(
            ["match_id"], ["proposed_matches.id"], name=op.f("fk_proposed_match_months_match_id")
        ),
        sa.PrimaryKeyConstraint("match_id", "month", name=op.f("pk_proposed_match_months")),
    )


def _make_unmet_requests() -> None:
    op.create_table(
        "unmet_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("days_short", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint("days_short BETWEEN 1 AND 10000", name=op.f("ck_unmet_requests_days_short_range")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_unmet_requests_request_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_unmet_requests_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_requests")),
        sa.UniqueConstraint("run_id", "request_id", name=op.f("uq_unmet_requests_run_id_request_id")),
    )
    op.create_index(op.f("ix_unmet_requests_request_id"), "unmet_requests", ["request_id"])
