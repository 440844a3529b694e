"""Codes that explain a pair, a match or an unmet request; ``webapp.ui.wording`` has a sentence for each.

The one other list is ``matcher.allocation.result.UnmetReason``: the binding rule of an unmet request.
"""

from __future__ import annotations

from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a pair is no candidate, in the order in which the rules are asked.

    Practical rules come first, so a pair whose *first* failed rule is a conflict would otherwise have fitted.
    """

    NO_CLOSE_SKILL = "no_close_skill"
    REACH = "reach"
    DELIVERY_MODE = "delivery_mode"
    NO_CAPACITY_IN_WINDOW = "no_capacity_in_window"
    FIT_TOO_LOW = "fit_too_low"
    OWN_ORGANISATION = "own_organisation"
    DECLARED_INTEREST = "declared_interest"
    STALE_INTEREST = "stale_interest"
    SAME_ICB = "same_icb"
    RELEASE_WITHDRAWN = "release_withdrawn"
    RELEASE_MISSING = "release_missing"
    PAID_NOT_ALLOWED = "paid_not_allowed"
    EXCLUDED_BY_REQUESTER = "excluded_by_requester"
    FORBIDDEN = "forbidden"


CONFLICT_REASONS = frozenset(
    {
        ReasonCode.OWN_ORGANISATION,
        ReasonCode.DECLARED_INTEREST,
        ReasonCode.STALE_INTEREST,
        ReasonCode.SAME_ICB,
        ReasonCode.EXCLUDED_BY_REQUESTER,
    }
)
"""The rules that make a partner conflicted rather than unsuited."""


class ReviewFlag(StrEnum):
    """What a reviewer should look at before deciding on a candidate; never a reason to leave it out."""

    SAME_ICB = "same_icb"
    FORMER_EMPLOYER = "former_employer"
    MANDATED_PROGRAMME = "mandated_programme"
    STALE_DATA = "stale_data"
    RELEASE_MISSING = "release_missing"
    PAID_OFFER = "paid_offer"
    LOW_FIT = "low_fit"
    LOCKED_AGAINST_RULE = "locked_against_rule"


class Standing(StrEnum):
    """Where a partner that is not on a request stands: what keeps it from helping."""

    ROOM_LEFT = "room_left"
    COMMITTED_ELSEWHERE = "committed_elsewhere"
    CONCURRENCY_REACHED = "concurrency_reached"
    BLOCK_TOO_LARGE = "block_too_large"
    TEAM_FULL = "team_full"
    REQUEST_MET = "request_met"
    FORBIDDEN = "forbidden"
    NOT_A_CANDIDATE = "not_a_candidate"


class Change(StrEnum):
    """One relaxation that would give an unmet request a partner, smallest first."""

    ONE_MORE_DAY = "one_more_day"
    LONGER_WINDOW = "longer_window"
    LOWER_LEVEL = "lower_level"
    WIDER_REACH = "wider_reach"


class NextStep(StrEnum):
    """What the requester or the national team can do about an unmet request."""

    WAITING_BONUS = "waiting_bonus"
    RECRUIT_SKILL = "recruit_skill"
    CLEAR_CONFLICT = "clear_conflict"
    WIDEN_WINDOW = "widen_window"
    FIND_ONE_MORE_DAY = "find_one_more_day"
    ENLARGE_TEAM = "enlarge_team"
    WIDEN_REACH = "widen_reach"
    LOWER_LEVEL = "lower_level"
