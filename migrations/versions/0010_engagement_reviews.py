"""How engagements go: check-ins and their answers, outcomes with points, ratings."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents before children."""
    _make_engagement_check_ins()
    _make_engagement_outcomes()
    _make_engagement_ratings()
    _make_engagement_check_in_answers()
    _make_engagement_outcome_points()


def downgrade() -> None:
    """Drop the tables, children before parents."""
    for table in (
        "engagement_outcome_points",
        "engagement_check_in_answers",
        "engagement_ratings",
        "engagement_outcomes",
        "engagement_check_ins",
    ):
        op.drop_table(table)


def _make_engagement_check_ins() -> None:
    op.create_table(
        "engagement_check_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "six_weeks", "six_months", name="kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_check_ins_engagement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_check_ins")),
        sa.UniqueConstraint("engagement_id", "kind", name=op.f("uq_engagement_check_ins_engagement_id_kind")),
    )
    op.create_index("ix_engagement_check_ins_due", "engagement_check_ins", ["due_on", "id"])


def _make_engagement_outcomes() -> None:
    op.create_table(
        "engagement_outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column(
            "better",
            sa.Enum("higher", "lower", name="better", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_outcomes_engagement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_outcomes")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_engagement_outcomes_engagement_id")),
    )


def _make_engagement_ratings() -> None:
    op.create_table(
        "engagement_ratings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "partner", "requester", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("rated_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_engagement_ratings_score_range")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_ratings_engagement_id")
        ),
        sa.ForeignKeyConstraint(["rated_by"], ["users.id"], name=op.f("fk_engagement_ratings_rated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_ratings")),
        sa.UniqueConstraint("engagement_id", "side", name=op.f("uq_engagement_ratings_engagement_id_side")),
    )
    op.create_index(op.f("ix_engagement_ratings_rated_by"), "engagement_ratings", ["rated_by"])


def _make_engagement_check_in_answers() -> None:
    op.create_table(
        "engagement_check_in_answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "partner", "requester", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "progress",
            sa.Enum(
                "well",
                "mixed",
                "badly",
                name="progress",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.Column("needs_help", sa.Boolean(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["users.id"], name=op.f("fk_engagement_check_in_answers_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"],
            ["engagement_check_ins.id"],
            name=op.f("fk_engagement_check_in_answers_check_in_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_check_in_answers")),
        sa.UniqueConstraint(
            "check_in_id", "side", name=op.f("uq_engagement_check_in_answers_check_in_id_side")
        ),
    )
    op.create_index(
        op.f("ix_engagement_check_in_answers_answered_by"), "engagement_check_in_answers", ["answered_by"]
    )


def _make_engagement_outcome_points() -> None:
    op.create_table(
        "engagement_outcome_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("thousandths", sa.BigInteger(), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "baseline", "follow_up", name="phase", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "thousandths BETWEEN -1000000000000 AND 1000000000000",
            name=op.f("ck_engagement_outcome_points_thousandths_range"),
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["engagement_outcomes.id"], name=op.f("fk_engagement_outcome_points_outcome_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_engagement_outcome_points_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_outcome_points")),
        sa.UniqueConstraint(
            "outcome_id", "measured_on", name=op.f("uq_engagement_outcome_points_outcome_id_measured_on")
        ),
    )
    op.create_index(
        op.f("ix_engagement_outcome_points_recorded_by"), "engagement_outcome_points", ["recorded_by"]
    )
