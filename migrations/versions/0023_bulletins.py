"""Bulletins of board meetings, and subscriptions to them by e-mail."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

STATES = ("draft", "published", "discarded")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "bulletins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=False),
        sa.Column("intro", sa.String(length=1000), nullable=False),
        sa.Column("headlines", sa.JSON(), nullable=False),
        sa.Column("priorities", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_to", sa.Uuid(), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_bulletins_published_dated")
        ),
        sa.ForeignKeyConstraint(["drafted_by"], ["users.id"], name=op.f("fk_bulletins_drafted_by")),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_bulletins_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletins")),
    )
    op.create_index(op.f("ix_bulletins_drafted_by"), "bulletins", ["drafted_by"])
    op.create_index(op.f("ix_bulletins_published_by"), "bulletins", ["published_by"])
    op.create_index("ix_bulletins_state_published", "bulletins", ["state", "published_at"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("confirm_hash", sa.String(length=64), nullable=True),
        sa.Column("confirm_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leave_hash", sa.String(length=64), nullable=False),
        sa.Column("leave_sealed", sa.String(length=2000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_subscriptions_email_normal_form")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("email", name=op.f("uq_subscriptions_email")),
        sa.UniqueConstraint("confirm_hash", name=op.f("uq_subscriptions_confirm_hash")),
        sa.UniqueConstraint("leave_hash", name=op.f("uq_subscriptions_leave_hash")),
    )
    op.create_index(op.f("ix_subscriptions_confirmed_at"), "subscriptions", ["confirmed_at"])


def downgrade() -> None:
    """Drop them."""
    for table in ("subscriptions", "bulletins"):
        op.drop_table(table)
