"""What nobody can use any more is dropped: ended sign-ins and links, used form tokens, old counts, old messages."""

from __future__ import annotations

from webapp.services import sign_ins, subscriptions
from webapp.store import access_links, form_tokens, kept_words, outbox_queue, rate_limits
from webapp.store.unit_of_work import UnitOfWork


def drop_what_is_over(unit: UnitOfWork) -> None:
    """Drop rows that no cookie, form or limit looks at again; nothing of it is audited or kept elsewhere."""
    sign_ins.clean_up(unit)
    form_tokens.delete_old(unit.session, unit.now)
    kept_words.delete_old(unit.session, unit.now)
    rate_limits.delete_old(unit.session, unit.now)
    outbox_queue.delete_old(unit.session, unit.now)
    subscriptions.drop_unconfirmed(unit)
    access_links.delete_old(unit.session, unit.now)
