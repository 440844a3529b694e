"""The first page of a request: for whom, and with which component; never with a worksheet."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.factories.worksheets import saved_file
from webapp.authority.roles import Role
from webapp.store.organisations import CodeSource, Organisation, OrganisationKind

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def choices(visit):
    return [option.get_text() for option in visit.page.select("select[name=beneficiary_id] option")]


@ONE_ENGINE
class TestForWhom:
    def test_a_trust_asks_for_itself_and_is_not_asked_for_whom(self, trusts):
        visit = trusts.lead.get("/requests/new")
        assert visit.heading == "Ask for support"
        assert "The support is for Body T1." in visit.text
        assert visit.page.select("main select, main input:not([type=hidden])") == []
        path = trusts.lead.submit("/requests/new").location.removesuffix("/priority")
        assert trusts.row(path).beneficiary_id == trusts.organisations["T1"]

    def test_a_board_asks_for_itself_or_for_a_body_of_its_area(self, trusts):
        assert choices(trusts.board_lead.get("/requests/new")) == ["Body B1", "Body T1", "Body T2"]
        wanted = str(trusts.organisations["T2"])
        made = trusts.board_lead.submit("/requests/new", {"beneficiary_id": wanted})
        row = trusts.row(made.location.removesuffix("/priority"))
        assert str(row.beneficiary_id) == wanted
        assert row.requester_id == trusts.organisations["B1"]
        elsewhere = {"beneficiary_id": str(trusts.organisations["T3"])}
        assert trusts.board_lead.submit("/requests/new", elsewhere).status == 422

    def test_nobody_asks_for_another_organisation_by_sending_its_id(self, trusts):
        """A trust's page has no such field; one that is sent all the same changes nothing."""
        sent = {"beneficiary_id": str(trusts.organisations["T2"])}
        path = trusts.lead.submit("/requests/new", sent).location.removesuffix("/priority")
        assert trusts.row(path).beneficiary_id == trusts.organisations["T1"]


class TestPlaces:
    def test_a_board_names_its_practices_and_asks_for_them(self, trusts, database):
        page = trusts.board_lead.get("/requests/new").page
        link = page.find("a", string=lambda words: "Name a place" in (words or ""))["href"]
        named = trusts.board_lead.submit(link, {"name": "Riverside practices"})
        assert named.location.startswith("/requests/new?for=")
        visit = trusts.board_lead.get(named.location)
        assert "Riverside practices" in choices(visit)
        path = trusts.board_lead.submit(named.location).location.removesuffix("/priority")
        with database.unit(writing=False) as unit:
            place = unit.session.get_one(Organisation, trusts.row(path).beneficiary_id)
        assert (place.kind, place.code_source) == (OrganisationKind.PLACE, CodeSource.OURS)
        assert (place.icb_code, place.region_code) == ("B1", "Y1")

    def test_each_once_and_in_words_that_can_be_shown(self, trusts):
        trusts.board_lead.submit("/requests/places/new", {"name": "Riverside practices"})
        again = trusts.board_lead.submit("/requests/places/new", {"name": "riverside PRACTICES"})
        assert again.errors == ["This place is on the list already. Go back and choose it"]
        assert trusts.board_lead.submit("/requests/places/new", {"name": " "}).errors == [
            "Enter the name of the place"
        ]
        assert trusts.board_lead.submit("/requests/places/new", {"name": "943 476 5919"}).status == 422

    def test_nobody_but_a_board_names_places(self, trusts, signed_in):
        assert trusts.lead.submit("/requests/places/new", {"name": "Ours"}).status == 403
        assert signed_in(Role.NATIONAL_ADMIN).get("/requests/places/new").status == 403


@ONE_ENGINE
class TestFromTheWorksheet:
    def test_the_component_comes_along_and_nothing_else(self, trusts):
        visit = trusts.lead.get("/requests/new?component=C1&level=3&note=x")
        assert "You ask for help with: Component C1" in visit.text
        path = trusts.lead.submit("/requests/new?component=C1&level=3").location.removesuffix("/priority")
        assert trusts.row(path).component_code == "C1"
        assert "Component C1" in trusts.lead.get(f"{path}/check").text

    def test_a_component_that_is_none_is_left_out(self, trusts):
        for wanted in ("UEC", "C9", "%3Cscript%3E"):
            path = trusts.lead.submit(f"/requests/new?component={wanted}").location.removesuffix("/priority")
            assert trusts.row(path).component_code is None


@ONE_ENGINE
class TestTheServerHasNoPlaceForIt:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_an_upload_is_refused_wherever_it_is_sent(self, trusts, encoding):
        path = trusts.draft()
        form = trusts.lead.get(f"{path}/aim").values()
        content = saved_file().decode().encode(encoding)
        visit = trusts.lead.post(f"{path}/aim", {**form, "file": (BytesIO(content), "w.json")})
        assert visit.status == 422
        assert "Your self-assessment stays with you" in visit.text

    def test_a_field_refuses_it_and_keeps_the_words_on_the_page(self, trusts):
        path = trusts.draft(aim="As it was")
        visit = trusts.lead.submit(f"{path}/aim", {"aim": saved_file().decode()})
        assert visit.status == 422
        assert "Your self-assessment stays with you" in visit.errors[0]
        assert trusts.row(path).aim == "As it was"
