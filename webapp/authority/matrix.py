"""The authorisation matrix of RELIABILITY.md section 2 as data, and the only place that reads it.

``CELLS`` answers for every action and role. Route checks, services, tests and the printed access review all
come from it. ``may`` asks about one object (its organisation, partner, region; whether it is allocated to the
actor); ``opens`` asks whether a role has any door to an action at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from webapp.authority.actions import Action as Action
from webapp.authority.actor import Actor, AnyActor, role_of
from webapp.authority.roles import Role


class Cell(StrEnum):
    """How far a role's right goes."""

    ALL = "Y"
    OWN_ORGANISATION = "G"
    OWN_RECORD = "O"
    ALLOCATED = "A"
    OWN_REGION = "N"
    READ = "R"
    NONE = "-"


class AccessDenied(Exception):
    """The matrix says no. ``hidden``: answer as if the object did not exist (404), else 403."""

    def __init__(self, action: Action, *, hidden: bool):
        super().__init__(f"{action} is not allowed here")
        self.action = action
        self.hidden = hidden


@dataclass(frozen=True, slots=True)
class Scope:
    """To whom one object belongs, as far as the matrix cares."""

    organisation_id: UUID | None = None
    partner_id: UUID | None = None
    user_id: UUID | None = None
    region_code: str | None = None
    allocated: bool = False


