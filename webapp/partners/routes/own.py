"""Whose pages these are: the expert's own profile, or that of the manager's team."""

from __future__ import annotations

from flask import abort, redirect, url_for

from webapp.access import current_person, current_unit
from webapp.authority import matrix
from webapp.authority.matrix import AccessDenied, Action
from webapp.services import partners
from webapp.services.partner_skills import SkillHeld
from webapp.services.partners import Partner


def own_partner() -> Partner:
    """The profile of the person who acts; without one, they are sent to the page that makes it."""
    actor = current_person()
    if not matrix.opens(actor, Action.PARTNER_EDIT):
        raise AccessDenied(Action.PARTNER_EDIT, hidden=False)
    row = partners.own_profile(current_unit(), actor=actor)
    if row is None:
        abort(redirect(url_for("partners.register")))
    return row


def held_skills(row: Partner) -> dict[str, SkillHeld]:
    """The skills of a profile by code, as a service takes them."""
    return {
        each.skill_code: SkillHeld(
            each.skill_code, each.level, each.last_used_year, each.evidence, each.evidence_note
        )
        for each in row.skills
    }
