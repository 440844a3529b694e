"""Maps as numbers: where a place lies, how large its circles are, names that stand clear of one another."""

import itertools

from webapp.ui.maps import GREATEST_RADIUS, HEIGHT, NAME_HEIGHT, WIDTH, place, spot_map

TRURO, NEWCASTLE = (50.26, -5.05), (54.97, -1.61)


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

    def test_names_stand_clear_of_one_another(self) -> None:
        posts = spot_map("T", [], [("A", 51.5, -0.1), ("B", 51.4, -0.2), ("C", 51.3, -0.1)]).signposts
        heights = [post.y for post in posts]
        assert all(low - high >= NAME_HEIGHT for high, low in itertools.pairwise(heights))

    def test_nothing_to_show_is_an_empty_picture(self) -> None:
        assert spot_map("T", []).spots == ()
