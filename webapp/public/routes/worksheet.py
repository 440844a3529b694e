"""The self-assessment worksheet: a page that is the same for everybody and sends nothing (RELIABILITY.md I3)."""

from __future__ import annotations

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from webapp.access import allow
from webapp.authority.matrix import Action
from webapp.public.blueprint import bp
from webapp.public.presenters.worksheet import worksheet_page
from webapp.security import headers
from webapp.ui import site


@bp.route("/worksheet")
@allow(Action.WORKSHEET_READ)
def worksheet() -> ResponseReturnValue:
    """The practices; a script in the browser adds the answers, which no address here takes."""
    page = render_template(
        "public/worksheet/worksheet.html", page=worksheet_page(), site=site.frame_without_account()
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = headers.content_policy(connect="'none'", forms="'none'")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
