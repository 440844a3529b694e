"""The transparency record in words: standing answers from ``transparency.toml``, filled with what holds now."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from webapp.services.published import Facts, PublicPolicy
from webapp.services.transparency import RecordFacts
from webapp.ui import formats, ladder

Row = tuple[str, str, str]
FEWER = "fewer than 5"
NO_POLICY = "No policy is in force yet"
SWITCHES: Mapping[str, tuple[str, str]] = {
    "paid_offers_allowed": ("Paid offers are used", "Paid offers are not used"),
    "missing_release_blocks": (
        "An expert without their employer's release is not matched",
        "An employer's release that is missing is flagged to reviewers",
    ),
    "same_icb_allowed": (
        "A partner of the same integrated care board may be matched, and is flagged",
        "A partner of the same integrated care board is not matched",
    ),
    "public_context": (
        "Published performance figures change scores",
        "Published performance figures are shown beside a request and change no score",
    ),
    "essential_is_hard": (
        "A partner team must cover every skill marked essential",
        "A skill marked essential counts more, without ruling others out",
    ),
}
"""What each switch means when it is on, and when it is off."""


def switches_of(policy: PublicPolicy) -> tuple[str, ...]:
    """The switches of a policy, a sentence each; a least fit only where one is set."""
    told = tuple(words[0 if policy.switches[name] else 1] for name, words in SWITCHES.items())
    if policy.least_fit <= 0:
        return told
    return (*told, f"A partner whose fit is below {policy.least_fit:g} is not matched to a request")


def record(facts: RecordFacts) -> tuple[Row, ...]:
    """Section, question and answer, in order."""
    values = {
        **{name: FEWER if count is None else formats.count(count) for name, count in facts.counts.items()},
        **_settings(facts.policy),
        "answer_within": (
            f", within {formats.plural(facts.answer_within_days, 'working day')}"
            if facts.answer_within_days
            else ""
        ),
    }
    return tuple(
        (section, each["question"], each["answer"].format_map(values))
        for section, questions in _questions().items()
        for each in questions
    )


def _settings(facts: Facts) -> dict[str, str]:
    policy = facts.policy
    priorities = "; ".join(
        each.label
        + (f", weight {each.weight:g}" if each.weight is not None else "")
        + (f", at least {formats.share(each.floor)} of the days asked for" if each.floor else "")
        for each in facts.priorities
    )
    if policy is None:
        unset = dict.fromkeys(("ladder", "score", "switches", "since"), f"{NO_POLICY}.")
        return {**unset, "priorities": f"{priorities}." if priorities else "None are set yet."}
    parts = (
        f"{ladder.SCORE_PARTS[name].title} {formats.share(weight)}"
        for name, weight in policy.score_weights.items()
    )
    levels = (f"{number}. {ladder.LEVELS[name].title}" for number, name in enumerate(policy.ladder, start=1))
    return {
        "priorities": f"{priorities}.",
        "ladder": "; ".join(levels) + ".",
        "score": "; ".join(parts) + ".",
        "switches": ". ".join(switches_of(policy)) + ".",
        "since": f"{formats.day(policy.effective_from)}.",
    }


def _questions() -> Mapping[str, list[dict[str, str]]]:
    with Path(__file__).with_suffix(".toml").open("rb") as file:
        return tomllib.load(file)
