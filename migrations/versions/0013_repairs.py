"""Repairs of published rounds: which run is repaired, what had happened, and the round's state for the review."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = ("draft", "open", "closed", "matching", "in_review", "published", "ended")
AFTER = (*BEFORE[:-1], "repair_review", "ended")
UNDER_WAY = sa.text("repairs_id IS NOT NULL AND state IN ('queued', 'running')")


def upgrade() -> None:
    """Add the columns, all empty, and let a round be in review of a repair."""
    with op.batch_alter_table("runs") as table:
        table.add_column(sa.Column("repairs_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("repair", sa.JSON(), nullable=True))
        table.create_foreign_key(op.f("fk_runs_repairs_id"), "runs", ["repairs_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_runs_scenario_repairs_nothing"), "NOT is_scenario OR repairs_id IS NULL"
        )
        table.create_check_constraint(op.f("ck_runs_repairs_other"), "repairs_id IS NULL OR repairs_id <> id")
        table.create_index(op.f("ix_runs_repairs_id"), ["repairs_id"])
        table.create_index(
            "uq_runs_one_repair",
            ["round_id"],
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        )
    _let_states_be(AFTER)


def downgrade() -> None:
    """Drop the columns. A round whose repair was in review is published, as its offers say."""
    op.execute("UPDATE rounds SET state = 'published' WHERE state = 'repair_review'")
    _let_states_be(BEFORE)
    with op.batch_alter_table("runs") as table:
        table.drop_index("uq_runs_one_repair")
        table.drop_index(op.f("ix_runs_repairs_id"))
        table.drop_constraint(op.f("ck_runs_repairs_other"), type_="check")
        table.drop_constraint(op.f("ck_runs_scenario_repairs_nothing"), type_="check")
        table.drop_constraint(op.f("fk_runs_repairs_id"), type_="foreignkey")
        table.drop_column("repair")
        table.drop_column("repairs_id")


def _let_states_be(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("rounds") as table:
        table.drop_constraint(op.f("ck_rounds_state"), type_="check")
        table.create_check_constraint(op.f("ck_rounds_state"), f"state IN ({listed})")
