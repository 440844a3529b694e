"""The matcher's codes in sentences, for each audience: requester, partner, national team.

Conflict reasons are for the national team and the declarer alone (RELIABILITY.md section 2), so requesters
read one sentence for all of them. A test asks for every code in every table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from matcher.allocation.result import UnmetReason
from matcher.candidates.reasons import Change, NextStep, ReasonCode, ReviewFlag, Standing
from webapp.ui import formats


class Audience(StrEnum):
    """Who reads."""

    REQUESTER = "requester"
    PARTNER = "partner"
    NATIONAL = "national"


_CONFLICT_FOR_REQUESTER = "They cannot work independently on this request."
_CONFLICT_FOR_PARTNER = "You cannot work independently on this request."

REASONS: Mapping[ReasonCode, Mapping[Audience, str]] = {
    ReasonCode.NO_CLOSE_SKILL: {
        Audience.REQUESTER: "They do not offer the skills you asked for.",
        Audience.PARTNER: "Your profile has none of the skills that were asked for.",
        Audience.NATIONAL: "No skill close to those asked for.",
    },
    ReasonCode.REACH: {
        Audience.REQUESTER: "They do not work in your area.",
        Audience.PARTNER: "It is outside the area where you offer to work.",
        Audience.NATIONAL: "The requester is outside the partner's reach.",
    },
    ReasonCode.DELIVERY_MODE: {
        Audience.REQUESTER: "They do not work in the way you asked for (on site or remote).",
        Audience.PARTNER: "It asks for a way of working that you do not offer (on site or remote).",
        Audience.NATIONAL: "Delivery modes do not meet (on site or remote).",
    },
    ReasonCode.NO_CAPACITY_IN_WINDOW: {
        Audience.REQUESTER: "They have no days in the months you asked for.",
        Audience.PARTNER: "You offered no days in its months.",
        Audience.NATIONAL: "No declared days in the request's window.",
    },
    ReasonCode.FIT_TOO_LOW: {
        Audience.REQUESTER: "They fit less than the least that the policy allows.",
        Audience.PARTNER: "You fit it less than the least that the policy allows.",
        Audience.NATIONAL: "The fit is below the least that the policy allows.",
    },
    ReasonCode.OWN_ORGANISATION: {
        Audience.REQUESTER: _CONFLICT_FOR_REQUESTER,
        Audience.PARTNER: "It comes from your own organisation.",
        Audience.NATIONAL: "The partner's own organisation.",
    },
    ReasonCode.DECLARED_INTEREST: {
        Audience.REQUESTER: _CONFLICT_FOR_REQUESTER,
        Audience.PARTNER: "You declared an interest in the organisation.",
        Audience.NATIONAL: "Declared interest in the organisation.",
    },
    ReasonCode.STALE_INTEREST: {
        Audience.REQUESTER: _CONFLICT_FOR_REQUESTER,
        Audience.PARTNER: "Your interests were not confirmed within the last 12 months.",
        Audience.NATIONAL: "Interests not confirmed within the months that the policy allows.",
    },
    ReasonCode.SAME_ICB: {
        Audience.REQUESTER: _CONFLICT_FOR_REQUESTER,
        Audience.PARTNER: "The policy of this round keeps partners out of their own integrated care system.",
        Audience.NATIONAL: "Same integrated care board, which this policy does not allow.",
    },
    ReasonCode.RELEASE_WITHDRAWN: {
        Audience.REQUESTER: "They are not available in this round.",
        Audience.PARTNER: "Your employer has withdrawn your release.",
        Audience.NATIONAL: "The employer has withdrawn the release.",
    },
    ReasonCode.RELEASE_MISSING: {
        Audience.REQUESTER: "They are not available in this round.",
        Audience.PARTNER: "Your employer has not confirmed your release.",
        Audience.NATIONAL: "No release from the employer, which this policy requires.",
    },
    ReasonCode.PAID_NOT_ALLOWED: {
        Audience.REQUESTER: "They charge, and paid offers are not part of this round.",
        Audience.PARTNER: "You charge, and paid offers are not part of this round.",
        Audience.NATIONAL: "Paid offer, which this policy does not allow.",
    },
    ReasonCode.EXCLUDED_BY_REQUESTER: {
        Audience.REQUESTER: "Your organisation asked not to be matched with them.",
        Audience.PARTNER: _CONFLICT_FOR_PARTNER,
        Audience.NATIONAL: "Excluded by the requester.",
    },
    ReasonCode.FORBIDDEN: {
        Audience.REQUESTER: "The national team set this pairing aside for this round.",
        Audience.PARTNER: "The national team set this pairing aside for this round.",
        Audience.NATIONAL: "Forbidden by a reviewer.",
    },
}

UNMET: Mapping[UnmetReason, Mapping[Audience, str]] = {
    UnmetReason.NO_CANDIDATE: {
        Audience.REQUESTER: "Nobody in the network offers this kind of help in your area and months.",
        Audience.PARTNER: "Nobody in the network fits this request.",
        Audience.NATIONAL: "No partner passes the rules on skill, reach, mode and months.",
    },
    UnmetReason.ONLY_CONFLICTED: {
        Audience.REQUESTER: "The only partners who fit cannot work independently on this request.",
        Audience.PARTNER: "The only partners who fit cannot work independently on this request.",
        Audience.NATIONAL: "Every partner who fits has a conflict of interest.",
    },
    UnmetReason.NO_CAPACITY_LEFT: {
        Audience.REQUESTER: "All suitable days went to needs that ranked above yours in this round.",
        Audience.PARTNER: "No suitable days were left.",
        Audience.NATIONAL: "Suitable partners have no days left in the window.",
    },
    UnmetReason.OUTRANKED: {
        Audience.REQUESTER: "Suitable partners were needed more elsewhere in this round.",
        Audience.PARTNER: "Suitable partners were needed more elsewhere.",
        Audience.NATIONAL: "Outranked: the days add more elsewhere.",
    },
    UnmetReason.TEAM_FULL: {
        Audience.REQUESTER: "The largest team you asked for was reached before all days were covered.",
        Audience.PARTNER: "The team has the largest size that was asked for.",
        Audience.NATIONAL: "Team size reached before all days were covered.",
    },
    UnmetReason.WINDOW_TOO_SHORT: {
        Audience.REQUESTER: "The months you gave are too few for the days you need.",
        Audience.PARTNER: "The months are too few for the days needed.",
        Audience.NATIONAL: "The window is too short for any partner's smallest block.",
    },
    UnmetReason.ESSENTIAL_SKILL_MISSING: {
        Audience.REQUESTER: "Nobody available has a skill that you marked as essential.",
        Audience.PARTNER: "Nobody available has a skill that was marked as essential.",
        Audience.NATIONAL: "An essential skill is not held by any partner with days.",
    },
}

FLAGS: Mapping[ReviewFlag, str] = {
    ReviewFlag.SAME_ICB: "Partner and requester are in the same integrated care board",
    ReviewFlag.FORMER_EMPLOYER: "The requester employed the partner within the last two years",
    ReviewFlag.MANDATED_PROGRAMME: "The requester is in a mandated programme: join up, do not duplicate",
    ReviewFlag.STALE_DATA: "The partner's interests are due to be confirmed",
    ReviewFlag.RELEASE_MISSING: "The employer has not confirmed the release",
    ReviewFlag.PAID_OFFER: "The partner charges",
    ReviewFlag.LOW_FIT: "Low fit",
    ReviewFlag.LOCKED_AGAINST_RULE: "Locked although a rule speaks against it",
}

STANDINGS: Mapping[Standing, str] = {
    Standing.ROOM_LEFT: "Has days left",
    Standing.COMMITTED_ELSEWHERE: "Days go to other matches",
    Standing.CONCURRENCY_REACHED: "Most engagements at one time reached",
    Standing.BLOCK_TOO_LARGE: "Smallest block of days is larger than what is left",
    Standing.TEAM_FULL: "The team on the request is full",
    Standing.REQUEST_MET: "The request has all its days",
    Standing.FORBIDDEN: "Set aside by a reviewer",
    Standing.NOT_A_CANDIDATE: "Not a candidate",
}

CHANGES: Mapping[Change, str] = {
    Change.ONE_MORE_DAY: "one more day from a suitable partner",
    Change.LONGER_WINDOW: "more months to choose from",
    Change.LOWER_LEVEL: "a skill one level lower",
    Change.WIDER_REACH: "a partner from further away",
}

NEXT_STEPS: Mapping[NextStep, str] = {
    NextStep.WAITING_BONUS: "Ask again in the next round: having waited counts in your favour.",
    NextStep.RECRUIT_SKILL: "The skill is on the list of what the network recruits next.",
    NextStep.CLEAR_CONFLICT: "The national team looks for a partner without a conflict.",
    NextStep.WIDEN_WINDOW: "Give more months in which the support may take place.",
    NextStep.FIND_ONE_MORE_DAY: "One more day from a partner who fits would be enough: the national team can ask.",
    NextStep.ENLARGE_TEAM: "Allow more partners on the request.",
    NextStep.WIDEN_REACH: "Allow remote support, so that partners from further away can help.",
    NextStep.LOWER_LEVEL: "Accept a partner with a little less experience in the skill.",
}


def reason(code: ReasonCode | str, audience: Audience) -> str:
    """Why a partner is no candidate for a request."""
    return REASONS[ReasonCode(code)][audience]


def unmet(code: UnmetReason | str, audience: Audience) -> str:
    """Why a request has no match, or too few days."""
    return UNMET[UnmetReason(code)][audience]


def flag(code: ReviewFlag | str) -> str:
    """What a reviewer should look at."""
    return FLAGS[ReviewFlag(code)]


def standing(code: Standing | str) -> str:
    """Where another candidate of a request stands."""
    return STANDINGS[Standing(code)]


def change(code: Change | str) -> str:
    """One thing that would have to change for an unmet request."""
    return CHANGES[Change(code)]


def remedy(codes: Iterable[Change | str], days: int | None) -> str:
    """What would have to change together, and how many more days that brings where it is known."""
    words = " and ".join(map(change, codes))
    return words if days is None else f"{words} ({formats.days(days)})"


def next_step(code: NextStep | str) -> str:
    """What to do about an unmet request."""
    return NEXT_STEPS[NextStep(code)]
