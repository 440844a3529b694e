"""Dates, days and counts as people read them."""

from datetime import UTC, date, datetime

import pytest

from webapp.ui import formats


class TestFormats:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (date(2026, 12, 4), "4 December 2026"),
            (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026"),
            (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), "1 December 2026"),
            (None, "Not given"),
        ],
    )
    def test_days_are_those_of_london(self, value, shown):
        assert formats.day(value) == shown

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 March 2026 at 12:59am"),
            (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 March 2026 at 2:00am"),
            (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "25 October 2026 at 1:30am"),
            (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "25 October 2026 at 1:30am"),
            (datetime(2026, 12, 4, 12, 5, tzinfo=UTC), "4 December 2026 at 12:05pm"),
        ],
    )
    def test_clock_changes(self, value, shown):
        assert formats.moment(value) == shown

    def test_nobody_is_no_distance_away(self):
        assert formats.apart(0.4) == "in the same place"
        assert formats.apart(1234.4) == "1,234 km away"

    def test_counts(self):
        assert formats.days(1) == "1 day"
        assert formats.days(1200) == "1,200 days"
        assert formats.plural(2, "match", "matches") == "2 matches"
        assert formats.month("2026-12") == formats.month(date(2026, 12, 31)) == "December 2026"
        assert formats.share(0.4321, 1) == "43.2%"
        assert formats.lines("a\n\n b \n") == ["a", " b "]
