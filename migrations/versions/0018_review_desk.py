"""The review desk: comments of regions, common reasons, close calls, locks, offers made anew after a roll back."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STANDS = sa.text("state <> 'rolled_back'")


def upgrade() -> None:
    """Widen the tables of review; the columns that must be filled keep their default for the release that runs."""
    with op.batch_alter_table("proposed_matches") as table:
        table.add_column(sa.Column("is_close", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("is_locked", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("reason_code", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("replacement_months", sa.JSON(), nullable=True))
    with op.batch_alter_table("rounds") as table:
        table.add_column(sa.Column("comments_until", sa.Date(), nullable=True))
    with op.batch_alter_table("publications") as table:
        table.add_column(sa.Column("rolled_back_by", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("rolled_back_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(
            sa.Column("roll_back_reason", sa.String(length=1000), nullable=False, server_default="")
        )
        table.create_foreign_key(op.f("fk_publications_rolled_back_by"), "users", ["rolled_back_by"], ["id"])
        table.create_check_constraint(
            op.f("ck_publications_rolled_back_by_whom"),
            "(state = 'rolled_back') = (rolled_back_by IS NOT NULL)",
        )
    op.create_index(op.f("ix_publications_rolled_back_by"), "publications", ["rolled_back_by"])
    with op.batch_alter_table("offers") as table:
        table.drop_constraint(op.f("uq_offers_match_id"), type_="unique")
    op.create_index(op.f("ix_offers_match_id"), "offers", ["match_id"])
    op.create_index(
        "uq_offers_one_of_match",
        "offers",
        ["match_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    _make_comments()


def downgrade() -> None:
    """Narrow them again. Offers that were rolled back and made anew cannot be told apart before: they go."""
    op.drop_table("proposal_comments")
    op.execute("DELETE FROM offers WHERE state = 'rolled_back'")
    op.drop_index("uq_offers_one_of_match", "offers")
    op.drop_index(op.f("ix_offers_match_id"), "offers")
    with op.batch_alter_table("offers") as table:
        table.create_unique_constraint(op.f("uq_offers_match_id"), ["match_id"])
    op.drop_index(op.f("ix_publications_rolled_back_by"), "publications")
    with op.batch_alter_table("publications") as table:
        table.drop_constraint(op.f("ck_publications_rolled_back_by_whom"), type_="check")
        table.drop_constraint(op.f("fk_publications_rolled_back_by"), type_="foreignkey")
        table.drop_column("roll_back_reason")
        table.drop_column("rolled_back_at")
        table.drop_column("rolled_back_by")
    with op.batch_alter_table("rounds") as table:
        table.drop_column("comments_until")
    with op.batch_alter_table("decisions") as table:
        table.drop_column("replacement_months")
        table.drop_column("reason_code")
    with op.batch_alter_table("proposed_matches") as table:
        table.drop_column("is_locked")
        table.drop_column("is_close")


def _make_comments() -> None:
    op.create_table(
        "proposal_comments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(trim(words)) > 0", name=op.f("ck_proposal_comments_words_given")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_proposal_comments_round_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_proposal_comments_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_proposal_comments_partner_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["organisations.code"], name=op.f("fk_proposal_comments_region_code")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_proposal_comments_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_comments")),
    )
    op.create_index(
        "ix_proposal_comments_pair", "proposal_comments", ["round_id", "request_id", "partner_id"]
    )
    for column in ("request_id", "partner_id", "region_code", "author_id"):
        op.create_index(op.f(f"ix_proposal_comments_{column}"), "proposal_comments", [column])
