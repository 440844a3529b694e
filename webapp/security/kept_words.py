"""Nothing typed is lost: a form that arrives after the sign-in has ended is kept for whoever was writing it.

Each page with questions carries a sealed note: who was writing, in whose name, on which page. When the form cannot
be taken (signed out, signed in anew in another tab, open for too long), its fields are sealed and kept under that
note; once the same person acts in the same name again, the page opens with the words in it, still unsaved.
A kept form does nothing by itself: the person sends it again. Forms with passwords or codes carry no note.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from cryptography.fernet import InvalidToken
from flask import request
from werkzeug.datastructures import MultiDict

from webapp.authority.actor import Actor
from webapp.security.form_tokens import PROTECTIONS
from webapp.security.sealing import seal, unseal
from webapp.services import free_text, kept_words
from webapp.store.unit_of_work import UnitOfWork

FIELD = "writer"
PARAMETER = "kept"
LONGEST = 100_000
KIND = "who was writing"


@dataclass(frozen=True, slots=True)
class Note:
    """Who was writing, in whose name and role, on which page."""

    user_id: str
    organisation_id: str
    role: str
    page: str

    def is_by(self, actor: Actor) -> bool:
        """Whether this person acts in the same name now."""
        return (self.user_id, self.organisation_id, self.role) == _name_of(actor)


def note_for(actor: Actor) -> str:
    """The note of the page that is being made, sealed."""
    return seal(json.dumps([KIND, *_name_of(actor), _this_page()]))


def note_of_request() -> Note | None:
    """The note that came with this form, if it is one of ours."""
    try:
        kind, *held = json.loads(unseal(request.form.get(FIELD, "")))
    except (InvalidToken, ValueError):
        return None
    return Note(*held) if kind == KIND else None


def keep(unit: UnitOfWork, note: Note) -> str | None:
    """Keep this request's form for the writer; gives the address that opens it again, or None for nothing kept."""
    fields = [
        [name, value]
        for name, values in request.form.lists()
        if name not in PROTECTIONS and name != FIELD
        for value in values
    ]
    content = json.dumps(
        {"note": [note.user_id, note.organisation_id, note.role, note.page], "fields": fields}
    )
    if len(content) > LONGEST or free_text.WORKSHEET_MARK in content:
        return None
    kept_id = kept_words.keep(unit, user_id=UUID(note.user_id), sealed=seal(content))
    return _address(note.page, kept_id)


def words_for_this_page(unit: UnitOfWork, actor: Actor) -> MultiDict[str, str] | None:
    """The fields that are kept for this person, in this name, on the page that was asked for."""
    kept_id = _wanted()
    sealed = kept_words.find(unit, user_id=actor.user_id, kept_id=kept_id) if kept_id else None
    found = _opened(sealed) if sealed else None
    if found is None or not found[0].is_by(actor) or found[0].page != _this_page():
        return None
    return found[1]


def page_to_go_on_with(unit: UnitOfWork, actor: Actor) -> str | None:
    """Where the newest form that is kept for this person, in this name, goes on."""
    for kept_id, sealed in kept_words.all_of(unit, user_id=actor.user_id):
        found = _opened(sealed)
        if found is not None and found[0].is_by(actor):
            return _address(found[0].page, kept_id)
    return None


def forget(unit: UnitOfWork, user_id: UUID) -> None:
    """The form of this request was saved: drop what was kept of it."""
    kept_id = _wanted()
    if kept_id is not None:
        kept_words.forget(unit, user_id=user_id, kept_id=kept_id)


def _opened(sealed: str) -> tuple[Note, MultiDict[str, str]] | None:
    try:
        content = json.loads(unseal(sealed))
    except InvalidToken:
        return None
    return Note(*content["note"]), MultiDict([(name, value) for name, value in content["fields"]])


def _name_of(actor: Actor) -> tuple[str, str, str]:
    return str(actor.user_id), str(actor.organisation_id or actor.partner_id or ""), actor.role.value


def _this_page() -> str:
    query = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != PARAMETER])
    return request.path + (f"?{query}" if query else "")


def _address(page: str, kept_id: UUID) -> str:
    return f"{page}{'&' if '?' in page else '?'}{PARAMETER}={kept_id}"


def _wanted() -> UUID | None:
    try:
        return UUID(request.args.get(PARAMETER, ""))
    except ValueError:
        return None
