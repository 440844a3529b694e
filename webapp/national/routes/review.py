"""The review of a run: the work list, requests left short, one match with everything about it, decisions."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.review import ApproveAllForm, DecisionForm
from webapp.national.presenters import match as match_pages_shown
from webapp.national.presenters import review as pages
from webapp.services import bulk_decisions, decisions, limits, match_pages, registry, review
from webapp.services.decisions import Verdict
from webapp.services.paging import MOST_ROWS, Paging
from webapp.services.review import DecisionKind
from webapp.ui.fields import Choice
from webapp.ui.forms import ActForm
from webapp.ui.listing import ROWS_ON_A_PAGE


@bp.route("/national/runs/<uuid:run_id>/review")
@allow(Action.PROPOSAL_READ)
def work_list(run_id: UUID) -> ResponseReturnValue:
    """Matches of a run, those that need judgement first."""
    unit, actor = current_unit(), current_actor()
    listing = pages.work_listing(*_filters())
    view = listing.read(request.args)
    found = review.work_list(
        unit,
        actor=actor,
        run_id=run_id,
        wanted=pages.match_filter(view),
        paging=Paging(view.page, ROWS_ON_A_PAGE),
    )
    table = listing.page(
        view,
        [pages.match_line(each) for each in found.rows],
        found.total,
        csv_href=url_for("national.work_list_csv", run_id=run_id) if pages.may_export(actor) else None,
    )
    page = pages.work_list_page(run_id, review.progress(unit, actor=actor, run_id=run_id), actor)
    return render_template("national/review/list.html", table=table, page=page)


@bp.route("/national/runs/<uuid:run_id>/review.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def work_list_csv(run_id: UUID) -> ResponseReturnValue:
    """The work list as a file, all pages of it."""
    unit, actor = current_unit(), current_actor()
    listing = pages.work_listing(*_filters())
    wanted = pages.match_filter(listing.read(request.args))
    lines, number, total = [], 1, 1
    while (number - 1) * MOST_ROWS < total:
        found = review.work_list(
            unit, actor=actor, run_id=run_id, wanted=wanted, paging=Paging(number, MOST_ROWS)
        )
        lines += [pages.match_line(each) for each in found.rows]
        number, total = number + 1, found.total
    return listing.file(lines, {}, "proposed-matches")


@bp.route("/national/runs/<uuid:run_id>/unmet")
@allow(Action.PROPOSAL_READ)
def unmet(run_id: UUID) -> ResponseReturnValue:
    """Requests left short of days, the most severe first, with reason and remedy."""
    unit, actor = current_unit(), current_actor()
    view = pages.UNMET.read(request.args)
    found = review.unmet(unit, actor=actor, run_id=run_id, paging=Paging(view.page, ROWS_ON_A_PAGE))
    table = pages.UNMET.page(view, [pages.unmet_line(row) for row in found.rows], found.total)
    return render_template("national/review/unmet.html", table=table, page=pages.back_to_run(run_id, actor))


@bp.route("/national/runs/<uuid:run_id>/approve", methods=["GET", "POST"])
@allow(Action.PROPOSAL_APPROVE)
def approve_unflagged(run_id: UUID) -> ResponseReturnValue:
    """Approve at once every match without a flag."""
    unit, actor = current_unit(), current_person()
    waiting = review.unflagged(unit, actor=actor, run_id=run_id)
    form = ApproveAllForm()
    outcome: list[bulk_decisions.BulkOutcome] = []

    def act() -> None:
        reason = form.reason.data
        outcome.append(bulk_decisions.approve_unflagged(unit, actor=actor, run_id=run_id, reason=reason))

    if form.validate_on_submit() and attempt(form, act):
        flash(pages.said_of(outcome[0]), "success")
        return redirect(url_for("national.work_list", run_id=run_id), 303)
    page = pages.bulk_page(run_id, waiting)
    return render_template("national/review/approve.html", form=form, page=page), form.status


@bp.route("/national/matches/<uuid:match_id>", methods=["GET", "POST"])
@allow(Action.PROPOSAL_READ, post=Action.PROPOSAL_APPROVE)
def match(match_id: UUID) -> ResponseReturnValue:
    """One match: why, who comes next, who loses; and the decision on it."""
    found, page = _match(match_id)
    run_id = found.match.run_id
    form = DecisionForm()
    form.replacement_partner_id.choices = [
        Choice("", "Choose a partner"),
        *(Choice(value, words) for value, words in page.replacements),
    ]
    if not form.is_submitted():
        form.seen.data = page.seen

    def newer() -> dict[str, str]:
        nonlocal page
        now, page = _match(match_id)
        form.seen.data = page.seen
        return match_pages_shown.newer(now)

    if form.validate_on_submit() and attempt(form, lambda: _decide(match_id, form), newer=newer):
        flash(f"Your decision on {page.partner} is kept.", "success")
        return redirect(url_for("national.work_list", run_id=run_id), 303)
    return render_template("national/review/match.html", page=page, form=form, act=ActForm()), form.status


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
    return found, match_pages_shown.match_page(found, labels, actor)


def _decide(match_id: UUID, form: DecisionForm) -> None:
    replacement = form.replacement_partner_id.data if form.kind.data == DecisionKind.SWAP else ""
    verdict = Verdict(
        kind=DecisionKind(form.kind.data),
        reason=form.reason.data,
        seen=pages.uuid_or_none(form.seen.data),
        replacement_partner_id=pages.uuid_or_none(replacement),
    )
    decisions.decide(current_unit(), actor=current_person(), match_id=match_id, verdict=verdict)


def _filters() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    unit, actor = current_unit(), current_actor()
    nodes = registry.terms(unit, actor=actor, kind=registry.NodeKind.PRIORITY)
    regions = registry.regions(unit, actor=actor)
    return tuple((node.code, node.label) for node in nodes), tuple((row.code, row.name) for row in regions)
