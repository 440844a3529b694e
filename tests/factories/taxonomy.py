"""A small taxonomy: two priorities, a topic in each, skills, a method, a component."""

from __future__ import annotations

from sqlalchemy.orm import Session

from webapp.store.taxonomy import NodeKind, TaxonomyNode, TaxonomyRelation, TaxonomySynonym

NODES = (
    ("C1", NodeKind.COMPONENT, None),
    ("UEC", NodeKind.PRIORITY, None),
    ("MEH", NodeKind.PRIORITY, None),
    ("UEC-FLO", NodeKind.TOPIC, "UEC"),
    ("MEH-FLO", NodeKind.TOPIC, "MEH"),
    ("UEC-FLO-DIS", NodeKind.SKILL, "UEC-FLO"),
    ("UEC-FLO-BED", NodeKind.SKILL, "UEC-FLO"),
    ("MEH-FLO-CRI", NodeKind.SKILL, "MEH-FLO"),
    ("M-PDSA", NodeKind.METHOD, "C1"),
)


def add_taxonomy(session: Session) -> None:
    """Write the nodes, one relation and one synonym."""
    for position, (code, kind, parent) in enumerate(NODES):
        label = f"{kind.value.capitalize()} {code}"
        session.add(TaxonomyNode(code=code, label=label, kind=kind, parent_code=parent, position=position))
        session.flush()
    session.add(TaxonomyRelation(code="UEC-FLO-BED", related_code="UEC-FLO-DIS"))
    session.add(TaxonomySynonym(code="UEC-FLO-DIS", term="going home"))
    session.flush()
