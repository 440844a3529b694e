"""Versions of the transparency record."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "transparency_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_transparency_versions_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transparency_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_transparency_versions_number")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("transparency_versions")
