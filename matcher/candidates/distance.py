"""How far a partner would travel: straight lines between rounded places, the same on every machine.

Places are read to a hundredth of a degree and distances given to a tenth of a kilometre. The straight line
through the globe is used, not the arc over it: across England they differ by less than 300 metres, and
it takes nothing but sums and one square root, which every processor rounds alike.
"""

from __future__ import annotations

import math

from matcher.problem.partners import Delivery, Location, Partner
from matcher.problem.requests import SupportRequest

EARTH_RADIUS_KM = 6371.0

ASSUMED_KM_SAME_ICB = 30.0
ASSUMED_KM_SAME_REGION = 80.0
ASSUMED_KM_ELSEWHERE = 200.0
"""What stands in where a place is not known."""


def position(place: Location) -> tuple[float, float, float]:
    """Kilometres from the centre of the globe, along three axes."""
    latitude, longitude = (math.radians(round(each, 2)) for each in (place.latitude, place.longitude))
    across = EARTH_RADIUS_KM * math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), EARTH_RADIUS_KM * math.sin(latitude)


def is_travel_free(partner: Delivery, request: Delivery) -> bool:
    """Is the work done from afar, so that nobody travels?"""
    return Delivery.REMOTE in (partner, request)


def distance_km(partner: Partner, request: SupportRequest) -> float:
    """Kilometres to travel, to a tenth; 0 for remote work, an assumption where a place is unknown."""
    if is_travel_free(partner.delivery, request.delivery):
        return 0.0
    if partner.location is None or request.location is None:
        return assumed_km(partner, request)
    (x, y, z), (u, v, w) = position(partner.location), position(request.location)
    straight = math.sqrt((x - u) * (x - u) + (y - v) * (y - v) + (z - w) * (z - w))
    return math.floor(straight * 10 + 0.5) / 10


def assumed_km(partner: Partner, request: SupportRequest) -> float:
    """The distance assumed between two bodies of which one has no known place."""
    if partner.icb is not None and partner.icb == request.icb:
        return ASSUMED_KM_SAME_ICB
    return ASSUMED_KM_SAME_REGION if partner.region == request.region else ASSUMED_KM_ELSEWHERE
