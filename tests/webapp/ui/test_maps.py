"""Maps as numbers: where a place lies, how large its circles are, names that stand clear of one another."""

import itertools

from webapp.ui.maps import GREATEST_RADIUS, HEIGHT, WIDTH, place, spot_map

TRURO, NEWCASTLE = (50.26, -5.05), (54.97, -1.61)


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes (left, top, right, bottom) share any of the picture."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


class TestPlace:
    def test_north_is_up_and_west_is_left(self) -> None:
        (south_west, low), (north_east, high) = place(*TRURO), place(*NEWCASTLE)
        assert south_west < north_east
        assert low > high

    def test_all_of_england_lies_inside_the_picture(self) -> None:
        for latitude, longitude in (TRURO, NEWCASTLE, (52.6, 1.73), (51.13, 1.3), (55.77, -2.0)):
            x, y = place(latitude, longitude)
            assert 0 < x < WIDTH
            assert 0 < y < HEIGHT


class TestSpotMap:
    def test_areas_stand_for_amounts_and_small_circles_lie_on_top(self) -> None:
        found = spot_map("T", [("small", *TRURO, 25, 0), ("large", *NEWCASTLE, 100, 25)])
        assert [spot.label for spot in found.spots] == ["large", "small"]
        large, small = found.spots
        assert large.outer == GREATEST_RADIUS
        assert (large.inner, small.outer, small.inner) == (GREATEST_RADIUS / 2, GREATEST_RADIUS / 2, 0)

    def test_names_stand_clear_of_one_another_and_of_every_circle(self) -> None:
        rows = [(name, 51.5 - place / 9, place / 9 - 0.1, 9, 3) for place, name in enumerate("ABCDEF")]
        named = [(f"Region {name}", latitude, longitude) for name, latitude, longitude, _, _ in rows]
        found = spot_map("T", rows, named)
        boxes = [(p.left, p.top, p.left + p.width, p.top + p.height) for p in found.signposts]
        circles = [(s.x - s.outer, s.y - s.outer, s.x + s.outer, s.y + s.outer) for s in found.spots]
        pairs = [*itertools.combinations(boxes, 2), *itertools.product(boxes, circles)]
        assert not [pair for pair in pairs if overlap(*pair)]
        assert all(min(box[:2]) > 0 and box[2] < WIDTH and box[3] < HEIGHT for box in boxes)

    def test_nothing_to_show_is_an_empty_picture(self) -> None:
        assert spot_map("T", []).spots == ()
