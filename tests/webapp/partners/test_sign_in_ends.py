"""What a partner types outlives the sign-in: the profile, the month grid, another employer."""

import pytest

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_of_the_profile_the_days_and_the_employer(partners, comes_back):
    comes_back(partners.expert, "/partner/profile", {"name": "Łucja 山田", "summary": "Flow"})
    comes_back(partners.expert, "/partner/capacity", {"2027-01": "9", "2027-02": "many"})
    assert partners.days()["2027-01"] == 2
    comes_back(partners.expert, "/partner/employer", {"organisation": "Body", "left_on-day": "1"})
    assert partners.row().name != "Łucja 山田"
