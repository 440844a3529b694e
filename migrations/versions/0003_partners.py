"""Partners with skills, capacity by month, interests and release."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents before children."""
    _make_partners()
    _make_partner_capacity()
    _make_partner_interests()
    _make_partner_releases()
    _make_partner_skills()


def downgrade() -> None:
    """Drop them, children before parents."""
    for table in (
        "partner_skills",
        "partner_releases",
        "partner_interests",
        "partner_capacity",
        "partners",
    ):
        op.drop_table(table)


def _make_partners() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "expert",
                "support_organisation",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "registering",
                "active",
                "paused",
                "left",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("region_code", sa.String(length=20), nullable=False),
        sa.Column("icb_code", sa.String(length=20), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column(
            "reach",
            sa.Enum(
                "icb",
                "region",
                "neighbouring",
                "national",
                name="reach",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "delivery",
            sa.Enum(
                "on_site",
                "remote",
                "mixed",
                name="delivery",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("max_concurrent", sa.Integer(), nullable=True),
        sa.Column("smallest_block_days", sa.Integer(), nullable=False),
        sa.Column(
            "cost_basis",
            sa.Enum(
                "free",
                "expenses",
                "backfill",
                "contract",
                name="cost_basis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("interests_confirmed_on", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'expert' OR organisation_id IS NOT NULL", name=op.f("ck_partners_expert_has_home")
        ),
        sa.CheckConstraint(
            "kind <> 'support_organisation' OR (organisation_id IS NOT NULL AND user_id IS NULL)",
            name=op.f("ck_partners_team_has_body"),
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_partners_latitude_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_partners_longitude_range")),
        sa.CheckConstraint(
            "max_concurrent IS NULL OR max_concurrent BETWEEN 1 AND 1000",
            name=op.f("ck_partners_max_concurrent"),
        ),
        sa.CheckConstraint("smallest_block_days BETWEEN 1 AND 100", name=op.f("ck_partners_smallest_block")),
        sa.ForeignKeyConstraint(["icb_code"], ["organisations.code"], name=op.f("fk_partners_icb_code")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_partners_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["organisations.code"], name=op.f("fk_partners_region_code")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_partners_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("reference", name=op.f("uq_partners_reference")),
        sa.UniqueConstraint("user_id", name=op.f("uq_partners_user_id")),
    )
    op.create_index(op.f("ix_partners_icb_code"), "partners", ["icb_code"])
    op.create_index(op.f("ix_partners_organisation_id"), "partners", ["organisation_id"])
    op.create_index(op.f("ix_partners_region_code"), "partners", ["region_code"])
    op.create_index(
        "uq_partners_team",
        "partners",
        ["organisation_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'support_organisation'"),
        postgresql_where=sa.text("kind = 'support_organisation'"),
    )


def _make_partner_capacity() -> None:
    op.create_table(
        "partner_capacity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("committed_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_partner_capacity_month_format")),
        sa.CheckConstraint(
            "committed_days BETWEEN 0 AND days", name=op.f("ck_partner_capacity_committed_range")
        ),
        sa.CheckConstraint("days BETWEEN 0 AND 1000", name=op.f("ck_partner_capacity_days_range")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_capacity_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_capacity")),
        sa.UniqueConstraint("partner_id", "month", name=op.f("uq_partner_capacity_partner_id_month")),
    )


def _make_partner_interests() -> None:
    op.create_table(
        "partner_interests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "employment",
                "contract",
                "financial",
                "family",
                "other",
                "former_employment",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'former_employment' OR left_on IS NOT NULL",
            name=op.f("ck_partner_interests_left_on_given"),
        ),
        sa.CheckConstraint(
            "confirmed_on >= declared_on", name=op.f("ck_partner_interests_confirmed_after_declared")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_partner_interests_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_interests_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_interests")),
        sa.UniqueConstraint(
            "partner_id",
            "organisation_id",
            "kind",
            name=op.f("uq_partner_interests_partner_id_organisation_id_kind"),
        ),
    )
    op.create_index(op.f("ix_partner_interests_organisation_id"), "partner_interests", ["organisation_id"])


def _make_partner_releases() -> None:
    op.create_table(
        "partner_releases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "given",
                "refused",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_partner_releases_decided_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_partner_releases_organisation_id")
        ),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_releases_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_releases")),
    )
    op.create_index(op.f("ix_partner_releases_decided_by"), "partner_releases", ["decided_by"])
    op.create_index(op.f("ix_partner_releases_organisation_id"), "partner_releases", ["organisation_id"])
    op.create_index(op.f("ix_partner_releases_partner_id"), "partner_releases", ["partner_id"])


def _make_partner_skills() -> None:
    op.create_table(
        "partner_skills",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("last_used_year", sa.Integer(), nullable=True),
        sa.Column(
            "evidence",
            sa.Enum(
                "self_declared",
                "reference",
                "qualification",
                "employer_endorsed",
                "published_outcome",
                name="evidence",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence_note", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "last_used_year IS NULL OR last_used_year BETWEEN 1950 AND 2200",
            name=op.f("ck_partner_skills_year_range"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_partner_skills_level_range")),
        sa.ForeignKeyConstraint(["partner_id"], ["partners.id"], name=op.f("fk_partner_skills_partner_id")),
        sa.ForeignKeyConstraint(
            ["skill_code"], ["taxonomy_nodes.code"], name=op.f("fk_partner_skills_skill_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_skills")),
        sa.UniqueConstraint("partner_id", "skill_code", name=op.f("uq_partner_skills_partner_id_skill_code")),
    )
    op.create_index(op.f("ix_partner_skills_skill_code"), "partner_skills", ["skill_code"])
