"""Who may support whom: one function for each hard rule, and the codes of the rules that a pair fails.

The rules are asked in the order of ``ReasonCode``. ``matcher.candidates.columns`` asks the same rules of all
partners at once; the two are tested against each other, and a rule is changed in both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from matcher.candidates.reasons import ReasonCode, ReviewFlag
from matcher.candidates.scoring import score
from matcher.problem.partners import CostBasis, Delivery, Partner, Reach, Release
from matcher.problem.policy import Policy
from matcher.problem.requests import SupportRequest
from matcher.problem.snapshot import Snapshot
from matcher.problem.taxonomy import CLOSE_ENOUGH

FORMER_EMPLOYER_MONTHS = 24

Rule = Callable[[Partner, SupportRequest, Snapshot], bool]


def lacks_close_skill(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> bool:
    """No skill held is close enough to any skill asked for."""
    closeness = snapshot.taxonomy.closeness
    return not any(
        closeness(wanted.skill, held.skill) >= CLOSE_ENOUGH
        for wanted in request.skills
        for held in partner.skills
    )


def is_out_of_reach(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> bool:
    """The request lies further from the partner's home than the partner goes."""
    if partner.reach is Reach.NATIONAL:
        return False
    if partner.reach is Reach.ICB:
        return partner.icb is None or partner.icb != request.icb
    if partner.region == request.region:
        return False
    return partner.reach is Reach.REGION or request.region not in snapshot.policy.neighbours_of(
        partner.region
    )


def delivers_otherwise(partner: Partner, request: SupportRequest, _snapshot: Snapshot) -> bool:
    """One side works on site only and the other remotely only."""
    return {partner.delivery, request.delivery} == {Delivery.ON_SITE, Delivery.REMOTE}


def days_in_window(partner: Partner, request: SupportRequest) -> int:
    """Whole days of the partner in the request's months, before anything is promised."""
    first, last = request.window
    return sum(partner.capacity[first : last + 1])


def least_days(partner: Partner, request: SupportRequest) -> int:
    """The partner's smallest block, or all of a request that is smaller."""
    return min(partner.smallest_block, request.days)


def has_no_capacity(partner: Partner, request: SupportRequest, _snapshot: Snapshot) -> bool:
    """The partner has fewer days in the window than its smallest block."""
    return days_in_window(partner, request) < least_days(partner, request)


