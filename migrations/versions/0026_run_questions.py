"""Questions about a run that take a solver, with their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "run_questions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _enum("kind", "why_not", "prices"), nullable=False),
        sa.Column("state", _enum("state", "waiting", "answered", "failed"), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'why_not') = (partner_id IS NOT NULL AND request_id IS NOT NULL)",
            name=op.f("ck_run_questions_names_a_pair"),
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (answered_at IS NOT NULL)", name=op.f("ck_run_questions_answered_when")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_run_questions_run_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_run_questions_partner_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_run_questions_request_id")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_run_questions_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run_questions")),
    )
    for name, columns in (
        ("ix_run_questions_asked_by", ["asked_by"]),
        ("ix_run_questions_partner_id", ["partner_id"]),
        ("ix_run_questions_request_id", ["request_id"]),
        ("ix_run_questions_run_kind", ["run_id", "kind"]),
        ("ix_run_questions_state", ["state"]),
    ):
        op.create_index(name, "run_questions", columns)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("run_questions")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
