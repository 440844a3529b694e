"""Writes the words of need and skill as rows: nodes, relations, synonyms. Adds what is missing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from seeds.identities import identity
from seeds.reference import taxonomy
from webapp.store.taxonomy import NodeKind, TaxonomyNode, TaxonomyRelation, TaxonomySynonym


def load_taxonomy(session: Session) -> int:
    """Add the nodes, relations and synonyms that are missing; how many rows that was."""
    added = _load_nodes(session) + _load_relations(session) + _load_synonyms(session)
    session.flush()
    return added


def _load_nodes(session: Session) -> int:
    present = set(session.scalars(select(TaxonomyNode.code)))
    missing = [
        TaxonomyNode(
            id=identity("taxonomy", term.code),
            code=term.code,
            label=term.label,
            kind=NodeKind(term.kind),
            parent_code=term.parent,
            position=position,
        )
        for position, term in enumerate(taxonomy.terms())
        if term.code not in present
    ]
    for row in missing:
        session.add(row)
    session.flush()
    return len(missing)


def _load_relations(session: Session) -> int:
    query = select(TaxonomyRelation.code, TaxonomyRelation.related_code)
    present = {(one, other) for one, other in session.execute(query)}
    wanted = {(term.code, other) for term in taxonomy.terms() for other in term.related if term.code < other}
    missing = [TaxonomyRelation(code=one, related_code=other) for one, other in sorted(wanted - present)]
    session.add_all(missing)
    return len(missing)


def _load_synonyms(session: Session) -> int:
    query = select(TaxonomySynonym.code, TaxonomySynonym.term)
    present = {(code, word) for code, word in session.execute(query)}
    wanted = {(term.code, word.lower()) for term in taxonomy.terms() for word in term.synonyms}
    missing = [TaxonomySynonym(code=code, term=word) for code, word in sorted(wanted - present)]
    session.add_all(missing)
    return len(missing)