def has_too_low_fit(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> bool:
    """The fit is below the least that the policy allows, if it sets one."""
    least = snapshot.policy.least_fit
    return least > 0 and score(partner, request, snapshot).fit < least


def is_own_organisation(partner: Partner, request: SupportRequest, _snapshot: Snapshot) -> bool:
    """The partner is employed by, or is, the beneficiary or the requester."""
    return partner.organisation is not None and partner.organisation in _sides(request)


def has_declared_interest(partner: Partner, request: SupportRequest, _snapshot: Snapshot) -> bool:
    """The partner has declared an interest in the beneficiary or the requester."""
    return any(interest.organisation in _sides(request) for interest in partner.interests)


def has_stale_interests(partner: Partner, _request: SupportRequest, snapshot: Snapshot) -> bool:
    """The declaration, or one interest in it, was never confirmed or too long ago."""
    return are_interests_stale(partner, snapshot.as_of, snapshot.policy.stale_interest_months)


def is_barred_by_icb(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> bool:
    """Both are in one ICB, and the policy does not allow that."""
    return not snapshot.policy.same_icb_allowed and is_same_icb(partner, request)


def has_release_withdrawn(partner: Partner, _request: SupportRequest, _snapshot: Snapshot) -> bool:
    """The employer has withdrawn the release."""
    return partner.release is Release.WITHDRAWN


def lacks_release(partner: Partner, _request: SupportRequest, snapshot: Snapshot) -> bool:
    """The employer has not released the partner, and the policy insists on it."""
    return partner.release is Release.MISSING and snapshot.policy.missing_release_blocks


def is_paid_offer(partner: Partner, _request: SupportRequest, snapshot: Snapshot) -> bool:
    """The partner works by contract, and the policy has paid offers off."""
    return partner.cost_basis is CostBasis.CONTRACT and not snapshot.policy.paid_offers_allowed


def is_excluded(partner: Partner, request: SupportRequest, _snapshot: Snapshot) -> bool:
    """The requester asked not to be matched with this partner."""
    return partner.id in request.excluded


def is_forbidden(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> bool:
    """A reviewer has forbidden the pair."""
    return (partner.id, request.id) in snapshot.forbidden_pairs


RULES: dict[ReasonCode, Rule] = {
    ReasonCode.NO_CLOSE_SKILL: lacks_close_skill,
    ReasonCode.REACH: is_out_of_reach,
    ReasonCode.DELIVERY_MODE: delivers_otherwise,
    ReasonCode.NO_CAPACITY_IN_WINDOW: has_no_capacity,
    ReasonCode.FIT_TOO_LOW: has_too_low_fit,
    ReasonCode.OWN_ORGANISATION: is_own_organisation,
    ReasonCode.DECLARED_INTEREST: has_declared_interest,
    ReasonCode.STALE_INTEREST: has_stale_interests,
    ReasonCode.SAME_ICB: is_barred_by_icb,
    ReasonCode.RELEASE_WITHDRAWN: has_release_withdrawn,
    ReasonCode.RELEASE_MISSING: lacks_release,
    ReasonCode.PAID_NOT_ALLOWED: is_paid_offer,
    ReasonCode.EXCLUDED_BY_REQUESTER: is_excluded,
    ReasonCode.FORBIDDEN: is_forbidden,
}


def failed_rules(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> tuple[ReasonCode, ...]:
    """Every rule the pair fails, in the order of the rules; empty for a candidate."""
    return tuple(code for code, fails in RULES.items() if fails(partner, request, snapshot))


def is_older(day: date, as_of: date, months: int) -> bool:
    """Did ``day`` lie more than ``months`` calendar months before ``as_of``?"""
    age = (as_of.year - day.year) * 12 + as_of.month - day.month
    return age > months or (age == months and as_of.day > day.day)


def are_interests_stale(partner: Partner, as_of: date, months: int) -> bool:
    """Was the declaration as a whole, or one interest in it, last confirmed too long ago or never?"""
    confirmed = [partner.interests_confirmed_on, *(interest.confirmed_on for interest in partner.interests)]
    return any(day is None or is_older(day, as_of, months) for day in confirmed)


def is_same_icb(partner: Partner, request: SupportRequest) -> bool:
    """Are both in one known ICB?"""
    return partner.icb is not None and partner.icb == request.icb


def is_former_employer(partner: Partner, request: SupportRequest, as_of: date) -> bool:
    """Was the partner employed there within the last two years?"""
    return any(
        former.organisation in _sides(request) and not is_older(former.left_on, as_of, FORMER_EMPLOYER_MONTHS)
        for former in partner.former_employers
    )


def review_flags(partner: Partner, request: SupportRequest, snapshot: Snapshot) -> tuple[ReviewFlag, ...]:
    """What a reviewer should look at in this pair, whatever its score (PRODUCT.md section 6)."""
    raised = {
        ReviewFlag.SAME_ICB: is_same_icb(partner, request),
        ReviewFlag.FORMER_EMPLOYER: is_former_employer(partner, request, snapshot.as_of),
        ReviewFlag.MANDATED_PROGRAMME: request.in_mandated_programme,
        ReviewFlag.STALE_DATA: _is_profile_stale(partner, snapshot.as_of, snapshot.policy),
        ReviewFlag.RELEASE_MISSING: partner.release is Release.MISSING,
        ReviewFlag.PAID_OFFER: partner.cost_basis is CostBasis.CONTRACT,
    }
    return tuple(flag for flag, is_raised in raised.items() if is_raised)


def _is_profile_stale(partner: Partner, as_of: date, policy: Policy) -> bool:
    return partner.checked_on is None or is_older(partner.checked_on, as_of, policy.stale_interest_months)


def _sides(request: SupportRequest) -> tuple[str | None, str]:
    return request.beneficiary, request.requester
