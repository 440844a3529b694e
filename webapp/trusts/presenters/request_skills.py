"""The skill finder of a support request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import request, url_for

from webapp.services.registry import Branch, TaxonomyNode
from webapp.services.request_steps import MOST_SKILLS
from webapp.services.support_requests import RequestedSkill, SupportRequest
from webapp.trusts.presenters import question_order
from webapp.trusts.presenters.steps import keeping_origin
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class ChosenSkill:
    """One skill on the request, in words, with its links."""

    label: str
    level: str
    weight: str
    essential: bool
    change: str
    remove: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words."""

    text: str
    href: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """Topics under one heading, or components with what serves them; ``is_own`` for the request's priority."""

    title: str
    branches: tuple[Branch, ...]
    is_own: bool


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Links under one heading."""

    title: str
    links: tuple[Link, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Finder:
    """Chosen skills, what was found by typing, the skills of one topic (one's own at first), and other topics."""

    caption: str
    back: str
    onwards: str
    action: str
    origin: str
    chosen: tuple[ChosenSkill, ...]
    left: int
    left_words: str
    wanted: str
    found: tuple[Link, ...]
    opened: tuple[LinkGroup, ...]
    shelves: tuple[LinkGroup, ...]


@dataclass(frozen=True, slots=True)
class OneSkill:
    """The page of one skill."""

    label: str
    back: str
    is_full: bool


def shelves(
    priorities: Iterable[TaxonomyNode],
    topics: Iterable[Branch],
    components: Iterable[Branch],
    row: SupportRequest,
) -> tuple[Shelf, ...]:
    """Everything to browse: the topics of each priority, one's own first, then methods by component."""
    held = [branch for branch in topics if branch.children]
    found = [
        Shelf(
            node.label,
            tuple(branch for branch in held if branch.node.parent_code == node.code),
            is_own=node.code == row.priority_code,
        )
        for node in priorities
    ]
    found.sort(key=lambda shelf: not shelf.is_own)
    methods = tuple(branch for branch in components if branch.children)
    shelf = Shelf("Improvement methods, by component", methods, is_own=row.component_code is not None)
    return tuple(each for each in (*found, shelf) if each.branches)


def finder(
    row: SupportRequest,
    labels: Mapping[str, str],
    *,
    wanted: str,
    found: Iterable[TaxonomyNode],
    shelves: tuple[Shelf, ...],
    browsed: str,
) -> Finder:
    """Everything on the skills page: what the request's own topic holds stands open until another is browsed."""
    taken = {each.skill_code for each in row.skills}
    branches = {branch.node.code: branch for shelf in shelves for branch in shelf.branches}
    own = (row.topic_code or "", row.component_code or "")
    opened = [branches[code] for code in ((browsed,) if browsed in branches else own) if code in branches]
    origin = "check" if request.args.get("from") == "check" else ""
    left = MOST_SKILLS - len(taken)
    return Finder(
        caption=f"Support request {row.reference}"
        + ("" if origin else f". {question_order.place('skills')}"),
        back=url_for("trusts.check" if origin else question_order.before("skills"), request_id=row.id),
        onwards=url_for("trusts.check" if origin else question_order.following("skills"), request_id=row.id),
        action=url_for("trusts.skills", request_id=row.id),
        origin=origin,
        chosen=tuple(_chosen(row.id, each, labels) for each in row.skills),
        left=left,
        left_words=f"You can add {formats.plural(left, 'more skill', 'more skills')}.",
        wanted=wanted,
        found=tuple(_skill_link(row.id, node, taken) for node in found),
        opened=tuple(
            LinkGroup(branch.node.label, tuple(_skill_link(row.id, node, taken) for node in branch.children))
            for branch in opened
        ),
        shelves=tuple(_shelf(row.id, shelf) for shelf in shelves),
    )


def _shelf(request_id: UUID, shelf: Shelf) -> LinkGroup:
    links = (
        Link(
            branch.node.label, keeping_origin("trusts.skills", request_id, topic=branch.node.code) + "#browse"
        )
        for branch in shelf.branches
    )
    return LinkGroup(shelf.title, tuple(links), shelf.is_own)


def one_skill(request_id: UUID, label: str, *, is_full: bool) -> OneSkill:
    """The page on which a skill is described, or said to be kept."""
    return OneSkill(label, keeping_origin("trusts.skills", request_id), is_full)


def _chosen(request_id: UUID, each: RequestedSkill, labels: Mapping[str, str]) -> ChosenSkill:
    code = each.skill_code
    return ChosenSkill(
        label=labels[code],
        level=choices.title("skill_level", each.level),
        weight=choices.title("skill_weight", min(each.weight, 3)),
        essential=each.essential,
        change=keeping_origin("trusts.skill", request_id, code=code),
        remove=keeping_origin("trusts.remove_skill", request_id, code=code),
    )


def _skill_link(request_id: UUID, node: TaxonomyNode, taken: set[str]) -> Link:
    return Link(node.label, keeping_origin("trusts.skill", request_id, code=node.code), node.code in taken)
