"""A role is held for an organisation and a partner that exist."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SCOPES = {"organisation_id": "organisations", "partner_id": "partners"}


def upgrade() -> None:
    """Add the foreign keys."""
    with op.batch_alter_table("memberships") as table:
        for column, other in SCOPES.items():
            table.create_foreign_key(op.f(f"fk_memberships_{column}"), other, [column], ["id"])


def downgrade() -> None:
    """Drop them again."""
    with op.batch_alter_table("memberships") as table:
        for column in SCOPES:
            table.drop_constraint(op.f(f"fk_memberships_{column}"), type_="foreignkey")
