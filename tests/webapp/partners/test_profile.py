"""Changing a profile, and two people changing it at once."""

import pytest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


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
