"""The review of a run: the work list, the next match, one match with everything about it, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.review import ApproveAllForm, DecisionForm
from webapp.national.presenters import comments as comments_shown
from webapp.national.presenters import match as match_pages_shown
from webapp.national.presenters import match_files
from webapp.national.presenters import review as pages
from webapp.national.presenters import work_lists as lines
from webapp.national.presenters.suggestions import suggestions_shown
from webapp.services import (
    bulk_decisions,
    comments,
    decisions,
    limits,
    match_pages,
    registry,
    review,
    review_flags,
    suggestions,
    unmet_pages,
    work_lists,
)
from webapp.services.decisions import Verdict
from webapp.services.failures import NotFound
from webapp.services.paging import MOST_IN_FILE, WHOLE, Paging
from webapp.services.review import DecisionKind
from webapp.services.review_flags import Alongside
from webapp.ui.files import may_export
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE, Listing


@bp.route("/national/runs/<uuid:run_id>/review")
@allow(Action.PROPOSAL_READ)
def work_list(run_id: UUID) -> ResponseReturnValue:
    """Matches of a run, those that need judgement first."""
    unit, actor = current_unit(), current_actor()
    listing = _listing()
    view = listing.read(request.args)
    found = work_lists.work_list(
        unit,
        actor=actor,
        run_id=run_id,
        wanted=lines.match_filter(view),
        paging=Paging(view.page, ROWS_ON_A_PAGE),
    )
    table = listing.page(
        view,
        [lines.match_line(each, lines.narrowed(view.filters)) for each in found.rows],
        found.total,
        csv_href=url_for("national.work_list_csv", run_id=run_id) if may_export(actor) else None,
    )
    overview = review.overview(unit, actor=actor, run_id=run_id)
    heard = comments.regions_heard(unit, actor=actor, round_id=overview.round.id)
    page = pages.work_list_page(
        overview,
        review.progress(unit, actor=actor, run_id=run_id),
        work_lists.to_look_at(unit, actor=actor, run_id=run_id),
        severe=unmet_pages.severe(unit, actor=actor, run_id=run_id),
        heard=comments_shown.heard(heard, overview.round.comments_until),
        has_comments=bool(heard),
        actor=actor,
    )
    return render_template("national/review/list.html", table=table, page=page)


@bp.route("/national/runs/<uuid:run_id>/review.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def work_list_csv(run_id: UUID) -> ResponseReturnValue:
    """The work list as a file, all pages of it."""
    unit, actor = current_unit(), current_actor()
    listing = _listing()
    wanted = lines.match_filter(listing.read(request.args))
    found = work_lists.work_list(unit, actor=actor, run_id=run_id, wanted=wanted, paging=WHOLE)
    return listing.file_of(
        [lines.match_line(each, {}) for each in found.rows], "proposed-matches", most=MOST_IN_FILE
    )


@bp.route("/national/runs/<uuid:run_id>/review/next")
@allow(Action.PROPOSAL_APPROVE)
def next_match(run_id: UUID) -> ResponseReturnValue:
    """On to the next match that nobody has decided on, of those that the list shows."""
    unit, actor = current_unit(), current_person()
    after = pages.uuid_or_none(request.args.get("after"))
    found = work_lists.next_undecided(unit, actor=actor, run_id=run_id, wanted=_wanted(), after=after)
    return redirect(_onward(run_id, found, _narrowed()))


@bp.route("/national/runs/<uuid:run_id>/approve", methods=["GET", "POST"])
@allow(Action.PROPOSAL_APPROVE)
def approve_unflagged(run_id: UUID) -> ResponseReturnValue:
    """Approve at once every match without a flag."""
    unit, actor = current_unit(), current_person()
    waiting = review_flags.waiting(unit, actor=actor, run_id=run_id)
    form = ApproveAllForm()
    form.also.choices = pages.alongside(waiting)
    outcome: list[bulk_decisions.BulkOutcome] = []

    def act() -> None:
        also = frozenset(map(Alongside, form.also.data or ()))
        reason = form.reason.data
        outcome.append(
            bulk_decisions.approve_unflagged(unit, actor=actor, run_id=run_id, reason=reason, also=also)
        )

    if form.validate_on_submit() and attempt(form, act):
        flash(pages.said_of(outcome[0]), "success")
        return redirect(url_for("national.work_list", run_id=run_id), 303)
    page = pages.bulk_page(run_id, waiting)
    return render_template("national/review/approve.html", form=form, page=page), form.status


@bp.route("/national/matches/<uuid:match_id>", methods=["GET", "POST"])
@allow(Action.PROPOSAL_READ, post=Action.PROPOSAL_APPROVE)
def match(match_id: UUID) -> ResponseReturnValue:
    """One match: why, who comes next, who loses; the decision on it, and on to the next."""
    found, page = _match(match_id)
    run_id = found.match.run_id
    form = DecisionForm()
    form.offer(is_decided=page.is_decided)
    if not form.is_submitted():
        form.seen.data = page.seen

    def newer() -> dict[str, str]:
        nonlocal page
        now, page = _match(match_id)
        form.seen.data = page.seen
        return match_pages_shown.newer(now)

    if form.validate_on_submit() and attempt(form, lambda: _decide(match_id, form), newer=newer):
        unit, actor = current_unit(), current_person()
        flash(pages.kept(page.partner, review.progress(unit, actor=actor, run_id=run_id)), "success")
        after = work_lists.next_undecided(unit, actor=actor, run_id=run_id, wanted=_wanted(), after=match_id)
        return redirect(_onward(run_id, after, _narrowed()), 303)
    named = suggestions.of_request(current_unit(), actor=current_actor(), request_id=found.request.id)
    return render_template(
        "national/review/match.html",
        page=page,
        form=form,
        act=ActForm(),
        files=_match_files(match_id),
        suggestions=suggestions_shown(named),
    ), form.status


@bp.route("/national/matches/<uuid:match_id>/<string(maxlength=20):part>.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def match_file(match_id: UUID, part: str) -> ResponseReturnValue:
    """One table of the page of a match as a file."""
    found = match_files.lists(_match(match_id)[1]).get(part)
    if found is None:
        raise NotFound("no such list")
    listing, rows = found
    return listing.file_of(rows, f"match-{part}")


@bp.route("/national/decisions/<uuid:decision_id>/confirm", methods=["POST"])
@allow(Action.OVERRIDE_CONFIRM)
def confirm_override(decision_id: UUID) -> ResponseReturnValue:
    """A second person's yes to a swap."""
    form = ActForm()
    if not form.validate_on_submit():
        return redirect(url_for("national.round_list"), 303)
    row = decisions.confirm_override(current_unit(), actor=current_person(), decision_id=decision_id)
    flash("The swap is confirmed. It takes effect when the round is run again.", "success")
    return redirect(url_for("national.match", match_id=row.match_id), 303)


