"""What was counted of a round before it is solved."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; each round is counted when a worker next looks."""
    op.create_table(
        "round_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=1000), nullable=False),
        sa.Column("found", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_checks_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_checks")),
        sa.UniqueConstraint("round_id", name=op.f("uq_round_checks_round_id")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("round_checks")
