"""Making a profile, changing it, and two people changing it at once."""

import pytest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@ONE_ENGINE
class TestRegister:
    def test_a_newcomer_is_led_to_the_first_page_and_makes_a_profile(self, partners):
        assert partners.newcomer.get("/partner/skills").location == "/partner/register"
        made = partners.newcomer.submit(
            "/partner/register", {"organisation_id": str(partners.organisations["T2"])}
        )
        assert (made.status, made.location) == (303, "/partner")
        text = partners.newcomer.get("/partner").text
        assert "You have not named any skills yet." in text
        assert "You have not declared your interests yet." in text
        refused = partners.newcomer.submit("/partner")
        assert (refused.status, refused.errors) == (422, ["Add at least one skill first"])

    def test_without_an_employer_the_words_are_kept(self, partners):
        visit = partners.newcomer.submit("/partner/register", {"summary": "I coach teams"})
        assert visit.status == 422
        assert visit.errors == ["Choose the organisation that employs you"]
        assert visit.values()["summary"] == "I coach teams"


@ONE_ENGINE
class TestProfile:
    def test_changes_are_kept(self, partners):
        fields = {"reach": "national", "max_concurrent": "", "smallest_block_days": "4"}
        assert partners.expert.submit("/partner/profile", fields).location == "/partner"
        row = partners.row()
        assert (row.reach, row.max_concurrent, row.smallest_block_days) == ("national", None, 4)

    def test_an_older_tab_does_not_overwrite(self, partners):
        older = partners.expert.get("/partner/profile").values()
        partners.expert.submit("/partner/profile", {"smallest_block_days": "5"})
        visit = partners.expert.post("/partner/profile", {**older, "smallest_block_days": "9"})
        assert visit.status == 409
        assert "Somebody else changed this" in visit.text
        assert "5 days" in visit.text
        assert partners.row().smallest_block_days == 5
        again = partners.expert.post("/partner/profile", visit.values())
        assert (again.status, partners.row().smallest_block_days) == (303, 9)
