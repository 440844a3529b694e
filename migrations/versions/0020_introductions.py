"""Introductions between organisations with similar needs, and whether a request may be found for one."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has agreed so far; add the table."""
    # The default stays, so that the version of the code that does not know the column can still write.
    open_to_peers = sa.Column("open_to_peers", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("support_requests", open_to_peers)
    op.create_table(
        "introductions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pair", sa.String(length=80), nullable=False),
        sa.Column("asking_id", sa.Uuid(), nullable=False),
        sa.Column("asked_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "agreed",
                "declined",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("asking_id <> asked_id", name=op.f("ck_introductions_two")),
        sa.ForeignKeyConstraint(
            ["asking_id"], ["support_requests.id"], name=op.f("fk_introductions_asking_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_id"], ["support_requests.id"], name=op.f("fk_introductions_asked_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
        sa.UniqueConstraint("pair", name=op.f("uq_introductions_pair")),
    )
    op.create_index(op.f("ix_introductions_asking_id"), "introductions", ["asking_id"])
    op.create_index(op.f("ix_introductions_asked_id"), "introductions", ["asked_id"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("introductions")
    op.drop_column("support_requests", "open_to_peers")
