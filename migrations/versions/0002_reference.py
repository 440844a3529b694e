"""Organisations, regions that touch, published figures, and the taxonomy."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, parents before children."""
    _make_organisations()
    _make_taxonomy_nodes()
    _make_taxonomy_relations()
    _make_taxonomy_synonyms()
    _make_organisation_predecessors()
    _make_region_neighbours()
    _make_published_figures()


def downgrade() -> None:
    """Drop them, children before parents."""
    for table in (
        "published_figures",
        "region_neighbours",
        "organisation_predecessors",
        "taxonomy_synonyms",
        "taxonomy_relations",
        "taxonomy_nodes",
        "organisations",
    ):
        op.drop_table(table)


def _make_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "code_source",
            sa.Enum("ods", "ours", name="code_source", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "region",
                "icb",
                "trust",
                "place",
                "support_organisation",
                "national_team",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("provider_type", sa.String(length=40), nullable=True),
        sa.Column("region_code", sa.String(length=20), nullable=True),
        sa.Column("icb_code", sa.String(length=20), nullable=True),
        sa.Column("open_date", sa.Date(), nullable=True),
        sa.Column("close_date", sa.Date(), nullable=True),
        sa.Column("successor_code", sa.String(length=20), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("in_mandated_programme", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_organisations_place_whole")
        ),
        sa.CheckConstraint(
            "close_date IS NULL OR open_date IS NULL OR close_date >= open_date",
            name=op.f("ck_organisations_date_order"),
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_organisations_latitude_range")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_organisations_longitude_range")),
        sa.CheckConstraint(
            "successor_code IS NULL OR successor_code <> code", name=op.f("ck_organisations_successor_other")
        ),
        sa.ForeignKeyConstraint(["icb_code"], ["organisations.code"], name=op.f("fk_organisations_icb_code")),
        sa.ForeignKeyConstraint(
            ["region_code"], ["organisations.code"], name=op.f("fk_organisations_region_code")
        ),
        sa.ForeignKeyConstraint(
            ["successor_code"], ["organisations.code"], name=op.f("fk_organisations_successor_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("code", name=op.f("uq_organisations_code")),
    )
    op.create_index(op.f("ix_organisations_icb_code"), "organisations", ["icb_code"])
    op.create_index(op.f("ix_organisations_region_code"), "organisations", ["region_code"])
    op.create_index(op.f("ix_organisations_successor_code"), "organisations", ["successor_code"])


def _make_taxonomy_nodes() -> None:
    op.create_table(
        "taxonomy_nodes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "priority",
                "topic",
                "skill",
                "method",
                "component",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(length=40), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "parent_code IS NULL OR parent_code <> code", name=op.f("ck_taxonomy_nodes_parent_other")
        ),
        sa.CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to",
            name=op.f("ck_taxonomy_nodes_date_order"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["taxonomy_nodes.code"], name=op.f("fk_taxonomy_nodes_parent_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taxonomy_nodes")),
        sa.UniqueConstraint("code", name=op.f("uq_taxonomy_nodes_code")),
    )
    op.create_index(op.f("ix_taxonomy_nodes_kind"), "taxonomy_nodes", ["kind"])
    op.create_index(op.f("ix_taxonomy_nodes_parent_code"), "taxonomy_nodes", ["parent_code"])


def _make_taxonomy_relations() -> None:
    op.create_table(
        "taxonomy_relations",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("related_code", sa.String(length=40), nullable=False),
        sa.CheckConstraint("code < related_code", name=op.f("ck_taxonomy_relations_order")),
        sa.ForeignKeyConstraint(["code"], ["taxonomy_nodes.code"], name=op.f("fk_taxonomy_relations_code")),
        sa.ForeignKeyConstraint(
            ["related_code"], ["taxonomy_nodes.code"], name=op.f("fk_taxonomy_relations_related_code")
        ),
        sa.PrimaryKeyConstraint("code", "related_code", name=op.f("pk_taxonomy_relations")),
    )
    op.create_index(op.f("ix_taxonomy_relations_related_code"), "taxonomy_relations", ["related_code"])


def _make_taxonomy_synonyms() -> None:
    op.create_table(
        "taxonomy_synonyms",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("term", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["taxonomy_nodes.code"], name=op.f("fk_taxonomy_synonyms_code")),
        sa.PrimaryKeyConstraint("code", "term", name=op.f("pk_taxonomy_synonyms")),
    )


def _make_organisation_predecessors() -> None:
    op.create_table(
        "organisation_predecessors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("predecessor_code", sa.String(length=20), nullable=False),
        sa.Column("predecessor_name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("took_over_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_predecessors_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_predecessors")),
        sa.UniqueConstraint(
            "predecessor_code",
            "organisation_id",
            name=op.f("uq_organisation_predecessors_predecessor_code_organisation_id"),
        ),
    )
    op.create_index(
        op.f("ix_organisation_predecessors_organisation_id"), "organisation_predecessors", ["organisation_id"]
    )


def _make_region_neighbours() -> None:
    op.create_table(
        "region_neighbours",
        sa.Column("region_code", sa.String(length=20), nullable=False),
        sa.Column("neighbour_code", sa.String(length=20), nullable=False),
        sa.CheckConstraint("region_code <> neighbour_code", name=op.f("ck_region_neighbours_other")),
        sa.ForeignKeyConstraint(
            ["neighbour_code"], ["organisations.code"], name=op.f("fk_region_neighbours_neighbour_code")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["organisations.code"], name=op.f("fk_region_neighbours_region_code")
        ),
        sa.PrimaryKeyConstraint("region_code", "neighbour_code", name=op.f("pk_region_neighbours")),
    )
    op.create_index(op.f("ix_region_neighbours_neighbour_code"), "region_neighbours", ["neighbour_code"])


def _make_published_figures() -> None:
    op.create_table(
        "published_figures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("priority_code", sa.String(length=40), nullable=True),
        sa.Column("higher_is_worse", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_published_figures_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["priority_code"], ["taxonomy_nodes.code"], name=op.f("fk_published_figures_priority_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_figures")),
        sa.UniqueConstraint(
            "organisation_id", "measure", name=op.f("uq_published_figures_organisation_id_measure")
        ),
    )
    op.create_index(op.f("ix_published_figures_organisation_id"), "published_figures", ["organisation_id"])
    op.create_index(op.f("ix_published_figures_priority_code"), "published_figures", ["priority_code"])
