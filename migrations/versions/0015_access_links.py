"""One-time links by e-mail: invitations, new passwords, registrations."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = "access_links"
ROLES = (
    "anonymous",
    "trust_member",
    "trust_lead",
    "partner_expert",
    "partner_manager",
    "national_reviewer",
    "national_admin",
    "system_admin",
    "auditor",
    "regional_reader",
    "board_member",
)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", _choice("purpose", "invitation", "reset", "registration"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", _choice("role", *ROLES), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.String(length=20), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_access_links_email_normal_form")),
        sa.CheckConstraint("purpose = 'reset' OR role IS NOT NULL", name=op.f("ck_access_links_role_given")),
        sa.CheckConstraint(
            "purpose <> 'invitation' OR invited_by IS NOT NULL",
            name=op.f("ck_access_links_somebody_invites"),
        ),
        sa.CheckConstraint("used_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_access_links_one_end")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_access_links_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_access_links_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["organisations.code"], name=op.f("fk_access_links_region_code")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["users.id"], name=op.f("fk_access_links_invited_by"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_links_token_hash")),
    )
    for column in ("email", "user_id", "organisation_id", "region_code", "invited_by"):
        op.create_index(op.f(f"ix_access_links_{column}"), TABLE, [column])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
