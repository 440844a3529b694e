"""The credits for having waited, in words: the same on open pages and for the national team."""

from __future__ import annotations

from webapp.services.published import Credits
from webapp.ui import formats


def credits_in_words(found: Credits) -> str:
    """What is added to fit, for whom, and the most that it can be."""
    return (
        f"{formats.share(found.each_round)} is added to the fit of every partner for each round in which a requester "
        f"got nobody, and {formats.share(found.each_group)} for a region or a type of provider that got a tenth less "
        f"than all in the round before; {formats.share(found.most)} at most in all."
    )
