"""The parent of every form: CSRF, the one-time token, the row's version, the error summary.

In a route::

    form = DaysForm(obj=row)                       # or data={...}; the version comes from row.version
    if form.validate_on_submit() and attempt(form, lambda: service.save(unit, ..., version=form.row_version)):
        return redirect(...)
    return render_template("...", form=form), form.status

In the template ``{{ form.error_summary() }}`` stands above the heading, and ``page_form``
(components/form.html) writes the form element with its protections.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from webapp import access
from webapp.authority.actor import Actor
from webapp.security import form_tokens, kept_words
from webapp.services.failures import Problem
from webapp.ui.components import render
from webapp.ui.fields import CodeField, HiddenField, NhsField, PasswordField
from webapp.ui.text_rules import whole_number


class BaseForm(FlaskForm):
    """A POST form. On a page opened anew after a sign-in that ended, it holds what was typed before."""

    class Meta(FlaskForm.Meta):
        """Where a form's values come from."""

        def wrap_formdata(self, form: BaseForm, formdata: Any) -> Any:
            """What was sent; else what was kept of this page; else nothing."""
            sent = super().wrap_formdata(form, formdata)
            return sent if sent is not None else form.restored()

    version = HiddenField()

    is_restored = False
    """Whether it holds words that were typed before the sign-in ended, and that are not saved yet."""

    newer: Mapping[str, str] | None = None
    """What now stands in the row, by label, when somebody else saved first."""

    @property
    def row_version(self) -> int:
        """The version of the row that the form was made from; 0, which no row has, where none came."""
        return whole_number(str(self.version.data)) or 0

    @property
    def status(self) -> int:
        """What to answer with the form: 200, 422 with problems, 409 when somebody else saved first."""
        if self.newer is not None:
            return 409
        return 422 if self.errors else 200

    def is_submitted(self) -> bool:
        """Whether what it holds was typed by the person, now or before the sign-in ended."""
        return self.is_restored or bool(super().is_submitted())

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent now and is right; a restored form waits for the person to send it."""
        return not self.is_restored and bool(super().validate_on_submit(extra_validators))

    def restored(self) -> Any:
        """The words kept of this page, if they belong to a question of this form."""
        kept = access.words_kept_for_this_page()
        names = {part for name in kept or () for part in (name, name.partition("-")[0])}
        if kept is None or names.isdisjoint(question.name for question in self.questions()):
            return None
        self.is_restored = True
        return kept

    def note_of_writer(self) -> Markup:
        """The hidden note by which words are kept for whoever writes them; none where there is a secret."""
        actor = access.current_actor()
        secret = any(isinstance(field, PasswordField | CodeField) for field in self)
        if secret or not self.questions() or not isinstance(actor, Actor):
            return Markup("")
        hidden = Markup('<input type="hidden" name="{}" value="{}">')
        return hidden.format(kept_words.FIELD, kept_words.note_for(actor))

    def protections(self) -> Markup:
        """The hidden inputs that every POST form needs."""
        hidden = Markup('<input type="hidden" name="{}" value="{}">')
        inputs = hidden.format("csrf_token", generate_csrf()) + hidden.format(
            form_tokens.FIELD, form_tokens.new()
        )
        return inputs + self.version() if self.version.data not in (None, "") else inputs

    def questions(self) -> list[NhsField]:
        """The fields that a person sees, in order."""
        return [field for field in self if isinstance(field, NhsField) and not isinstance(field, HiddenField)]

    def error_summary(self) -> Markup:
        """The summary of all problems, each a link to its field; empty when there is none."""
        items: list[dict[str, str]] = [{"text": str(message)} for message in self.form_errors]
        for field in self:
            if field.errors and isinstance(field, NhsField):
                items.append({"text": str(field.errors[0]), "href": f"#{field.first_id()}"})
        if not items:
            return Markup("")
        return render("error-summary", {"heading": {"text": "There is a problem"}, "errorList": items})

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Put a service's problems on their fields, or on the whole form."""
        for problem in problems:
            field = self._fields.get(problem.field) if problem.field else None
            if field is None:
                self.form_errors.append(problem.message)
            else:
                field.errors = [*field.errors, problem.message]

    def mark_stale(self, newer: Mapping[str, str]) -> None:
        """Somebody else saved first: show ``newer`` beside the person's words; sending again replaces it."""
        self.newer = {label: value for label, value in newer.items() if label != "version"}
        self.version.data = str(newer["version"])


class ActForm(BaseForm):
    """A form that is only a button: approve, publish, sign out."""