def _match(match_id: UUID) -> tuple[match_pages.MatchPage, match_pages_shown.MatchShown]:
    unit, actor = current_unit(), current_actor()
    found = match_pages.match_page(unit, actor=actor, match_id=match_id)
    labels = registry.labels(unit, actor=actor, codes=match_pages_shown.codes_of(found))
    return found, match_pages_shown.match_page(found, labels, actor, _narrowed())


def _match_files(match_id: UUID) -> dict[str, str]:
    if not may_export(current_actor()):
        return {}
    return {part: url_for("national.match_file", match_id=match_id, part=part) for part in match_files.PARTS}


def _decide(match_id: UUID, form: DecisionForm) -> None:
    verdict = Verdict(
        kind=DecisionKind(form.kind.data),
        reason=match_pages_shown.reason_words(form.reason_code.data, form.reason.data),
        reason_code=form.reason_code.data or "",
        seen=pages.uuid_or_none(form.seen.data),
    )
    decisions.decide(current_unit(), actor=current_person(), match_id=match_id, verdict=verdict)


def _onward(run_id: UUID, match_id: UUID | None, narrowed: Mapping[str, Any]) -> str:
    """The page of the next match, or the whole list once none is left."""
    if match_id is None:
        return url_for("national.work_list", run_id=run_id, **narrowed)
    return url_for("national.match", match_id=match_id, **narrowed)


def _wanted() -> work_lists.MatchFilter:
    return lines.next_filter(_narrowed())


def _narrowed() -> dict[str, Any]:
    return lines.narrowed(request.args)


def _listing() -> Listing:
    unit, actor = current_unit(), current_actor()
    nodes = registry.terms(unit, actor=actor, kind=registry.NodeKind.PRIORITY)
    regions = registry.regions(unit, actor=actor)
    return lines.work_listing(
        tuple((node.code, node.label) for node in nodes), tuple((row.code, row.name) for row in regions)
    )