# Columns: AN TM TL PE PM NR NA SA AU RG BM, the order of Role. N is "own region".
_ROWS: dict[Action, str] = {
    Action.PUBLIC_READ: "Y Y Y Y Y Y Y Y Y Y Y",
    Action.WORKSHEET_READ: "Y Y Y Y Y Y Y Y Y Y Y",
    Action.SIGN_IN: "Y Y Y Y Y Y Y Y Y Y Y",
    Action.OWN_ACCOUNT: "- O O O O O O O O O O",
    Action.PLAN_READ: "- G G - - - - - - - -",
    Action.PLAN_EDIT: "- G G - - - - - - - -",
    Action.PLAN_HISTORY_READ: "- - G - - - - - - - -",
    Action.REQUEST_DRAFT: "- G G - - - - - - - -",
    Action.REQUEST_READ_DRAFT: "- G G - - - - - - - -",
    Action.REQUEST_SUBMIT: "- - G - - - - - - - -",
    Action.REQUEST_WITHDRAW: "- - G - - - - - - - -",
    Action.REQUEST_READ: "- G G A A Y Y - R N -",
    Action.REQUEST_TRIAGE: "- - - - - Y Y - - - -",
    Action.PLACE_NAME: "- G G - - - - - - - -",
    Action.PEERS_READ: "- G G - - - - - - - -",
    Action.PEERS_INTRODUCE: "- - G - - - - - - - -",
    Action.COMMUNITIES_READ: "- - - - - Y Y - R - -",
    Action.PARTNER_READ: "- A A O G Y Y - R - -",
    Action.PARTNER_EDIT: "- - - O G - - - - - -",
    Action.PARTNER_RELEASE: "- - G - G - - - - - -",
    Action.PARTNER_ENDORSE: "- - G - G - - - - - -",
    Action.CAPACITY_DECLARE: "- - - O G - - - - - -",
    Action.INTEREST_DECLARE: "- - G O G O O - - - -",
    Action.INTEREST_READ: "- - G O G Y Y - R - -",
    Action.ROUND_READ: "- - - - - Y Y - R R -",
    Action.ROUND_CREATE: "- - - - - Y Y - - - -",
    Action.ROUND_OPEN: "- - - - - Y Y - - - -",
    Action.ROUND_CLOSE: "- - - - - Y Y - - - -",
    Action.ROUND_END: "- - - - - Y Y - - - -",
    Action.ROUND_ASK: "- - - - - Y Y - - - -",
    Action.ROUND_SET_POLICY: "- - - - - - Y - - - -",
    Action.RUN_START: "- - - - - Y Y - - - -",
    Action.RUN_CANCEL: "- - - - - Y Y - - - -",
    Action.RUN_READ: "- - - - - Y Y - R - -",
    Action.RUN_REPAIR: "- - - - - Y Y - - - -",
    Action.RUN_PROPOSE_PUBLICATION: "- - - - - Y Y - - - -",
    Action.RUN_PUBLISH: "- - - - - - Y - - - -",
    Action.RUN_ROLL_BACK: "- - - - - Y Y - - - -",
    Action.SCENARIO_START: "- - - - - Y Y - - - -",
    Action.SCENARIO_ADOPT: "- - - - - Y Y - - - -",
    Action.OUTCOME_READ: "- G G O G Y Y - R - -",
    Action.PROPOSAL_READ: "- - - - - Y Y - R N -",
    Action.PROPOSAL_APPROVE: "- - - - - Y Y - - - -",
    Action.PROPOSAL_REJECT: "- - - - - Y Y - - - -",
    Action.PROPOSAL_HOLD: "- - - - - Y Y - - - -",
    Action.PROPOSAL_SWAP: "- - - - - Y Y - - - -",
    Action.PROPOSAL_LOCK: "- - - - - Y Y - - - -",
    Action.PROPOSAL_FORBID: "- - - - - Y Y - - - -",
    Action.PROPOSAL_COMMENT: "- - - - - - - - - N -",
    Action.OVERRIDE_PROPOSE: "- - - - - Y Y - - - -",
    Action.OVERRIDE_CONFIRM: "- - - - - Y Y - - - -",
    Action.OFFER_READ: "- G G O G Y Y - R - -",
    Action.OFFER_ANSWER: "- - G O G - - - - - -",
    Action.OFFER_LAPSE: "- - - - - - - - - - -",
    Action.DEADLINE_REMIND: "- - - - - - - - - - -",
    Action.ENGAGEMENT_READ: "- G G A A R R - R - -",
    Action.ENGAGEMENT_WRITE: "- G G A A - - - - - -",
    Action.ENGAGEMENT_AGREE: "- - G A A - - - - - -",
    Action.STORY_DRAFT: "- G G A A - - - - - -",
    Action.STORY_AGREE: "- - G A A - - - - - -",
    Action.STORY_PUBLISH: "- - - - - Y Y - - - -",
    Action.EXPORT_DOWNLOAD: "- - G - G Y Y - R - -",
    Action.USERS_OF_ORGANISATION: "- - G - G - - - - - -",
    Action.USERS_NATIONAL: "- - - - - - Y - - - -",
    Action.USERS_SWITCH: "- - - - - - - Y - - -",
    Action.USERS_VIEW_AS: "- - - - - - - - - - -",
    Action.POLICY_READ: "- - - - - R Y - R - R",
    Action.POLICY_PROPOSE: "- - - - - - Y - - - -",
    Action.POLICY_CONFIRM: "- - - - - - Y - - - -",
    Action.REFERENCE_READ: "- Y Y Y Y Y Y - R Y Y",
    Action.REFERENCE_IMPORT: "- - - - - - Y - - - -",
    Action.BULLETIN_WRITE: "- - - - - - - - - - Y",
    Action.BULLETIN_SUBSCRIBE: "Y Y Y Y Y Y Y Y Y Y Y",
    Action.SYSTEM_READ: "- - - - - - - Y - - -",
    Action.SYSTEM_CHANGE: "- - - - - - - Y - - -",
    Action.AUDIT_READ: "- - G - G - R - R - -",
    Action.AUDIT_VERIFY: "- - - - - - R Y R - -",
    Action.TOKEN_MANAGE: "- - O O O O O - - - -",
}

CELLS: Mapping[Action, Mapping[Role, Cell]] = {
    action: dict(zip(Role, map(Cell, row.split()), strict=True)) for action, row in _ROWS.items()
}

