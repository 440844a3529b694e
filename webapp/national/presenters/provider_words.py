"""Words for groups of providers: what they are, how large, how far from others."""

from __future__ import annotations

PROVIDER_TYPES = {
    "acute": "Acute",
    "mental_health": "Mental health",
    "specialist": "Specialist",
    "community": "Community",
    "ambulance": "Ambulance",
    "online": "Online",
    "icb": "Integrated care board",
    "place": "Place",
    "national_team": "National team",
}
SIZES = {
    "large": "Large: 60,000 patients waiting or more",
    "medium": "Medium: 25,000 to 59,999 patients waiting",
    "small": "Small: under 25,000 patients waiting",
    "unstated": "No waiting list published",
}
DISTANCES = {
    "close": "Close to others: third nearest trust under 15 km away",
    "apart": "Apart: 15 to 39 km",
    "remote": "Remote: 40 km or more",
}


def provider_type(code: str) -> str:
    """The words for a type of provider; "Not stated" for none."""
    return PROVIDER_TYPES.get(code, "Not stated")
