"""The skills a partner holds, the finder, and the page of one skill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.services.partner_skills import MOST_SKILLS, PartnerSkill
from webapp.services.partners import Partner
from webapp.services.registry import Branch, NodeKind, TaxonomyNode
from webapp.ui import choices, formats

KINDS = {NodeKind.SKILL: "", NodeKind.METHOD: "Method", NodeKind.TOPIC: "Whole topic"}


@dataclass(frozen=True, slots=True)
class HeldSkill:
    """One skill in the list; ``behind`` says when it was last used and what stands behind it."""

    label: str
    level: str
    behind: str
    href: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its words; ``kind`` is empty for a plain skill."""

    text: str
    href: str
    kind: str = ""
    is_held: bool = False


@dataclass(frozen=True, slots=True)
class Browse:
    """A topic that can be opened, with what stands under it."""

    code: str
    title: str
    nodes: tuple[TaxonomyNode, ...]


@dataclass(frozen=True, slots=True)
class SkillsPage:
    """Skills held, what was found by typing, and topics to browse (one of them open)."""

    action: str
    count: str
    held: tuple[HeldSkill, ...]
    is_full: bool
    wanted: str
    found: tuple[Link, ...]
    topics: tuple[Link, ...]
    browsed: str
    browsed_skills: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SkillPage:
    """The page of one skill; ``remove`` is empty where it is not held yet."""

    label: str
    caption: str
    back: str
    remove: str
    is_full: bool


def skills_page(
    row: Partner,
    labels: Mapping[str, str],
    *,
    wanted: str,
    found: Iterable[TaxonomyNode],
    branches: Iterable[Browse],
    browsed: str,
) -> SkillsPage:
    """Everything on the skills page; skills by name."""
    held = {each.skill_code for each in row.skills}
    trees = [branch for branch in branches if branch.nodes]
    opened = next((branch for branch in trees if branch.code == browsed), None)
    lines = sorted((_held(each, labels) for each in row.skills), key=lambda line: line.label.casefold())
    return SkillsPage(
        action=url_for("partners.skills"),
        count=formats.plural(len(held), "skill"),
        held=tuple(lines),
        is_full=len(held) >= MOST_SKILLS,
        wanted=wanted,
        found=tuple(_link(node, held) for node in found),
        topics=tuple(
            Link(branch.title, url_for("partners.skills", topic=branch.code) + "#browse") for branch in trees
        ),
        browsed=opened.title if opened else "",
        browsed_skills=tuple(_link(node, held) for node in opened.nodes) if opened else (),
    )


def browse(topics: Iterable[Branch], methods: Iterable[TaxonomyNode]) -> tuple[Browse, ...]:
    """What can be browsed: each topic, and the improvement methods as one more."""
    trees = (Browse(branch.node.code, branch.node.label, branch.children) for branch in topics)
    return (*trees, Browse("methods", "Improvement methods", tuple(methods)))


def skill_page(code: str, label: str, held: Iterable[str]) -> SkillPage:
    """The page on which a skill is described."""
    known = set(held)
    return SkillPage(
        label=label,
        caption="Skill you have" if code in known else "Skill to add",
        back=url_for("partners.skills"),
        remove=url_for("partners.remove_skill", code=code) if code in known else "",
        is_full=code not in known and len(known) >= MOST_SKILLS,
    )


def standing(row: Partner, code: str) -> dict[str, str]:
    """What now stands for one skill, with the version of the profile."""
    each = next((each for each in row.skills if each.skill_code == code), None)
    words = {"This skill": "Not among your skills"}
    if each is not None:
        words = {
            "Level": choices.title("own_skill_level", each.level),
            "Last used": _used(each),
            "Evidence": choices.title("skill_evidence", each.evidence),
        }
    return {**words, "version": str(row.version)}


def _held(each: PartnerSkill, labels: Mapping[str, str]) -> HeldSkill:
    used = "No year of last use" if each.last_used_year is None else f"Last used in {each.last_used_year}"
    return HeldSkill(
        label=labels.get(each.skill_code, each.skill_code),
        level=choices.title("own_skill_level", each.level),
        behind=f"{used}. {choices.title('skill_evidence', each.evidence)}",
        href=url_for("partners.skill", code=each.skill_code),
    )


def _used(each: PartnerSkill) -> str:
    return formats.NOTHING if each.last_used_year is None else str(each.last_used_year)


def _link(node: TaxonomyNode, held: set[str]) -> Link:
    return Link(node.label, url_for("partners.skill", code=node.code), KINDS[node.kind], node.code in held)
