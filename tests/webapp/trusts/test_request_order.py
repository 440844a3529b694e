"""The page that orders all requests of the round."""

import pytest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def place(path):
    return f"place_{path.split('/')[2].replace('-', '')}"


@ONE_ENGINE
class TestOrder:
    def test_two_requests_change_places_although_all_three_are_taken(self, trusts):
        one, two, three = (
            trusts.submitted(rank=rank, severity=1, title=f"Need {rank}") for rank in (1, 2, 3)
        )
        assert trusts.lead.get("/requests").page.select_one('a[href="/requests/order"]')
        visit = trusts.lead.submit("/requests/order", {place(one): "3", place(three): "1"})
        assert (visit.status, visit.location) == (303, "/requests")
        assert [trusts.row(path).rank for path in (one, two, three)] == [3, 2, 1]
        assert "2 requests moved" in trusts.lead.get("/requests").page.get_text()

    def test_a_place_given_twice_keeps_what_was_chosen(self, trusts):
        one, two = (trusts.submitted(rank=rank, severity=1, title=f"Need {rank}") for rank in (1, 2))
        visit = trusts.lead.submit("/requests/order", {place(two): "1"})
        assert (visit.status, visit.errors) == (422, ["Give each request a place of its own"])
        assert visit.values()[place(one)] == visit.values()[place(two)] == "1"

    def test_somebody_else_was_first(self, trusts):
        one, two = (trusts.submitted(rank=rank, severity=1, title=f"Need {rank}") for rank in (1, 2))
        opened = trusts.lead.get("/requests/order").values()
        trusts.lead.submit("/requests/order", {place(one): "2", place(two): "3"})
        visit = trusts.lead.post("/requests/order", {**opened, place(one): "3", place(two): "2"})
        assert visit.status == 409
        assert "Somebody else changed this" in visit.text
        again = trusts.lead.post("/requests/order", visit.values())
        assert again.status == 303
        assert [trusts.row(path).rank for path in (one, two)] == [3, 2]

    def test_from_the_question_of_a_draft_and_back(self, trusts):
        trusts.submitted(rank=1, severity=1)
        draft = trusts.draft(rank=2)
        link = trusts.lead.get(f"{draft}/rank").page.select_one('a[href^="/requests/order"]')["href"]
        assert trusts.lead.submit(link).location == f"{draft}/rank"

    def test_members_read_who_can_and_do_not_order(self, trusts):
        trusts.submitted(rank=1, severity=1)
        draft = trusts.draft(trusts.member, rank=2)
        page = trusts.member.get(f"{draft}/rank")
        assert not page.page.select('a[href^="/requests/order"]')
        assert "A lead of your organisation can change the order" in page.text
        assert trusts.member.get("/requests/order").status == 403

    def test_nothing_to_order(self, trusts):
        assert "nothing to put in order" in trusts.lead.get("/requests/order").text
