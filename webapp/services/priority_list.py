"""The dates of priorities that a confirmed policy version sets, written into the taxonomy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.services.service_rules import PriorityDates
from webapp.store.taxonomy import NodeKind, TaxonomyNode


def write(session: Session, given: Iterable[PriorityDates]) -> None:
    """Give each priority its dates; one that is not there yet is made, with its topics."""
    for each in given:
        node = session.scalar(select(TaxonomyNode).where(TaxonomyNode.code == each.code))
        if node is None:
            _make(session, each)
        else:
            node.valid_from, node.valid_to = each.valid_from, each.valid_to
    session.flush()


def is_in_use(node: TaxonomyNode, day: date) -> bool:
    """Whether new requests may name the node on that day."""
    return (node.valid_from or day) <= day <= (node.valid_to or day)


def _make(session: Session, each: PriorityDates) -> None:
    last = session.scalar(select(func.max(TaxonomyNode.position))) or 0
    dates = {"valid_from": each.valid_from, "valid_to": each.valid_to}
    session.add(
        TaxonomyNode(code=each.code, label=each.label, kind=NodeKind.PRIORITY, position=last + 1, **dates)
    )
    session.flush()
    for number, topic in enumerate(each.topics, start=1):
        session.add(
            TaxonomyNode(
                code=f"{each.code}-T{number}",
                label=topic,
                kind=NodeKind.TOPIC,
                parent_code=each.code,
                position=last + 1 + number,
            )
        )
