"""The employer's word in order, with a note; endorsements dated and signed; workers' signs of life."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NUMBERED = """
UPDATE partner_releases SET number = (
    SELECT count(*) FROM partner_releases AS earlier
    WHERE earlier.partner_id = partner_releases.partner_id
    AND (earlier.asked_on < partner_releases.asked_on
         OR (earlier.asked_on = partner_releases.asked_on AND earlier.id <= partner_releases.id))
)
"""


def upgrade() -> None:
    """Number the releases of each partner, then insist on it; add the rest empty."""
    _add_to_releases()
    with op.batch_alter_table("partner_skills") as table:
        table.add_column(sa.Column("endorsed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("endorsed_by", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_partner_skills_endorsed_by"), "users", ["endorsed_by"], ["id"])
        table.create_index(op.f("ix_partner_skills_endorsed_by"), ["endorsed_by"])
    op.create_table(
        "worker_signs",
        sa.Column("machine", sa.String(length=120), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("machine", name=op.f("pk_worker_signs")),
    )


def downgrade() -> None:
    """Drop all of it."""
    op.drop_table("worker_signs")
    with op.batch_alter_table("partner_skills") as table:
        table.drop_index(op.f("ix_partner_skills_endorsed_by"))
        table.drop_constraint(op.f("fk_partner_skills_endorsed_by"), type_="foreignkey")
        table.drop_column("endorsed_by")
        table.drop_column("endorsed_on")
    with op.batch_alter_table("partner_releases") as table:
        table.create_index(op.f("ix_partner_releases_partner_id"), ["partner_id"])
        table.drop_constraint(op.f("uq_partner_releases_partner_id_number"), type_="unique")
        table.drop_constraint(op.f("ck_partner_releases_number_range"), type_="check")
        table.drop_column("note")
        table.drop_column("number")


def _add_to_releases() -> None:
    with op.batch_alter_table("partner_releases") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("note", sa.String(length=500), nullable=False, server_default=""))
    op.execute(NUMBERED)
    with op.batch_alter_table("partner_releases") as table:
        table.alter_column("number", server_default=None, existing_type=sa.Integer())
        table.alter_column("note", server_default=None, existing_type=sa.String(length=500))
        table.create_check_constraint(op.f("ck_partner_releases_number_range"), "number BETWEEN 1 AND 10000")
        table.create_unique_constraint(
            op.f("uq_partner_releases_partner_id_number"), ["partner_id", "number"]
        )
        table.drop_index(op.f("ix_partner_releases_partner_id"))
