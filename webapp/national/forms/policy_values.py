"""Between a version's settings and the form's fields: shares as per cent, levels as places, reserves as lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.national.forms.policy import SWITCHES, PolicyFields
from webapp.national.forms.policy_reserves import RESERVES
from webapp.services.policies import PolicyDraft, Settings
from webapp.services.service_rules import ServiceRules, with_values
from webapp.ui import ladder


def data_of(settings: Settings) -> dict[str, Any]:
    """What the form shows for a version's settings; name, reason and date are left to the person."""
    matching, rules = settings.matching, settings.rules
    places = {name: str(place) for place, name in enumerate(matching.ladder, start=1)}
    return {
        **{f"weight_{each.code}": each.weight for each in matching.priorities},
        **{f"floor_{each.code}": _percent(each.floor) for each in matching.priorities},
        **{f"region_floor_{each.code}": _percent(each.floor) for each in matching.regions},
        **{f"place_{name}": places.get(name, "") for name in ladder.LEVELS},
        **{f"score_{name}": _percent(getattr(matching.score_weights, name)) for name in ladder.SCORE_PARTS},
        **{f"rank_{rank}": _percent(each) for rank, each in enumerate(matching.rank_factors, start=1)},
        "mandated_share": _percent(matching.mandated_share),
        "skill_bonus": matching.skill_bonus,
        "low_fit": matching.low_fit,
        "least_fit": matching.least_fit,
        "stale_interest_months": matching.stale_interest_months,
        "beneficiary_cap": rules.beneficiary_cap,
        "lapse_working_days": rules.lapse_working_days,
        "waiting_credit": _percent(rules.waiting_credit_each_round),
        "lagging_credit": _percent(rules.lagging_group_credit),
        "switches": [each.value for each in SWITCHES if getattr(matching, each.value)],
        **_reserve_data(rules),
    }


def draft_of(form: PolicyFields, base: Settings) -> PolicyDraft:
    """The version that a valid form asks for; what the form does not hold is taken from ``base``."""
    return PolicyDraft(
        name=str(form["name"].data),
        reason=str(form.reason.data),
        effective_from=form.effective_from.data,
        parameters=_parameters(form, base),
        rules=with_values(
            base.rules,
            {
                "beneficiary_cap": form.beneficiary_cap.data,
                "lapse_working_days": form.lapse_working_days.data,
                "waiting_credit_each_round": _share(form.waiting_credit.data),
                "lagging_group_credit": _share(form.lagging_credit.data),
                "reserves": form.reserves(),
            },
        ),
    )


def _parameters(form: PolicyFields, base: Settings) -> dict[str, Any]:
    neighbours = {each.code: list(each.neighbours) for each in base.matching.regions}
    chosen = form.switches.data or []
    return {
        "priorities": [
            {"code": code, "weight": form[f"weight_{code}"].data, "floor": _share(form[f"floor_{code}"].data)}
            for code in form.priorities
        ],
        "regions": [
            {
                "code": code,
                "floor": _share(form[f"region_floor_{code}"].data),
                "neighbours": neighbours.get(code, []),
            }
            for code in form.regions
        ],
        "ladder": form.ladder(),
        "score_weights": {name: _share(form[f"score_{name}"].data) for name in ladder.SCORE_PARTS},
        "rank_factors": [_share(form[f"rank_{rank}"].data) for rank in (1, 2, 3)],
        "mandated_share": _share(form.mandated_share.data),
        "skill_bonus": form.skill_bonus.data,
        "low_fit": form.low_fit.data,
        "least_fit": form.least_fit.data,
        "stale_interest_months": form.stale_interest_months.data,
        **{each.value: each.value in chosen for each in SWITCHES},
    }


def _reserve_data(rules: ServiceRules) -> Mapping[str, Any]:
    data: dict[str, Any] = {f"reserve_{number}_unit": "days" for number in range(1, RESERVES + 1)}
    for number, each in enumerate(rules.reserves[:RESERVES], start=1):
        start = f"reserve_{number}_"
        data |= {
            f"{start}region": each.region or "",
            f"{start}priority": each.priority or "",
            f"{start}amount": each.days_each_month or round((each.share or 0) * 100),
            f"{start}unit": "days" if each.days_each_month else "share",
            f"{start}until": each.until,
        }
    return data


def _percent(share: float) -> float:
    return round(share * 100, 4)


def _share(percent: float | None) -> float:
    return round((percent or 0.0) / 100, 6)
