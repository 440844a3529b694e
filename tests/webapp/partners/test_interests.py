"""Declaring, ending and confirming interests."""

from datetime import date, timedelta

import pytest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def at_t1(partners):
    return f"/partner/interests/new/{partners.organisations['T1']}"


@ONE_ENGINE
class TestInterests:
    def test_find_declare_and_end(self, partners, at_t1):
        found = partners.expert.get("/partner/interests/new?q=body+t1")
        assert at_t1 in {str(link["href"]) for link in found.page.select("a[href]")}
        assert partners.expert.submit(at_t1, {"kind": "employment"}).location == "/partner/interests"
        (declared,) = partners.row().interests
        assert declared.kind == "employment"
        end = f"/partner/interests/{declared.id}/end"
        left = {"left_on-day": "30", "left_on-month": "10", "left_on-year": "2026"}
        assert partners.expert.submit(end, left).location == "/partner/interests"
        ended, former = sorted(partners.row().interests, key=lambda each: each.kind)
        assert (ended.kind, ended.ended_on) == ("employment", date(2026, 11, 2))
        assert (former.kind, former.left_on) == ("former_employment", date(2026, 10, 30))
        assert partners.expert.submit(f"/partner/interests/{former.id}/end").status == 303
        assert "Nothing is declared" in partners.expert.get("/partner/interests").text

    def test_what_ended_is_kept_and_can_be_declared_anew(self, partners, at_t1):
        partners.expert.submit(at_t1, {"kind": "contract"})
        (declared,) = partners.row().interests
        end = f"/partner/interests/{declared.id}/end"
        assert partners.expert.submit(end).status == 303
        (kept,) = partners.row().interests
        assert (kept.id, kept.ended_on) == (declared.id, date(2026, 11, 2))
        assert partners.expert.get(end).status == 404
        partners.expert.submit(at_t1, {"kind": "contract"})
        (again,) = partners.row().interests
        assert (again.id, again.ended_on) == (declared.id, None)

    def test_one_press_confirms_the_whole(self, partners, at_t1):
        partners.expert.submit(at_t1, {"kind": "contract"})
        page = "/partner/interests/confirm"
        assert "Body T1" in partners.expert.get(page).text
        done = partners.expert.submit(page)
        assert (done.status, done.location) == (303, "/partner")

    def test_a_former_employer_needs_the_day(self, partners, at_t1):
        visit = partners.expert.submit(at_t1, {"kind": "former_employment", "note": "Until spring"})
        assert (visit.status, visit.errors) == (422, ["Enter the day you left"])
        assert visit.values()["note"] == "Until spring"

    def test_a_stale_declaration_is_said_and_confirmed(self, partners):
        with partners.database.unit(writing=True, request_id="old") as unit:
            row = unit.session.get_one(type(partners.row()), partners.expert_id)
            row.interests_confirmed_on = unit.now.date() - timedelta(days=366)
        assert "keeps you out of matching" in partners.expert.get("/partner/interests").text
        assert "Stops matching" in partners.expert.get("/partner").text
        assert "out of date" in partners.expert.get("/partner/matches").text
        assert partners.expert.submit("/partner/interests").location == "/partner"
        assert partners.row().interests_confirmed_on == date(2026, 11, 2)
        assert "It holds until 2 November 2027" in partners.expert.get("/partner/interests").text

    def test_another_partners_interest_is_not_there(self, partners, at_t1):
        partners.manager.submit(at_t1, {"kind": "contract"})
        (declared,) = partners.row(partners.team_id).interests
        assert partners.expert.get(f"/partner/interests/{declared.id}/end").status == 404
