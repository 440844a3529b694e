"""The words of need and skill: nodes, how they relate, and other words people type for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Select, String, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.store.base import Base, Identified, Timed, stored_enum
from webapp.store.patterns import escaped


class NodeKind(StrEnum):
    """What a node of the taxonomy is."""

    PRIORITY = "priority"
    TOPIC = "topic"
    SKILL = "skill"
    METHOD = "method"
    COMPONENT = "component"


MOST_WORDS = 6
"""Words of a search that count: more narrow nothing down."""

HELD_KINDS = (NodeKind.SKILL, NodeKind.METHOD, NodeKind.TOPIC)
"""What a partner can hold."""
WANTED_KINDS = (NodeKind.SKILL, NodeKind.METHOD)
"""What a request can ask for."""


class TaxonomyNode(Identified, Timed, Base):
    """One node; it is in use from ``valid_from`` to ``valid_to``, both included, where they are given."""

    __tablename__ = "taxonomy_nodes"
    __table_args__ = (
        CheckConstraint("parent_code IS NULL OR parent_code <> code", name="parent_other"),
        CheckConstraint(
            "valid_from IS NULL OR valid_to IS NULL OR valid_from <= valid_to", name="date_order"
        ),
    )

    code: Mapped[str] = mapped_column(String(40), unique=True)
    label: Mapped[str] = mapped_column(String(200))
    kind: Mapped[NodeKind] = mapped_column(stored_enum(NodeKind, "kind"), index=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("taxonomy_nodes.code"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class TaxonomyRelation(Base):
    """Two nodes that are related; kept once, the smaller code first."""

    __tablename__ = "taxonomy_relations"
    __table_args__ = (CheckConstraint("code < related_code", name="order"),)

    code: Mapped[str] = mapped_column(ForeignKey("taxonomy_nodes.code"), primary_key=True)
    related_code: Mapped[str] = mapped_column(ForeignKey("taxonomy_nodes.code"), primary_key=True, index=True)


class TaxonomySynonym(Base):
    """Another word for a node, in lower case."""

    __tablename__ = "taxonomy_synonyms"

    code: Mapped[str] = mapped_column(ForeignKey("taxonomy_nodes.code"), primary_key=True)
    term: Mapped[str] = mapped_column(String(100), primary_key=True)


def nodes(kinds: Iterable[NodeKind] = tuple(NodeKind)) -> Select[TaxonomyNode]:
    """Nodes of the kinds given, in the order of the taxonomy."""
    return (
        select(TaxonomyNode)
        .where(TaxonomyNode.kind.in_(tuple(kinds)))
        .order_by(TaxonomyNode.position, TaxonomyNode.code)
    )


def found(text: str, kinds: Iterable[NodeKind]) -> Select[TaxonomyNode]:
    """Nodes in whose label, code or synonyms every word of ``text`` stands; those that begin with it first."""
    wanted = escaped(text.lower().strip())
    label = func.lower(TaxonomyNode.label)
    return (
        select(TaxonomyNode)
        .where(TaxonomyNode.kind.in_(tuple(kinds)))
        .where(*(_holds(word) for word in wanted.split()[:MOST_WORDS]))
        .order_by(label.like(f"{wanted}%", escape="\\").desc(), TaxonomyNode.position, TaxonomyNode.code)
    )


def _holds(word: str) -> ColumnElement[bool]:
    synonyms = select(TaxonomySynonym.code).where(TaxonomySynonym.term.like(f"%{word}%", escape="\\"))
    return or_(
        func.lower(TaxonomyNode.label).like(f"%{word}%", escape="\\"),
        func.lower(TaxonomyNode.code).like(f"{word}%", escape="\\"),
        TaxonomyNode.code.in_(synonyms),
    )


def known(session: Session, codes: Iterable[str], kinds: Iterable[NodeKind]) -> set[str]:
    """Those of ``codes`` that are nodes of one of the kinds."""
    query = select(TaxonomyNode.code).where(
        TaxonomyNode.code.in_(tuple(codes)), TaxonomyNode.kind.in_(tuple(kinds))
    )
    return set(session.scalars(query))


def labels(session: Session, codes: Iterable[str]) -> dict[str, str]:
    """Each code with its label."""
    query = select(TaxonomyNode.code, TaxonomyNode.label).where(TaxonomyNode.code.in_(tuple(codes)))
    return {code: label for code, label in session.execute(query)}
