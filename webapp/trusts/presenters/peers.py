"""Organisations with similar needs, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.services import peers
from webapp.services.peers import Introduction, Peers, Similar
from webapp.ui import formats

ANSWERS = (("Yes, introduce us", "yes"), ("No, thank you", "no"))


@dataclass(frozen=True, slots=True)
class SimilarShown:
    """Another organisation that may be asked for an introduction."""

    organisation: str
    topic: str
    shared: str
    nearness: str
    ask: str


@dataclass(frozen=True, slots=True)
class IntroductionShown:
    """An introduction and where it stands; ``answers`` are there where this side is asked and may answer."""

    organisation: str
    words: str
    answer: str
    answers: tuple[tuple[str, str], ...]
    version: int


@dataclass(frozen=True, slots=True)
class PeersPage:
    """The page of one request."""

    caption: str
    back: str
    agrees: bool
    why_empty: str
    similar: tuple[SimilarShown, ...]
    introductions: tuple[IntroductionShown, ...]
    may_act: bool
    consent: str
    version: int


def codes_of(found: Peers) -> set[str]:
    """The codes of the taxonomy that the page names."""
    topics = {each.request.topic_code for each in found.similar}
    return {code for code in topics if code} | {code for each in found.similar for code in each.shared}


def peers_page(found: Peers, labels: Mapping[str, str], actor: Actor) -> PeersPage:
    """Everything on the page."""
    row = found.request
    may_act = matrix.may(actor, Action.PEERS_INTRODUCE, organisation_id=row.requester_id)
    return PeersPage(
        caption=f"{row.title or 'Untitled request'}, {row.reference}",
        back=url_for("trusts.request_page", request_id=row.id),
        agrees=row.open_to_peers,
        why_empty=_why_empty(found),
        similar=tuple(_similar(row.id, each, labels) for each in found.similar),
        introductions=tuple(_introduction(each, found, may_act=may_act) for each in found.introductions),
        may_act=may_act,
        consent=url_for("trusts.peers_consent", request_id=row.id),
        version=row.version,
    )


def _why_empty(found: Peers) -> str:
    if found.similar:
        return ""
    if not found.request.open_to_peers:
        return "You have not agreed to be found. Once you agree, you see the others who did."
    if found.request.state.value == "draft":
        return "Submit the request first. Others see it only then, and you see theirs."
    return (
        "Nobody with a similar need has agreed to be found yet. Look again when more requests have come in."
    )


def _similar(request_id: object, each: Similar, labels: Mapping[str, str]) -> SimilarShown:
    shared = ", ".join(labels.get(code, code) for code in each.shared)
    return SimilarShown(
        organisation=each.request.requester.name,
        topic=labels.get(each.request.topic_code or "", formats.NOTHING),
        shared=shared or "Skills close to yours",
        nearness=formats.share(each.nearness),
        ask=url_for("trusts.ask_peer", request_id=request_id, other_id=each.request.id),
    )


def _introduction(each: Introduction, found: Peers, *, may_act: bool) -> IntroductionShown:
    is_asking = each.asking_id == found.request.id
    other = each.asked if is_asking else each.asking
    words = {
        "asked": "You have asked them. They have not answered yet."
        if is_asking
        else "They ask for an introduction.",
        "declined": "They would rather not for now." if is_asking else "You said no.",
        "agreed": f"You both said yes. Their local lead is {peers.lead_of(other)}.",
    }
    address = url_for("trusts.answer_peer", request_id=found.request.id, introduction_id=each.id)
    return IntroductionShown(
        organisation=other.requester.name,
        words=words[each.state.value],
        answer=address,
        answers=ANSWERS if each.state.value == "asked" and not is_asking and may_act else (),
        version=each.version,
    )
