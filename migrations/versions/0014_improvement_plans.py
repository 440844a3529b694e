"""Improvement plans: an organisation's own actions, and the history of each, apart from the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    _make_plan_actions()
    _make_plan_events()


def downgrade() -> None:
    """Drop both."""
    op.drop_table("plan_events")
    op.drop_table("plan_actions")


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _make_plan_actions() -> None:
    op.create_table(
        "plan_actions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("aim", sa.String(length=2000), nullable=False),
        sa.Column("measure", sa.String(length=1000), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("component_code", sa.String(length=40), nullable=True),
        sa.Column("state", _words("state", "planned", "under_way", "done", "stopped"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_plan_actions_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["component_code"], ["taxonomy_nodes.code"], name=op.f("fk_plan_actions_component_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_actions")),
    )
    op.create_index("ix_plan_actions_organisation_due", "plan_actions", ["organisation_id", "due_on"])
    op.create_index(op.f("ix_plan_actions_component_code"), "plan_actions", ["component_code"])


def _make_plan_events() -> None:
    op.create_table(
        "plan_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", _words("kind", "added", "changed", "moved", "asked"), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_events_number_range")),
        sa.ForeignKeyConstraint(["action_id"], ["plan_actions.id"], name=op.f("fk_plan_events_action_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=op.f("fk_plan_events_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_events")),
        sa.UniqueConstraint("action_id", "number", name=op.f("uq_plan_events_action_id_number")),
    )
    op.create_index(op.f("ix_plan_events_actor_id"), "plan_events", ["actor_id"])
