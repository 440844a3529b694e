"""Policies, rounds and support requests."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents before children."""
    _make_policies()
    _make_rounds()
    _make_severity_budgets()
    _make_support_requests()
    _make_request_exclusions()
    _make_requested_skills()


def downgrade() -> None:
    """Drop them, children before parents."""
    for table in (
        "requested_skills",
        "request_exclusions",
        "support_requests",
        "severity_budgets",
        "rounds",
        "policies",
    ):
        op.drop_table(table)


def _make_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("service_rules", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "refused",
                "retired",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state = 'proposed' OR decided_by IS NOT NULL", name=op.f("ck_policies_decided")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_policies_second_person")
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 1000000", name=op.f("ck_policies_number_range")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_policies_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["users.id"], name=op.f("fk_policies_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("number", name=op.f("uq_policies_number")),
    )
    op.create_index(op.f("ix_policies_decided_by"), "policies", ["decided_by"])
    op.create_index(op.f("ix_policies_proposed_by"), "policies", ["proposed_by"])


def _make_rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                "matching",
                "in_review",
                "published",
                "ended",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("horizon_months", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_month LIKE '____-__'", name=op.f("ck_rounds_month_format")),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_rounds_date_order")),
        sa.CheckConstraint("horizon_months BETWEEN 1 AND 24", name=op.f("ck_rounds_horizon_range")),
        sa.CheckConstraint("number BETWEEN 1 AND 100000", name=op.f("ck_rounds_number_range")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_rounds_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("number", name=op.f("uq_rounds_number")),
    )
    op.create_index(op.f("ix_rounds_policy_id"), "rounds", ["policy_id"])
    op.create_index(
        "uq_rounds_one_open",
        "rounds",
        ["state"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _make_severity_budgets() -> None:
    op.create_table(
        "severity_budgets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points BETWEEN 0 AND 6", name=op.f("ck_severity_budgets_points_range")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_severity_budgets_organisation_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_severity_budgets_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severity_budgets")),
        sa.UniqueConstraint(
            "round_id", "organisation_id", name=op.f("uq_severity_budgets_round_id_organisation_id")
        ),
    )
    op.create_index(op.f("ix_severity_budgets_organisation_id"), "severity_budgets", ["organisation_id"])


def _make_support_requests() -> None:
    op.create_table(
        "support_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "withdrawn",
                "matched",
                "unmatched",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("requester_id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("priority_code", sa.String(length=40), nullable=True),
        sa.Column("topic_code", sa.String(length=40), nullable=True),
        sa.Column("component_code", sa.String(length=40), nullable=True),
        sa.Column("aim", sa.String(length=2000), nullable=False),
        sa.Column("measure", sa.String(length=1000), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("window_first", sa.String(length=7), nullable=True),
        sa.Column("window_last", sa.String(length=7), nullable=True),
        sa.Column("max_team", sa.Integer(), nullable=True),
        sa.Column(
            "delivery",
            sa.Enum(
                "on_site",
                "remote",
                "mixed",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "shape",
            sa.Enum(
                "advice_call",
                "peer_review",
                "diagnostic",
                "coaching",
                "hands_on",
                "training",
                "analytics",
                "buddying",
                "collaborative",
                name="shape",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("collaborative_group", sa.String(length=40), nullable=True),
        sa.Column("sponsor_name", sa.String(length=120), nullable=False),
        sa.Column("sponsor_role", sa.String(length=120), nullable=False),
        sa.Column("lead_name", sa.String(length=120), nullable=False),
        sa.Column("lead_email", sa.String(length=254), nullable=False),
        sa.Column("existing_method_code", sa.String(length=40), nullable=True),
        sa.Column("other_help", sa.String(length=1000), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("severity_reason", sa.String(length=1000), nullable=False),
        sa.Column("mandated", sa.Boolean(), nullable=False),
        sa.Column("in_mandated_programme", sa.Boolean(), nullable=False),
        sa.Column("rounds_waited", sa.Integer(), nullable=False),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("withdrawn_reason", sa.String(length=1000), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (round_id IS NOT NULL AND priority_code IS NOT NULL"
            " AND days IS NOT NULL"
            " AND window_first IS NOT NULL AND window_last IS NOT NULL AND max_team IS NOT NULL "
            "AND rank IS NOT NULL AND severity IS NOT NULL AND shape IS NOT NULL"
            " AND delivery IS NOT NULL AND sponsor_name <> '' AND submitted_at IS NOT NULL)",
            name=op.f("ck_support_requests_whole_once_submitted"),
        ),
        sa.CheckConstraint(
            "window_first LIKE '____-__' AND window_last LIKE '____-__'",
            name=op.f("ck_support_requests_month_format"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 1000", name=op.f("ck_support_requests_days_range")),
        sa.CheckConstraint("max_team BETWEEN 1 AND 5", name=op.f("ck_support_requests_max_team_range")),
        sa.CheckConstraint("rank BETWEEN 1 AND 3", name=op.f("ck_support_requests_rank_range")),
        sa.CheckConstraint(
            "rounds_waited BETWEEN 0 AND 100", name=op.f("ck_support_requests_rounds_waited_range")
        ),
        sa.CheckConstraint("severity BETWEEN 1 AND 4", name=op.f("ck_support_requests_severity_range")),
        sa.CheckConstraint("window_first <= window_last", name=op.f("ck_support_requests_window_order")),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["organisations.id"], name=op.f("fk_support_requests_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(
            ["component_code"], ["taxonomy_nodes.code"], name=op.f("fk_support_requests_component_code")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_support_requests_created_by")),
        sa.ForeignKeyConstraint(
            ["existing_method_code"],
            ["taxonomy_nodes.code"],
            name=op.f("fk_support_requests_existing_method_code"),
        ),
        sa.ForeignKeyConstraint(
            ["priority_code"], ["taxonomy_nodes.code"], name=op.f("fk_support_requests_priority_code")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["organisations.id"], name=op.f("fk_support_requests_requester_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_support_requests_round_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["users.id"], name=op.f("fk_support_requests_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["topic_code"], ["taxonomy_nodes.code"], name=op.f("fk_support_requests_topic_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_requests")),
        sa.UniqueConstraint("reference", name=op.f("uq_support_requests_reference")),
    )
    op.create_index(op.f("ix_support_requests_beneficiary_id"), "support_requests", ["beneficiary_id"])
    op.create_index(op.f("ix_support_requests_component_code"), "support_requests", ["component_code"])
    op.create_index(op.f("ix_support_requests_created_by"), "support_requests", ["created_by"])
    op.create_index(
        op.f("ix_support_requests_existing_method_code"), "support_requests", ["existing_method_code"]
    )
    op.create_index(op.f("ix_support_requests_priority_code"), "support_requests", ["priority_code"])
    op.create_index(op.f("ix_support_requests_requester_id"), "support_requests", ["requester_id"])
    op.create_index("ix_support_requests_round_state", "support_requests", ["round_id", "state"])
    op.create_index(op.f("ix_support_requests_submitted_by"), "support_requests", ["submitted_by"])
    op.create_index(op.f("ix_support_requests_topic_code"), "support_requests", ["topic_code"])
    op.create_index(
        "uq_support_requests_rank",
        "support_requests",
        ["requester_id", "round_id", "rank"],
        unique=True,
        sqlite_where=sa.text("state IN ('submitted', 'returned', 'matched', 'unmatched')"),
        postgresql_where=sa.text("state IN ('submitted', 'returned', 'matched', 'unmatched')"),
    )


def _make_request_exclusions() -> None:
    op.create_table(
        "request_exclusions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_request_exclusions_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_request_exclusions_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_exclusions")),
        sa.UniqueConstraint(
            "request_id", "partner_id", name=op.f("uq_request_exclusions_request_id_partner_id")
        ),
    )
    op.create_index(op.f("ix_request_exclusions_partner_id"), "request_exclusions", ["partner_id"])


def _make_requested_skills() -> None:
    op.create_table(
        "requested_skills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_requested_skills_level_range")),
        sa.CheckConstraint("position BETWEEN 1 AND 5", name=op.f("ck_requested_skills_position_range")),
        sa.CheckConstraint("weight BETWEEN 1 AND 5", name=op.f("ck_requested_skills_weight_range")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_requested_skills_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["skill_code"], ["taxonomy_nodes.code"], name=op.f("fk_requested_skills_skill_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requested_skills")),
        sa.UniqueConstraint(
            "request_id", "skill_code", name=op.f("uq_requested_skills_request_id_skill_code")
        ),
    )
    op.create_index(op.f("ix_requested_skills_skill_code"), "requested_skills", ["skill_code"])
