"""What stands between a run and its publication, and who may take the next step."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor, AnyActor
from webapp.authority.matrix import Action
from webapp.national.presenters.run_lines import run_name
from webapp.services.publications import Publication, Readiness
from webapp.services.roll_backs import RollBackEffect
from webapp.services.runs import RunOverview
from webapp.ui import choices, formats


@dataclass(frozen=True, slots=True)
class PublicationPage:
    """The page of a run's publication."""

    run: str
    round_name: str
    back: str
    offers: str
    unmet: str
    hindrances: tuple[str, ...]
    review: str
    run_again: str
    state: str
    colour: str
    lead: str
    note: str
    can_propose: bool
    publish: str
    roll_back: str
    no_roll_back: str
    letters: str


@dataclass(frozen=True, slots=True)
class RollBackPage:
    """The page before a publication is taken back."""

    back: str
    lead: str
    hindrance: str


def publication_page(
    overview: RunOverview, ready: Readiness, live: Publication | None, actor: AnyActor, no_roll_back: str = ""
) -> PublicationPage:
    """The publication of a run, as this reader may act on it; ``no_roll_back`` says why it cannot be taken back."""
    row = overview.run
    state = live.state.value if live else ""
    is_own = live is not None and isinstance(actor, Actor) and live.proposed_by == actor.user_id
    publishes = state == "proposed" and matrix.opens(actor, Action.RUN_PUBLISH) and not is_own
    rolls_back = state == "confirmed" and matrix.opens(actor, Action.RUN_ROLL_BACK)
    proposes = live is None and ready.is_ready and matrix.opens(actor, Action.RUN_PROPOSE_PUBLICATION)
    return PublicationPage(
        run=run_name(row),
        round_name=row.round.name,
        back=url_for("national.run_page", run_id=row.id),
        offers=formats.plural(ready.offers, "offer") if state != "confirmed" else "",
        unmet=formats.plural(overview.unmet, "request"),
        hindrances=() if live else ready.hindrances,
        review=url_for("national.work_list", run_id=row.id, decision="undecided"),
        run_again=url_for("national.new_run", round_id=row.round_id)
        if matrix.opens(actor, Action.RUN_START)
        else "",
        state=choices.title("publication_state", state) if live else "",
        colour=choices.colour("publication_state", state) if live else "",
        lead=_lead(live, is_own=is_own),
        note=live.note if live else "",
        can_propose=proposes,
        publish=url_for("national.publish", run_id=row.id) if publishes else "",
        roll_back=url_for("national.roll_back", publication_id=live.id)
        if live and rolls_back and not no_roll_back
        else "",
        no_roll_back=no_roll_back if rolls_back else "",
        letters=url_for("national.work_list", run_id=row.id, decision="approve"),
    )


def roll_back_page(effect: RollBackEffect) -> RollBackPage:
    """What rolling back would do."""
    offers = formats.plural(effect.offers, "offer")
    return RollBackPage(
        back=url_for("national.publication", run_id=effect.publication.run_id),
        lead=f"{offers} would be taken back, the days freed, and everybody told who had heard of a result. "
        "The round goes back to review, with all decisions kept.",
        hindrance=effect.hindrance,
    )


def _lead(live: Publication | None, *, is_own: bool) -> str:
    if live is None:
        return ""
    if live.state.value == "proposed":
        who = (
            "You proposed it, so another administrator"
            if is_own
            else "An administrator who did not propose it"
        )
        return f"Proposed on {formats.moment(live.proposed_at)}. {who} confirms it or sends it back."
    return f"Published on {formats.moment(live.decided_at)}."
