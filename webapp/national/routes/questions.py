"""Questions about a run that a worker answers: why not another partner, what days and levels are worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import allow, attempt, current_actor, current_person, current_unit
from webapp.authority.matrix import Action
from webapp.national.blueprint import bp
from webapp.national.forms.questions import WhyNotForm
from webapp.national.presenters import questions as pages
from webapp.services import limits, match_pages, questions, registry, unmet_pages
from webapp.services.failures import NotFound
from webapp.services.questions import RunQuestion
from webapp.ui.files import csv_file, xlsx_file
from webapp.ui.forms import ActForm
from webapp.ui.listing import FILE_KIND, XLSX


@bp.route("/national/matches/<uuid:match_id>/why-not", methods=["GET", "POST"])
@allow(Action.SCENARIO_START, limit=limits.QUESTION)
def why_not(match_id: UUID) -> ResponseReturnValue:
    """Which partner is meant; the answer has a page of its own."""
    unit, actor = current_unit(), current_person()
    return _why_not(
        lambda text: questions.ask_why_not(unit, actor=actor, match_id=match_id, partner_text=text),
        lambda: pages.why_not_page(match_pages.match_page(unit, actor=actor, match_id=match_id)),
    )


@bp.route("/national/runs/<uuid:run_id>/unmet/<uuid:request_id>/why-not", methods=["GET", "POST"])
@allow(Action.SCENARIO_START, limit=limits.QUESTION)
def why_not_unmet(run_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """The same for a request that the run leaves short of days, or without anybody."""
    unit, actor = current_unit(), current_person()
    which: Any = {"actor": actor, "run_id": run_id, "request_id": request_id}
    return _why_not(
        lambda text: questions.ask_why_not_unmet(unit, partner_text=text, **which),
        lambda: pages.why_not_unmet_page(unmet_pages.unmet_page(unit, **which)),
    )


def _why_not(ask: Callable[[str], RunQuestion], page: Callable[[], pages.WhyNotPage]) -> ResponseReturnValue:
    form, asked = WhyNotForm(data={"partner": request.args.get("partner", "")}), []

    def answer() -> None:
        asked.append(ask(form.partner.data).id)

    if form.validate_on_submit() and attempt(form, answer):
        return redirect(url_for("national.question", question_id=asked[0]), 303)
    return render_template("national/questions/why_not.html", page=page(), form=form), form.status


@bp.route("/national/runs/<uuid:run_id>/prices", methods=["POST"])
@allow(Action.SCENARIO_START, limit=limits.QUESTION)
def prices(run_id: UUID) -> ResponseReturnValue:
    """Have the worth of days and the price of levels worked out, or read them where they are known."""
    form = ActForm()
    if not form.validate_on_submit():
        return redirect(url_for("national.run_page", run_id=run_id), 303)
    row = questions.ask_prices(current_unit(), actor=current_person(), run_id=run_id)
    return redirect(url_for("national.question", question_id=row.id), 303)


@bp.route("/national/questions/<uuid:question_id>")
@allow(Action.RUN_READ)
def question(question_id: UUID) -> ResponseReturnValue:
    """A question with its answer; it loads itself again until a worker has given one."""
    page = pages.question_page(*_answered(question_id), current_actor())
    return render_template("national/questions/question.html", page=page)


@bp.route("/national/questions/<uuid:question_id>/<string(maxlength=20):key>/file")
@allow(Action.EXPORT_DOWNLOAD, limit=limits.EXPORT)
def question_file(question_id: UUID, key: str) -> ResponseReturnValue:
    """One table of an answer, as a file."""
    row, labels = _answered(question_id)
    for part in pages.parts(row, labels):
        if part.key == key:
            write = xlsx_file if request.args.get(FILE_KIND) == XLSX else csv_file
            return write(pages.file_heads(part), part.values, f"question-{key}")
    raise NotFound("no such table")


def _answered(question_id: UUID) -> tuple[RunQuestion, Mapping[str, str]]:
    """A question, and what the codes and references in its answer are called."""
    unit, actor = current_unit(), current_actor()
    row = questions.page(unit, actor=actor, question_id=question_id)
    labels = registry.labels(unit, actor=actor, codes=pages.codes_of(row))
    names = {region.code: region.name for region in registry.regions(unit, actor=actor)}
    return row, {**labels, **names, **questions.names(unit, actor=actor, row=row)}