RECENT_SIGN_IN: frozenset[Action] = frozenset(
    {
        Action.RUN_PUBLISH,
        Action.EXPORT_DOWNLOAD,
        Action.USERS_OF_ORGANISATION,
        Action.USERS_NATIONAL,
        Action.USERS_SWITCH,
        Action.POLICY_PROPOSE,
        Action.POLICY_CONFIRM,
        Action.SYSTEM_CHANGE,
    }
)
"""The starred rows: sign in again within the last ten minutes."""

WALLED: frozenset[Action] = frozenset({Action.PLAN_READ, Action.PLAN_EDIT, Action.PLAN_HISTORY_READ})
"""What stays inside one organisation: the general audit never holds what happens there."""

JOB_ACTIONS: frozenset[Action] = frozenset(
    {
        Action.ROUND_CREATE,
        Action.ROUND_OPEN,
        Action.ROUND_CLOSE,
        Action.ROUND_END,
        Action.ROUND_READ,
        Action.RUN_START,
        Action.RUN_CANCEL,
        Action.RUN_READ,
        Action.RUN_REPAIR,
        Action.PROPOSAL_READ,
        Action.POLICY_READ,
        Action.REFERENCE_READ,
        Action.REFERENCE_IMPORT,
        Action.USERS_OF_ORGANISATION,
        Action.USERS_NATIONAL,
        Action.USERS_SWITCH,
        Action.AUDIT_VERIFY,
        Action.EXPORT_DOWNLOAD,
        Action.OFFER_LAPSE,
        Action.DEADLINE_REMIND,
    }
)
"""What a job or a command on the machine may do: never a decision that belongs to a person (I7)."""


def cell(actor: AnyActor, action: Action) -> Cell:
    """The cell that answers for this actor; a job has ``ALL`` or ``NONE``."""
    role = role_of(actor)
    if role is None:
        return Cell.ALL if action in JOB_ACTIONS else Cell.NONE
    return CELLS[action][role]


def opens(actor: AnyActor, action: Action) -> bool:
    """Whether there is any object at all on which the actor may do this: the route's first door."""
    return cell(actor, action) is not Cell.NONE


def may(
    actor: AnyActor,
    action: Action,
    *,
    organisation_id: UUID | None = None,
    partner_id: UUID | None = None,
    allocated: bool = False,
    user_id: UUID | None = None,
    region_code: str | None = None,
) -> bool:
    """Whether ``actor`` may do ``action`` on the object that these scopes describe.

    ``organisation_id`` is the organisation the object belongs to (a partner's own organisation for a
    manager, the requester for a request), ``partner_id`` the profile it belongs to, ``allocated`` whether it
    is offered or allocated to the actor's side.
    """
    scope = Scope(organisation_id, partner_id, user_id, region_code, allocated)
    return _within(actor, cell(actor, action), scope)


def require(
    actor: AnyActor,
    action: Action,
    *,
    organisation_id: UUID | None = None,
    partner_id: UUID | None = None,
    allocated: bool = False,
    user_id: UUID | None = None,
    region_code: str | None = None,
    hidden: bool = True,
) -> None:
    """Raise ``AccessDenied`` unless ``may``. ``hidden`` false for a section, where 403 gives nothing away."""
    scope = Scope(organisation_id, partner_id, user_id, region_code, allocated)
    if not _within(actor, cell(actor, action), scope):
        raise AccessDenied(action, hidden=hidden)


def _within(actor: AnyActor, right: Cell, scope: Scope) -> bool:
    if right in (Cell.ALL, Cell.READ):
        return True
    if right is Cell.NONE or not isinstance(actor, Actor):
        return False
    if right is Cell.ALLOCATED:
        return scope.allocated
    return _owns(actor, right, scope)


def _owns(actor: Actor, right: Cell, scope: Scope) -> bool:
    if right is Cell.OWN_ORGANISATION:
        return scope.organisation_id is not None and scope.organisation_id == actor.organisation_id
    if right is Cell.OWN_REGION:
        return scope.region_code is not None and scope.region_code == actor.region_code
    if scope.partner_id is not None:
        return scope.partner_id == actor.partner_id
    return scope.user_id is not None and scope.user_id == actor.user_id
