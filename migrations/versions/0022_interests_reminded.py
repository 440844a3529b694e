"""When a partner was last asked to confirm the declared interests."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day; nobody has been asked yet."""
    with op.batch_alter_table("partners") as table:
        table.add_column(sa.Column("interests_reminded_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    with op.batch_alter_table("partners") as table:
        table.drop_column("interests_reminded_on")
