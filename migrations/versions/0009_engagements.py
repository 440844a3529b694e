"""Engagements with their agreement, plan and days; who declined an offer, and in which words."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen offers, then make the tables, parents before children."""
    _widen_offers()
    _make_engagements()
    _make_engagement_changes()
    _make_engagement_events()
    _make_engagement_logged_days()
    _make_engagement_months()


def downgrade() -> None:
    """Drop the tables, children before parents, and narrow offers again."""
    for table in (
        "engagement_months",
        "engagement_logged_days",
        "engagement_events",
        "engagement_changes",
        "engagements",
    ):
        op.drop_table(table)
    op.drop_index("ix_offers_state_lapses", "offers")
    with op.batch_alter_table("offers") as table:
        table.drop_constraint(op.f("ck_offers_declined_by_side"), type_="check")
        table.drop_constraint(op.f("ck_offers_declined_by"), type_="check")
        for column in ("reminded_at", "suggested_colleague", "decline_words", "declined_by"):
            table.drop_column(column)


def _widen_offers() -> None:
    """The texts keep their default: the release that is running writes offers without them."""
    with op.batch_alter_table("offers") as table:
        table.add_column(sa.Column("declined_by", sa.String(length=40), nullable=True))
        table.add_column(
            sa.Column("decline_words", sa.String(length=1000), nullable=False, server_default="")
        )
        table.add_column(
            sa.Column("suggested_colleague", sa.String(length=200), nullable=False, server_default="")
        )
        table.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        table.create_check_constraint(
            op.f("ck_offers_declined_by"), "declined_by IN ('partner', 'requester')"
        )
        table.create_check_constraint(
            op.f("ck_offers_declined_by_side"), "state <> 'declined' OR declined_by IS NOT NULL"
        )
    op.create_index("ix_offers_state_lapses", "offers", ["state", "lapses_on"])


def _make_engagements() -> None:
    op.create_table(
        "engagements",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "agreed",
                "active",
                "paused",
                "ended",
                "ended_early",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("aim", sa.String(length=4000), nullable=False),
        sa.Column("measure", sa.String(length=4000), nullable=False),
        sa.Column("accountability", sa.String(length=2000), nullable=False),
        sa.Column("data_access", sa.String(length=2000), nullable=False),
        sa.Column("exit_terms", sa.String(length=2000), nullable=False),
        sa.Column("sponsor", sa.String(length=400), nullable=False),
        sa.Column("requester_lead", sa.String(length=200), nullable=False),
        sa.Column("requester_email", sa.String(length=254), nullable=False),
        sa.Column("partner_lead", sa.String(length=200), nullable=False),
        sa.Column("partner_email", sa.String(length=254), nullable=False),
        sa.Column("agreement_version", sa.Integer(), nullable=False),
        sa.Column("partner_accepted_version", sa.Integer(), nullable=False),
        sa.Column("requester_accepted_version", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=False),
        sa.Column("end_words", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('drafted', 'agreed') OR agreed_at IS NOT NULL OR ended_on IS NOT NULL",
            name=op.f("ck_engagements_agreed_before_work"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('ended', 'ended_early') OR ended_on IS NOT NULL",
            name=op.f("ck_engagements_end_dated"),
        ),
        sa.CheckConstraint("agreement_version >= 1", name=op.f("ck_engagements_agreement_version_positive")),
        sa.CheckConstraint(
            "partner_accepted_version <= agreement_version",
            name=op.f("ck_engagements_partner_accepted_known"),
        ),
        sa.CheckConstraint(
            "requester_accepted_version <= agreement_version",
            name=op.f("ck_engagements_requester_accepted_known"),
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_engagements_offer_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_engagements_partner_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["support_requests.id"], name=op.f("fk_engagements_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_engagements_offer_id")),
    )
    op.create_index(op.f("ix_engagements_partner_id"), "engagements", ["partner_id"])
    op.create_index(op.f("ix_engagements_request_id"), "engagements", ["request_id"])
    op.create_index("ix_engagements_state", "engagements", ["state", "id"])


def _make_engagement_changes() -> None:
    op.create_table(
        "engagement_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "refused",
                "taken_back",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("days_by_month", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "partner", "requester", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_engagement_changes_decided_by")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_changes_engagement_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["users.id"], name=op.f("fk_engagement_changes_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_changes")),
    )
    op.create_index(op.f("ix_engagement_changes_decided_by"), "engagement_changes", ["decided_by"])
    op.create_index(op.f("ix_engagement_changes_engagement_id"), "engagement_changes", ["engagement_id"])
    op.create_index(op.f("ix_engagement_changes_proposed_by"), "engagement_changes", ["proposed_by"])
    op.create_index(
        "uq_engagement_changes_one_waiting",
        "engagement_changes",
        ["engagement_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def _make_engagement_events() -> None:
    op.create_table(
        "engagement_events",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "made",
                "edited",
                "accepted",
                "started",
                "paused",
                "resumed",
                "change_proposed",
                "change_agreed",
                "change_refused",
                "change_taken_back",
                "ended",
                "ended_early",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "side",
            sa.Enum(
                "partner", "requester", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("by_user_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=2000), nullable=False),
        sa.ForeignKeyConstraint(["by_user_id"], ["users.id"], name=op.f("fk_engagement_events_by_user_id")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_events_engagement_id")
        ),
        sa.PrimaryKeyConstraint("engagement_id", "number", name=op.f("pk_engagement_events")),
    )
    op.create_index(op.f("ix_engagement_events_by_user_id"), "engagement_events", ["by_user_id"])


def _make_engagement_logged_days() -> None:
    op.create_table(
        "engagement_logged_days",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("worked_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("worked_by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column(
            "side",
            sa.Enum(
                "partner", "requester", name="side", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("logged_by", sa.Uuid(), nullable=False),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_out_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days BETWEEN 1 AND 100", name=op.f("ck_engagement_logged_days_days_range")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_logged_days_engagement_id")
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"], ["users.id"], name=op.f("fk_engagement_logged_days_logged_by")
        ),
        sa.ForeignKeyConstraint(
            ["taken_out_by"], ["users.id"], name=op.f("fk_engagement_logged_days_taken_out_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement_logged_days")),
    )
    op.create_index(
        op.f("ix_engagement_logged_days_engagement_id"), "engagement_logged_days", ["engagement_id"]
    )
    op.create_index(op.f("ix_engagement_logged_days_logged_by"), "engagement_logged_days", ["logged_by"])
    op.create_index(
        op.f("ix_engagement_logged_days_taken_out_by"), "engagement_logged_days", ["taken_out_by"]
    )


def _make_engagement_months() -> None:
    op.create_table(
        "engagement_months",
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_engagement_months_month_format")),
        sa.CheckConstraint("days BETWEEN 1 AND 1000", name=op.f("ck_engagement_months_days_range")),
        sa.ForeignKeyConstraint(
            ["engagement_id"], ["engagements.id"], name=op.f("fk_engagement_months_engagement_id")
        ),
        sa.PrimaryKeyConstraint("engagement_id", "month", name=op.f("pk_engagement_months")),
    )
