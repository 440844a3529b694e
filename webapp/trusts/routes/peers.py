"""Organisations with similar needs: seen by those who agreed to be seen, introduced where both say yes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.services import peers, registry
from webapp.trusts.blueprint import bp
from webapp.trusts.presenters import peers as pages
from webapp.ui.forms import ActForm


@bp.route("/requests/<uuid:request_id>/peers")
@allow(Action.PEERS_READ)
def peers_of(request_id: UUID) -> ResponseReturnValue:
    """Who has a similar need, and the introductions so far."""
    unit, actor = current_unit(), current_person()
    found = peers.similar(unit, actor=actor, request_id=request_id)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(found))
    page = pages.peers_page(found, labels, actor)
    return render_template("trusts/peers/peers.html", page=page, form=ActForm())


@bp.route("/requests/<uuid:request_id>/peers/consent", methods=["POST"])
@allow(Action.PEERS_INTRODUCE)
def peers_consent(request_id: UUID) -> ResponseReturnValue:
    """Agree to be found, or no longer."""
    form = ActForm()
    if form.validate_on_submit():
        peers.agree_to_be_found(
            current_unit(),
            actor=current_person(),
            request_id=request_id,
            agrees=request.form.get("agrees") == "yes",
            expected_version=form.row_version,
        )
    return redirect(url_for("trusts.peers_of", request_id=request_id), 303)


@bp.route("/requests/<uuid:request_id>/peers/<uuid:other_id>", methods=["POST"])
@allow(Action.PEERS_INTRODUCE)
def ask_peer(request_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Ask for an introduction."""
    if ActForm().validate_on_submit():
        peers.ask(current_unit(), actor=current_person(), request_id=request_id, other_id=other_id)
        flash("They have been asked. You hear from us when they say yes.", "success")
    return redirect(url_for("trusts.peers_of", request_id=request_id), 303)


@bp.route("/requests/<uuid:request_id>/introductions/<uuid:introduction_id>", methods=["POST"])
@allow(Action.PEERS_INTRODUCE)
def answer_peer(request_id: UUID, introduction_id: UUID) -> ResponseReturnValue:
    """Say yes or no to an introduction."""
    form = ActForm()
    if form.validate_on_submit():
        peers.answer(
            current_unit(),
            actor=current_person(),
            introduction_id=introduction_id,
            agrees=request.form.get("agrees") == "yes",
            expected_version=form.row_version,
        )
    return redirect(url_for("trusts.peers_of", request_id=request_id), 303)
