"""Stories of engagements, and what stood behind a skill before a published one did."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

EVIDENCE = ("self_declared", "reference", "qualification", "employer_endorsed", "published_outcome")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Make both tables and the column; no skill rests on a story yet."""
    op.create_table(
        "stories",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("engagement_id", sa.Uuid(), nullable=False),
        sa.Column("state", _enum("state", "draft", "agreed", "published", "withdrawn"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("tried", sa.String(length=2000), nullable=False),
        sa.Column("worked", sa.String(length=2000), nullable=False),
        sa.Column("not_worked", sa.String(length=2000), nullable=False),
        sa.Column("measure", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("better", _enum("better", "higher", "lower"), nullable=True),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("search_text", sa.String(length=10_000), nullable=False),
        sa.Column("priority_code", sa.String(length=40), nullable=True),
        sa.Column("topic_code", sa.String(length=40), nullable=True),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("partner_agreed_version", sa.Integer(), nullable=False),
        sa.Column("requester_agreed_version", sa.Integer(), nullable=False),
        sa.Column("returned_reason", sa.String(length=1000), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text_version >= 1", name=op.f("ck_stories_text_version_positive")),
        sa.CheckConstraint(
            "partner_agreed_version <= text_version", name=op.f("ck_stories_partner_agreed_known")
        ),
        sa.CheckConstraint(
            "requester_agreed_version <= text_version", name=op.f("ck_stories_requester_agreed_known")
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'published') OR (partner_agreed_version = text_version"
            " AND requester_agreed_version = text_version)",
            name=op.f("ck_stories_agreed_by_both"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_stories_published_dated")
        ),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagements.id"], name=op.f("fk_stories_engagement_id")),
        sa.ForeignKeyConstraint(
            ["priority_code"], ["taxonomy_nodes.code"], name=op.f("fk_stories_priority_code")
        ),
        sa.ForeignKeyConstraint(["topic_code"], ["taxonomy_nodes.code"], name=op.f("fk_stories_topic_code")),
        sa.ForeignKeyConstraint(["drafted_by"], ["users.id"], name=op.f("fk_stories_drafted_by")),
        sa.ForeignKeyConstraint(["published_by"], ["users.id"], name=op.f("fk_stories_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stories")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_stories_engagement_id")),
    )
    for column in ("priority_code", "topic_code", "drafted_by", "published_by"):
        op.create_index(op.f(f"ix_stories_{column}"), "stories", [column])
    op.create_index("ix_stories_state_published", "stories", ["state", "published_at"])
    op.create_table(
        "story_skills",
        sa.Column("story_id", sa.Uuid(), nullable=False),
        sa.Column("skill_code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["story_id"], ["stories.id"], name=op.f("fk_story_skills_story_id")),
        sa.ForeignKeyConstraint(
            ["skill_code"], ["taxonomy_nodes.code"], name=op.f("fk_story_skills_skill_code")
        ),
        sa.PrimaryKeyConstraint("story_id", "skill_code", name=op.f("pk_story_skills")),
    )
    op.create_index(op.f("ix_story_skills_skill_code"), "story_skills", ["skill_code"])
    listed = ", ".join(f"'{each}'" for each in EVIDENCE)
    with op.batch_alter_table("partner_skills") as table:
        table.add_column(sa.Column("evidence_before", sa.String(length=40), nullable=True))
        table.create_check_constraint(
            op.f("ck_partner_skills_evidence_before"), f"evidence_before IN ({listed})"
        )


def downgrade() -> None:
    """Drop them; a skill that rests on a story gets back what it had."""
    op.execute(
        "UPDATE partner_skills SET evidence = evidence_before WHERE evidence_before IS NOT NULL"
        " AND evidence = 'published_outcome'"
    )
    with op.batch_alter_table("partner_skills") as table:
        table.drop_constraint(op.f("ck_partner_skills_evidence_before"), type_="check")
        table.drop_column("evidence_before")
    for table_name in ("story_skills", "stories"):
        op.drop_table(table_name)
