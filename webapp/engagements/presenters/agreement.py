"""The one-page agreement: what it says, who has accepted it, and how to print it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from webapp.authority import matrix
from webapp.authority.actor import Actor
from webapp.authority.matrix import Action
from webapp.services import engagements
from webapp.services.engagement_rows import Engagement, Side
from webapp.ui import formats

LABELS = {
    "aim": "What is to be achieved",
    "measure": "How both sides will know",
    "sponsor": "Executive sponsor",
    "requester_lead": "Lead at the organisation",
    "requester_email": "Email address",
    "partner_lead": "Lead for the partner",
    "partner_email": "Email address",
    "accountability": "Who is accountable for what",
    "data_access": "Which data the partner may see",
    "exit_terms": "How it ends",
}


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """The agreement as it reads now."""

    caption: str
    parties: tuple[tuple[str, str], ...]
    texts: tuple[tuple[str, tuple[str, ...]], ...]
    months: tuple[tuple[str, str], ...]
    total: str
    accepted: tuple[tuple[str, str], ...]
    version: str
    missing: tuple[str, ...]
    edit: str
    may_accept: bool
    waits: str
    back: str


def agreement_page(row: Engagement, side: Side | None, actor: Actor) -> AgreementPage:
    """The page for this reader."""
    is_draft = row.state.value == "drafted"
    missing = tuple(each.message for each in engagements.gaps(row)) if is_draft and side is not None else ()
    leads = side is not None and matrix.opens(actor, Action.ENGAGEMENT_AGREE)
    has_accepted = side is not None and row.has_accepted(side)
    by_month = sorted(row.days_by_month.items())
    return AgreementPage(
        caption=f"{row.request.title}, {row.request.reference}",
        parties=(("Organisation", row.request.beneficiary.name), ("Support partner", row.partner.name)),
        texts=tuple((LABELS[name], _text(row, name)) for name in LABELS if not name.endswith("_email")),
        months=tuple((formats.month(month), formats.days(days)) for month, days in by_month),
        total=formats.days(sum(row.days_by_month.values())),
        accepted=(
            ("The organisation", _accepted(row, Side.REQUESTER)),
            ("The partner", _accepted(row, Side.PARTNER)),
        ),
        version=f"Version {row.agreement_version}"
        + (f", agreed on {formats.day(row.agreed_at)}" if row.agreed_at else ""),
        missing=missing,
        edit=url_for("engagements.edit_agreement", engagement_id=row.id) if is_draft and side else "",
        may_accept=is_draft and leads and not has_accepted and not missing,
        waits=_waits(leads, has_accepted) if is_draft and side is not None else "",
        back=url_for("engagements.engagement", engagement_id=row.id),
    )


def stands_now(row: Engagement) -> dict[str, str]:
    """What the other side has written meanwhile."""
    return {
        **{
            f"{label} ({name.split('_')[0]})" if name.endswith("_email") else label: getattr(row, name)
            for name, label in LABELS.items()
        },
        "version": str(row.version),
    }


def _text(row: Engagement, name: str) -> tuple[str, ...]:
    text: str = getattr(row, name)
    if name in ("requester_lead", "partner_lead"):
        email: str = getattr(row, name.replace("_lead", "_email"))
        text = ", ".join(filter(None, (text, email)))
    return tuple(formats.lines(text)) or (formats.NOTHING,)


def _accepted(row: Engagement, side: Side) -> str:
    if row.has_accepted(side):
        return f"Accepted version {row.agreement_version}"
    held = row.partner_accepted_version if side is Side.PARTNER else row.requester_accepted_version
    return f"Accepted version {held}; it has changed since" if held else "Not accepted yet"


def _waits(leads: bool, has_accepted: bool) -> str:
    if has_accepted:
        return "You have accepted this version. If the other side changes it, you read and accept it anew."
    return "" if leads else "A lead of your organisation accepts it; you can change it until then."
