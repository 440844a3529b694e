"""The skill finder of a support request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request, url_for

from webapp.services.registry import Branch, TaxonomyNode
from webapp.services.request_steps import MOST_SKILLS
from webapp.services.support_requests import RequestedSkill, SupportRequest
from webapp.ui import choices


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
class Finder:
    """Chosen skills, what was found by typing, and topics to browse (one of them open)."""

    caption: str
    back: str
    onwards: str
    action: str
    origin: str
    chosen: tuple[ChosenSkill, ...]
    left: int
    wanted: str
    found: tuple[Link, ...]
    topics: tuple[Link, ...]
    browsed: str
    browsed_skills: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OneSkill:
    """The page of one skill."""

    label: str
    back: str
    is_full: bool


def finder(
    row: SupportRequest,
    labels: Mapping[str, str],
    *,
    wanted: str,
    found: Iterable[TaxonomyNode],
    branches: Iterable[Branch],
    browsed: str,
) -> Finder:
    """Everything on the skills page. Topics of the request's own priority come first."""
    taken = {each.skill_code for each in row.skills}
    trees = sorted(branches, key=lambda branch: branch.node.parent_code != row.priority_code)
    opened = next((branch for branch in trees if branch.node.code == browsed), None)
    origin = "check" if request.args.get("from") == "check" else ""
    following = "trusts.check" if origin else "trusts.shape"
    return Finder(
        caption=f"Support request {row.reference}",
        back=url_for("trusts.request_page", request_id=row.id),
        onwards=url_for(following, request_id=row.id),
        action=url_for("trusts.skills", request_id=row.id),
        origin=origin,
        chosen=tuple(_chosen(row.id, each, labels) for each in row.skills),
        left=MOST_SKILLS - len(taken),
        wanted=wanted,
        found=tuple(_skill_link(row.id, node, taken) for node in found),
        topics=tuple(
            Link(branch.node.label, _address("trusts.skills", row.id, topic=branch.node.code) + "#browse")
            for branch in trees
            if branch.children
        ),
        browsed=opened.node.label if opened else "",
        browsed_skills=tuple(_skill_link(row.id, node, taken) for node in opened.children) if opened else (),
    )


def one_skill(request_id: UUID, label: str, *, is_full: bool) -> OneSkill:
    """The page on which a skill is described, or said to be kept."""
    return OneSkill(label, _address("trusts.skills", request_id), is_full)


def _chosen(request_id: UUID, each: RequestedSkill, labels: Mapping[str, str]) -> ChosenSkill:
    code = each.skill_code
    return ChosenSkill(
        label=labels[code],
        level=choices.title("skill_level", each.level),
        weight=choices.title("skill_weight", min(each.weight, 3)),
        essential=each.essential,
        change=_address("trusts.skill", request_id, code=code),
        remove=_address("trusts.remove_skill", request_id, code=code),
    )


def _skill_link(request_id: UUID, node: TaxonomyNode, taken: set[str]) -> Link:
    return Link(node.label, _address("trusts.skill", request_id, code=node.code), node.code in taken)


def _address(endpoint: str, request_id: UUID, **values: Any) -> str:
    if request.args.get("from") == "check":
        values["from"] = "check"
    return url_for(endpoint, request_id=request_id, **values)
