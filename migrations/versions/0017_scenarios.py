"""What a scenario changes, what a run could not use, and scenarios that become their round's run."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty for runs of before, and the table of adoptions."""
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("changes", sa.JSON(), nullable=True))
        table.add_column(sa.Column("held", sa.JSON(), nullable=True))
    op.create_table(
        "scenario_adoptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "confirmed",
                "refused",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by",
            name=op.f("ck_scenario_adoptions_second_person"),
        ),
        sa.CheckConstraint(
            "state = 'proposed' OR decided_by IS NOT NULL", name=op.f("ck_scenario_adoptions_decided")
        ),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_scenario_adoptions_reason_given")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_scenario_adoptions_run_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["users.id"], name=op.f("fk_scenario_adoptions_proposed_by")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_scenario_adoptions_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_adoptions")),
    )
    op.create_index(op.f("ix_scenario_adoptions_run_id"), "scenario_adoptions", ["run_id"])
    op.create_index(op.f("ix_scenario_adoptions_proposed_by"), "scenario_adoptions", ["proposed_by"])
    op.create_index(op.f("ix_scenario_adoptions_decided_by"), "scenario_adoptions", ["decided_by"])
    op.create_index(
        "uq_scenario_adoptions_one_open",
        "scenario_adoptions",
        ["run_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'refused'"),
        postgresql_where=sa.text("state <> 'refused'"),
    )


def downgrade() -> None:
    """Drop all of it."""
    op.drop_table("scenario_adoptions")
    with op.batch_alter_table("runs") as table:
        table.drop_column("held")
        table.drop_column("changes")
