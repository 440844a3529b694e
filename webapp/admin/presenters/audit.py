"""The audit as a list: who did what, when, and what was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.authority import matrix
from webapp.authority.actor import AnyActor
from webapp.authority.matrix import Action
from webapp.services import audit_trail
from webapp.services.audit_trail import Act, AuditFilter, Outcome
from webapp.ui import formats
from webapp.ui.doers import role_words
from webapp.ui.listing import ChoiceFilter, Column, Listing, TextFilter, View

OUTCOMES: Mapping[str, tuple[str, str]] = {"done": ("Done", "green"), "refused": ("Refused", "red")}
NOBODY = "Nobody signed in"


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act in the list."""

    number: int
    when: str
    who: str
    role: str
    organisation: str
    action: str
    outcome: str
    colour: str
    subject: str
    subject_id: str
    reason: str
    request_id: str

    @property
    def doer(self) -> str:
        """Who it was, and in which role."""
        return f"{self.who} ({self.role})" if self.who and self.who != NOBODY else self.who or self.role

    @property
    def on(self) -> str:
        """What was acted on, by the beginning of its identifier; the file has the whole."""
        return f"{self.subject} {self.subject_id[:8]}"


LISTING = Listing(
    caption="Acts recorded in the audit",
    columns=(
        Column("number", "Number", numeric=True, sortable=False, only_file=True),
        Column("when", "When", sortable=False),
        Column("who", "Who", shown=lambda line: line.doer, sortable=False),
        Column("role", "Role", sortable=False, only_file=True),
        Column("organisation", "Organisation", sortable=False),
        Column("action", "Act", sortable=False),
        Column("outcome", "Outcome", tag=lambda line: line.colour, sortable=False),
        Column("subject", "On", shown=lambda line: line.on, sortable=False),
        Column("subject_id", "Identifier", sortable=False, only_file=True),
        Column("reason", "Reason", sortable=False, only_file=True),
        Column("request_id", "Request", sortable=False, only_file=True),
    ),
    filters=(
        ChoiceFilter(
            "noun", "Acts on", tuple((noun, noun.replace("_", " ")) for noun in audit_trail.actions())
        ),
        ChoiceFilter("outcome", "Outcome", tuple((code, words) for code, (words, _) in OUTCOMES.items())),
        TextFilter("subject", "Identifier of what was acted on"),
    ),
    empty="Nothing is recorded yet.",
    noun="act",
)


def audit_filter(view: View) -> AuditFilter:
    """What the address asks for, in the service's terms."""
    return AuditFilter(
        action=view.filters.get("noun", ""),
        outcome=view.choice("outcome", Outcome),
        subject_id=view.filters.get("subject", ""),
    )


def act_line(act: Act) -> ActLine:
    """One line of the list."""
    words, colour = OUTCOMES[act.outcome.value]
    return ActLine(
        number=act.sequence,
        when=formats.moment(act.at),
        who=act.who or ("" if act.role.startswith("job:") else NOBODY),
        role=role_words(act.role),
        organisation=act.organisation,
        action=act.action.replace("_", " ").replace(".", ": "),
        outcome=words,
        colour=colour,
        subject=act.subject_kind.replace("_", " "),
        subject_id=act.subject_id,
        reason=act.reason,
        request_id=act.request_id,
    )


def lead(actor: AnyActor) -> str:
    """Whose acts these are."""
    if matrix.cell(actor, Action.AUDIT_READ) is matrix.Cell.OWN_ORGANISATION:
        return "Acts of your organisation's people, the latest first. Nobody can change or delete an entry."
    return "Acts of everybody, the latest first. Nobody can change or delete an entry."
