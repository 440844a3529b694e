"""What each section of the network's page says in one sentence, beside its heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from webapp.national.presenters.provider_words import DISTANCES, SIZES
from webapp.services.network_pictures import BoardHelp, Flow, Network
from webapp.services.provider_groups import Help
from webapp.ui import formats


def gists(found: Network, labels: Mapping[str, str]) -> Mapping[str, str]:
    """A sentence for each section, by its anchor; empty where there is nothing to say."""
    return {
        "flows": _own_share(found.flows),
        "priorities": _most_days(found.flows, labels),
        "map": _least_met(found.boards),
        "fairness": " ".join(
            (_span("size", found.sizes, SIZES), _span("distance", found.distances, DISTANCES))
        ),
        "thin": _thin(found),
    }


def _own_share(flows: Sequence[Flow]) -> str:
    total = sum(flow.days for flow in flows)
    own = sum(flow.days for flow in flows if flow.home == flow.region)
    return f"{formats.share(own / total)} of the days stay in the partner's own region." if total else ""


def _most_days(flows: Sequence[Flow], labels: Mapping[str, str]) -> str:
    days: Counter[str] = Counter()
    for flow in flows:
        days[flow.priority or ""] += flow.days
    if not days:
        return ""
    code = min(days, key=lambda each: (-days[each], each))
    return f"Most for {labels.get(code, formats.NOTHING).lower()}: {formats.days(days[code])}."


def _least_met(boards: Sequence[BoardHelp]) -> str:
    if not boards:
        return ""
    least = min(boards, key=lambda each: (each.help.share, each.name))
    number = formats.plural(len(boards), "board")
    return f"{number} with requests. Least met: {least.name}, {formats.share(least.help.share)}."


def _span(grouping: str, groups: Sequence[Help], words: Mapping[str, str]) -> str:
    """How far apart the best and the worst served group of a grouping are."""
    shares = [
        each.share for each in groups if each.code in words and each.code != "unstated" and each.days_wanted
    ]
    if not shares:
        return ""
    return f"By {grouping}, {formats.share(min(shares))} to {formats.share(max(shares))} of the days are met."


def _thin(found: Network) -> str:
    alone = sum(each.only > 0 for each in found.leaning)
    skills = formats.plural(len(found.thin), "skill")
    partners = formats.plural(alone, "partner is", "partners are") if alone else "no partner is"
    return f"{skills} held by at most one partner; {partners} the only candidate of a request."
