"""Messages say who reads them; each e-mail is a delivery of its own; people mark them read and switch kinds off.

An address takes the place of an account where there is none, and the secret of a link is kept sealed until sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AUDIENCES = (
    "person",
    "address",
    "leads",
    "members",
    "managers",
    "employers",
    "national_team",
    "national_admins",
    "system_admins",
)
DELIVERY_STATES = ("waiting", "sent", "failed", "not_emailed", "switched_off")
MESSAGE_STATES = ("waiting", "sent", "failed")
RECIPIENT = (
    "(audience = 'person') = (user_id IS NOT NULL) AND (audience = 'address') = (address IS NOT NULL)"
    " AND (audience IN ('leads', 'members', 'managers', 'employers')) = (organisation_id IS NOT NULL)"
)


def upgrade() -> None:
    """Name the readers of the messages that are there, then make the new tables."""
    with op.batch_alter_table("outbox_messages") as table:
        table.add_column(sa.Column("audience", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("address", sa.String(length=254), nullable=True))
        table.add_column(sa.Column("sealed", sa.String(length=2000), nullable=True))
        table.add_column(sa.Column("addressed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE outbox_messages SET audience = CASE WHEN user_id IS NOT NULL THEN 'person'"
        " WHEN kind = 'offer.to_partner' THEN 'managers' WHEN kind = 'offer.to_requester' THEN 'leads'"
        " ELSE 'members' END"
    )
    op.drop_index("ix_outbox_messages_state_due", "outbox_messages")
    with op.batch_alter_table("outbox_messages") as table:
        for name in ("attempts_range", "recipient", "state"):
            table.drop_constraint(op.f(f"ck_outbox_messages_{name}"), type_="check")
    with op.batch_alter_table("outbox_messages") as table:
        table.alter_column("audience", nullable=False, existing_type=sa.String(length=40))
        table.create_check_constraint(
            op.f("ck_outbox_messages_audience"), f"audience IN ({_listed(AUDIENCES)})"
        )
        table.create_check_constraint(op.f("ck_outbox_messages_recipient"), RECIPIENT)
        for column in ("state", "attempts", "sent_at"):
            table.drop_column(column)
    op.create_index(op.f("ix_outbox_messages_audience"), "outbox_messages", ["audience"])
    op.create_index("ix_outbox_messages_addressed_due", "outbox_messages", ["addressed_at", "due_at"])
    _make_deliveries()
    _make_marks()


def downgrade() -> None:
    """Drop them; messages to teams and addresses go, because the older schema has no place for them."""
    for table_name in ("message_opt_outs", "message_reads", "message_deliveries"):
        op.drop_table(table_name)
    op.execute("DELETE FROM outbox_messages WHERE user_id IS NULL AND organisation_id IS NULL")
    op.drop_index("ix_outbox_messages_addressed_due", "outbox_messages")
    op.drop_index(op.f("ix_outbox_messages_audience"), "outbox_messages")
    with op.batch_alter_table("outbox_messages") as table:
        for name in ("audience", "recipient"):
            table.drop_constraint(op.f(f"ck_outbox_messages_{name}"), type_="check")
    with op.batch_alter_table("outbox_messages") as table:
        for column in ("audience", "address", "sealed", "addressed_at"):
            table.drop_column(column)
        table.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="waiting"))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(
            op.f("ck_outbox_messages_state"), f"state IN ({_listed(MESSAGE_STATES)})"
        )
        table.create_check_constraint(
            op.f("ck_outbox_messages_attempts_range"), "attempts BETWEEN 0 AND 1000"
        )
        table.create_check_constraint(
            op.f("ck_outbox_messages_recipient"), "user_id IS NOT NULL OR organisation_id IS NOT NULL"
        )
    with op.batch_alter_table("outbox_messages") as table:
        table.alter_column("state", server_default=None, existing_type=sa.String(length=40))
        table.alter_column("attempts", server_default=None, existing_type=sa.Integer())
    op.create_index("ix_outbox_messages_state_due", "outbox_messages", ["state", "due_at"])


def _make_deliveries() -> None:
    op.create_table(
        "message_deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(*DELIVERY_STATES, name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts BETWEEN 0 AND 1000", name=op.f("ck_message_deliveries_attempts_range")),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_messages.id"],
            name=op.f("fk_message_deliveries_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_message_deliveries_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_deliveries")),
        sa.UniqueConstraint("message_id", "user_id", name=op.f("uq_message_deliveries_message_id_user_id")),
    )
    op.create_index(op.f("ix_message_deliveries_user_id"), "message_deliveries", ["user_id"])
    op.create_index("ix_message_deliveries_state_due", "message_deliveries", ["state", "due_at"])
    op.create_index(
        "uq_message_deliveries_address",
        "message_deliveries",
        ["message_id"],
        unique=True,
        sqlite_where=sa.text("user_id IS NULL"),
        postgresql_where=sa.text("user_id IS NULL"),
    )


def _make_marks() -> None:
    op.create_table(
        "message_reads",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["outbox_messages.id"],
            name=op.f("fk_message_reads_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_message_reads_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "message_id", name=op.f("pk_message_reads")),
    )
    op.create_index(op.f("ix_message_reads_message_id"), "message_reads", ["message_id"])
    op.create_table(
        "message_opt_outs",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_message_opt_outs_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", name=op.f("pk_message_opt_outs")),
    )


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)
