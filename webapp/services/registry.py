"""The registry's reference part: organisations and the words of need and skill. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, or_

from webapp.authority.actions import Action
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import require
from webapp.services.failures import NotFound
from webapp.services.paging import Page, Paging, page_of
from webapp.services.priority_list import is_in_use
from webapp.store import organisations as store
from webapp.store import taxonomy
from webapp.store.organisations import Organisation, OrganisationKind, PublishedFigure
from webapp.store.taxonomy import HELD_KINDS as HELD_KINDS
from webapp.store.taxonomy import WANTED_KINDS, NodeKind, TaxonomyNode
from webapp.store.unit_of_work import UnitOfWork

MOST_TYPED = 10


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations to list; empty means all."""

    text: str = ""
    kind: OrganisationKind | None = None
    region_code: str | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the taxonomy with what stands under it."""

    node: TaxonomyNode
    children: tuple[TaxonomyNode, ...]


def organisations(
    unit: UnitOfWork, *, actor: AnyActor, wanted: OrganisationFilter, paging: Paging
) -> Page[Organisation]:
    """One page of the organisations that match, by name."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    query = store.listed(text=wanted.text, kind=wanted.kind, region_code=wanted.region_code)
    return page_of(unit.session, query, paging)


def organisation(unit: UnitOfWork, *, actor: AnyActor, organisation_id: UUID) -> Organisation:
    """One organisation; raises ``NotFound``."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    row = unit.session.get(Organisation, organisation_id)
    if row is None:
        raise NotFound("no such organisation")
    return row


def typed(unit: UnitOfWork, *, actor: AnyActor, text: str) -> tuple[Organisation, ...]:
    """Open organisations that fit what was typed, at most 10; one alone where it is named or coded exactly."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    wanted = " ".join(text.split()).lower()
    if not wanted:
        return ()
    today, exact = (
        unit.now.date(),
        or_(func.lower(Organisation.name) == wanted, func.lower(Organisation.code) == wanted),
    )
    for query in (store.listed().where(exact), store.listed(text=wanted)):
        found = tuple(
            row for row in unit.session.scalars(query.limit(MOST_TYPED * 3)) if row.is_open_on(today)
        )
        if found:
            return found[:MOST_TYPED]
    return ()


def own_organisation(unit: UnitOfWork, *, actor: Actor) -> Organisation:
    """The organisation for which the actor acts; raises ``NotFound`` where there is none."""
    if actor.organisation_id is None:
        raise NotFound("no organisation")
    return organisation(unit, actor=actor, organisation_id=actor.organisation_id)


def organisation_by_code(unit: UnitOfWork, *, actor: AnyActor, code: str) -> Organisation:
    """The organisation of a code; raises ``NotFound``."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    row = store.by_code(unit.session, code)
    if row is None:
        raise NotFound("no such organisation")
    return row


def regions(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Organisation, ...]:
    """The regions, by name."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    return tuple(unit.session.scalars(store.listed(kind=OrganisationKind.REGION)))


def published_figures(
    unit: UnitOfWork, *, actor: AnyActor, organisation_id: UUID
) -> tuple[PublishedFigure, ...]:
    """Public figures about one organisation: context beside a request, with period and source."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    return tuple(store.figures_of(unit.session, organisation_id))


def terms(unit: UnitOfWork, *, actor: AnyActor, kind: NodeKind) -> tuple[TaxonomyNode, ...]:
    """All nodes of one kind (priorities, topics, methods...), in the order of the taxonomy."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    return tuple(unit.session.scalars(taxonomy.nodes((kind,))))


def priorities_in_use(unit: UnitOfWork, *, actor: AnyActor) -> tuple[TaxonomyNode, ...]:
    """The priorities that new requests may name today."""
    found = terms(unit, actor=actor, kind=NodeKind.PRIORITY)
    return tuple(node for node in found if is_in_use(node, unit.now.date()))


def topics_by_priority(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Branch, ...]:
    """Each priority with its topics."""
    return _branches(unit, actor, NodeKind.PRIORITY, (NodeKind.TOPIC,))


def skills_by_topic(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Branch, ...]:
    """Each topic with its skills: browsing, as the other way beside typing."""
    return _branches(unit, actor, NodeKind.TOPIC, (NodeKind.SKILL,))


def skills_by_component(unit: UnitOfWork, *, actor: AnyActor) -> tuple[Branch, ...]:
    """Each component with the skills and methods that serve it."""
    return _branches(unit, actor, NodeKind.COMPONENT, (NodeKind.SKILL, NodeKind.METHOD))


def find_skills(
    unit: UnitOfWork, *, actor: AnyActor, text: str, kinds: Iterable[NodeKind] = WANTED_KINDS
) -> tuple[TaxonomyNode, ...]:
    """At most 20 nodes whose label, code or synonym holds what was typed."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    if not text.strip():
        return ()
    return tuple(unit.session.scalars(taxonomy.found(text[:100], kinds).limit(20)))


def labels(unit: UnitOfWork, *, actor: AnyActor, codes: Iterable[str]) -> dict[str, str]:
    """The label of each code of the taxonomy."""
    require(actor, Action.REFERENCE_READ, hidden=False)
    return taxonomy.labels(unit.session, codes)


def _branches(
    unit: UnitOfWork, actor: AnyActor, parents: NodeKind, children: tuple[NodeKind, ...]
) -> tuple[Branch, ...]:
    require(actor, Action.REFERENCE_READ, hidden=False)
    nodes = list(unit.session.scalars(taxonomy.nodes((parents, *children))))
    under: dict[str | None, list[TaxonomyNode]] = {}
    for node in nodes:
        if node.kind in children:
            under.setdefault(node.parent_code, []).append(node)
    return tuple(Branch(node, tuple(under.get(node.code, ()))) for node in nodes if node.kind is parents)
