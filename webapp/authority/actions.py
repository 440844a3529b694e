"""Every act that the service knows, named ``noun.verb``. ``matrix`` says who may do it.

Three rows of RELIABILITY.md section 2 are asked by nothing, and stand for what that file says of them:
``override.propose`` (its four ways, reject, swap, lock and forbid, are rows of their own), ``token.manage`` (the API
of tokens is not built) and ``users.view_as`` (which nobody ever may).
"""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One row of the matrix each. A new verb gets a row there, with the narrowest sensible cells."""

    PUBLIC_READ = "public.read"
    WORKSHEET_READ = "worksheet.read"
    SIGN_IN = "account.sign_in"
    OWN_ACCOUNT = "account.own"

    PLAN_READ = "plan.read"
    PLAN_EDIT = "plan.edit"
    PLAN_HISTORY_READ = "plan.read_history"

    REQUEST_DRAFT = "support_request.draft"
    REQUEST_READ_DRAFT = "support_request.read_draft"
    REQUEST_SUBMIT = "support_request.submit"
    REQUEST_WITHDRAW = "support_request.withdraw"
    REQUEST_READ = "support_request.read"
    REQUEST_TRIAGE = "support_request.triage"
    PLACE_NAME = "place.name"
    PEERS_READ = "peers.read"
    PEERS_INTRODUCE = "peers.introduce"
    COMMUNITIES_READ = "peers.read_communities"

    PARTNER_READ = "partner.read"
    PARTNER_EDIT = "partner.edit"
    PARTNER_RELEASE = "partner.release"
    PARTNER_ENDORSE = "partner.endorse"
    CAPACITY_DECLARE = "capacity.declare"
    INTEREST_DECLARE = "interest.declare"
    INTEREST_READ = "interest.read"

    ROUND_READ = "round.read"
    ROUND_CREATE = "round.create"
    ROUND_OPEN = "round.open"
    ROUND_CLOSE = "round.close"
    ROUND_END = "round.end"
    ROUND_ASK = "round.ask"
    ROUND_SET_POLICY = "round.set_policy"

    RUN_START = "run.start"
    RUN_CANCEL = "run.cancel"
    RUN_READ = "run.read"
    RUN_REPAIR = "run.repair"
    RUN_PROPOSE_PUBLICATION = "run.propose_publication"
    RUN_PUBLISH = "run.publish"
    RUN_ROLL_BACK = "run.roll_back"
    SCENARIO_START = "scenario.start"
    SCENARIO_ADOPT = "scenario.adopt"

    OUTCOME_READ = "outcome.read"
    PROPOSAL_READ = "proposal.read"
    PROPOSAL_APPROVE = "proposal.approve"
    PROPOSAL_REJECT = "proposal.reject"
    PROPOSAL_HOLD = "proposal.hold"
    PROPOSAL_SWAP = "proposal.swap"
    PROPOSAL_LOCK = "proposal.lock"
    PROPOSAL_FORBID = "proposal.forbid"
    PROPOSAL_COMMENT = "proposal.comment"
    OVERRIDE_PROPOSE = "override.propose"
    OVERRIDE_CONFIRM = "override.confirm"

    OFFER_READ = "offer.read"
    OFFER_ANSWER = "offer.answer"
    OFFER_LAPSE = "offer.lapse"
    DEADLINE_REMIND = "deadline.remind"
    ENGAGEMENT_READ = "engagement.read"
    ENGAGEMENT_WRITE = "engagement.write"
    ENGAGEMENT_AGREE = "engagement.agree"
    STORY_DRAFT = "story.draft"
    STORY_AGREE = "story.agree"
    STORY_PUBLISH = "story.publish"

    EXPORT_DOWNLOAD = "export.download"
    USERS_OF_ORGANISATION = "users.manage_organisation"
    USERS_NATIONAL = "users.manage_national"
    USERS_SWITCH = "users.switch_account"
    USERS_VIEW_AS = "users.view_as"

    POLICY_READ = "policy.read"
    POLICY_PROPOSE = "policy.propose"
    POLICY_CONFIRM = "policy.confirm"
    REFERENCE_READ = "reference.read"
    REFERENCE_IMPORT = "reference.import"
    BULLETIN_WRITE = "bulletin.write"
    BULLETIN_SUBSCRIBE = "bulletin.subscribe"

    SYSTEM_READ = "system.read"
    SYSTEM_CHANGE = "system.change"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    TOKEN_MANAGE = "token.manage"
