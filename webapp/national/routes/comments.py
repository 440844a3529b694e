"""A region says something about a proposed match, or about a request that is left short."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.review import CommentForm
from webapp.national.presenters import comments as pages
from webapp.services import comments, limits, rounds
from webapp.services.paging import MOST_IN_FILE

SAID = "Your comment is kept. The national team reads it before it decides."


@bp.route("/national/rounds/<uuid:round_id>/comments.csv")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def comments_csv(round_id: UUID) -> ResponseReturnValue:
    """All that regions have said about a round's proposals, as a file."""
    rounds.load(current_unit(), actor=current_actor(), round_id=round_id)
    found = comments.of_round(current_unit(), actor=current_actor(), round_id=round_id)
    return pages.COMMENTS.file_of(found, "comments-of-regions", most=MOST_IN_FILE)


@bp.route("/national/matches/<uuid:match_id>/comment", methods=["GET", "POST"])
@allow(Action.PROPOSAL_COMMENT)
def comment_on_match(match_id: UUID) -> ResponseReturnValue:
    """Comment on a proposed match."""
    unit, actor = current_unit(), current_person()
    form, back = CommentForm(), url_for("national.match", match_id=match_id)
    about = comments.about_match(unit, actor=actor, match_id=match_id)

    def say() -> None:
        comments.on_match(unit, actor=actor, match_id=match_id, words=form.words.data)

    if form.validate_on_submit() and attempt(form, say):
        flash(SAID, "success")
        return redirect(back, 303)
    return render_template("national/review/comment.html", form=form, about=about, back=back), form.status


@bp.route("/national/runs/<uuid:run_id>/unmet/<uuid:request_id>/comment", methods=["GET", "POST"])
@allow(Action.PROPOSAL_COMMENT)
def comment_on_unmet(run_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Comment on a request that is left short."""
    unit, actor = current_unit(), current_person()
    form, back = CommentForm(), url_for("national.unmet_request", run_id=run_id, request_id=request_id)
    about = comments.about_unmet(unit, actor=actor, run_id=run_id, request_id=request_id)

    def say() -> None:
        comments.on_unmet(unit, actor=actor, run_id=run_id, request_id=request_id, words=form.words.data)

    if form.validate_on_submit() and attempt(form, say):
        flash(SAID, "success")
        return redirect(back, 303)
    return render_template("national/review/comment.html", form=form, about=about, back=back), form.status
