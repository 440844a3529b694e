"""How many flags a proposed match carries, so that a work list can put flagged ones first."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count; runs of before count none, and a new run counts its own."""
    with op.batch_alter_table("proposed_matches") as table:
        table.add_column(sa.Column("flag_count", sa.Integer(), nullable=False, server_default="0"))
        table.create_check_constraint(
            op.f("ck_proposed_matches_flag_count_range"), "flag_count BETWEEN 0 AND 100"
        )
    with op.batch_alter_table("proposed_matches") as table:
        table.alter_column("flag_count", server_default=None, existing_type=sa.Integer())


def downgrade() -> None:
    """Drop the count."""
    with op.batch_alter_table("proposed_matches") as table:
        table.drop_constraint(op.f("ck_proposed_matches_flag_count_range"), type_="check")
        table.drop_column("flag_count")
