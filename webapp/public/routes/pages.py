"""The open pages."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from webapp.access import allow, current_actor, current_unit
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp
from webapp.public.presenters.pages import open_page, ways
from webapp.services import published


@bp.route("/")
@allow(Action.PUBLIC_READ)
def start() -> ResponseReturnValue:
    """What the service is, for whom, and the way in."""
    page = open_page(published.facts(current_unit()))
    return render_template("public/start.html", page=page, ways=ways(current_actor()))


@bp.route("/how-matching-works")
@allow(Action.PUBLIC_READ)
def how_matching_works() -> ResponseReturnValue:
    """The first tier of the transparency standard, in plain words, from the policy in force."""
    return render_template("public/how_matching_works.html", page=open_page(published.facts(current_unit())))


@bp.route("/accessibility")
@allow(Action.PUBLIC_READ)
def accessibility() -> ResponseReturnValue:
    """The accessibility statement."""
    return render_template("public/accessibility.html")


@bp.route("/privacy")
@allow(Action.PUBLIC_READ)
def privacy() -> ResponseReturnValue:
    """The privacy notice."""
    return render_template("public/privacy.html")
