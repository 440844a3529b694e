"""How many planned days of a month an ended engagement gave back."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count; the running release writes plans without it, so the default stays."""
    with op.batch_alter_table("engagement_months") as table:
        table.add_column(sa.Column("freed_days", sa.Integer(), nullable=False, server_default="0"))
        table.create_check_constraint(
            op.f("ck_engagement_months_freed_range"), "freed_days BETWEEN 0 AND days"
        )


def downgrade() -> None:
    """Drop the count."""
    with op.batch_alter_table("engagement_months") as table:
        table.drop_constraint(op.f("ck_engagement_months_freed_range"), type_="check")
        table.drop_column("freed_days")
