"""Which organisation a request was of before its successor took it over."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "request_takeovers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("former_id", sa.Uuid(), nullable=False),
        sa.Column("taken_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_request_takeovers_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["former_id"], ["organisations.id"], name=op.f("fk_request_takeovers_former_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_takeovers")),
        sa.UniqueConstraint(
            "request_id", "former_id", name=op.f("uq_request_takeovers_request_id_former_id")
        ),
    )
    op.create_index(op.f("ix_request_takeovers_former_id"), "request_takeovers", ["former_id"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("request_takeovers")
