"""Finding skills and partners by typing: chosen, changed, removed; odd words break nothing."""

import pytest

from tests.factories.partners import active_partner
from webapp.store.organisations import Organisation

ODD_WORDS = ("%25", "_", "%27%3B--", "%F0%9F%A9%BA", "%E2%80%AE", "a" * 300, "%FF")


class TestSkills:
    def test_found_by_a_word_of_ours_and_by_a_synonym(self, trusts):
        path = trusts.draft()
        for word in ("UEC-FLO-BED", "going+home"):
            links = trusts.lead.get(f"{path}/skills?q={word}").page.select(".app-found a")
            assert any("/skills/UEC-FLO-" in link["href"] for link in links), word
        visit = trusts.lead.get(f"{path}/skills?q=nothing-like-it")
        assert "Nothing found. Try another word, or browse by topic." in visit.text

    def test_odd_words_and_codes_are_answers_too(self, trusts):
        path = trusts.draft()
        for word in ODD_WORDS:
            assert trusts.lead.get(f"{path}/skills?q={word}&topic={word}").status == 200, word
            assert trusts.lead.get(f"{path}/exclusions?q={word}").status == 200, word
            assert trusts.lead.get(f"{path}/skills/{word[:30]}").status == 404, word
        for address in ("skills?q=%00", "skills?topic=a%00b", "skills/%00", "exclusions?q=%00"):
            assert trusts.lead.get(f"{path}/{address}").status == 400, address

    def test_added_changed_removed(self, trusts):
        path = trusts.draft()
        added = trusts.lead.submit(
            f"{path}/skills/UEC-FLO-BED", {"level": "4", "weight": "3", "essential[]": "yes"}
        )
        assert (added.status, added.location) == (303, f"{path}/skills")
        last = trusts.row(path).skills[-1]
        assert (last.skill_code, last.level, last.weight, last.essential) == ("UEC-FLO-BED", 4, 3, True)
        again = trusts.lead.get(f"{path}/skills/UEC-FLO-BED").values()
        assert (again["level"], again["weight"], again["essential[]"]) == ("4", "3", "yes")
        page = trusts.lead.get(f"{path}/skills")
        remove = page.page.select_one(f'form[action="{path}/skills/UEC-FLO-BED/remove"]')
        hidden = {each["name"]: each["value"] for each in remove.select("input")}
        assert trusts.lead.post(remove["action"], hidden).location == f"{path}/skills"
        assert [each.skill_code for each in trusts.row(path).skills] == ["UEC-FLO-DIS", "M-PDSA"]

    def test_a_submitted_request_keeps_one(self, trusts):
        path = trusts.submitted()
        for code, expected in (("UEC-FLO-DIS", 303), ("M-PDSA", 422)):
            form = f'form[action="{path}/skills/{code}/remove"]'
            visit = trusts.lead.submit(f"{path}/skills", form=form)
            assert visit.status == expected, code
        assert visit.errors == ["Choose at least one skill"]
        assert len(trusts.row(path).skills) == 1

    def test_somebody_else_changed_the_skills(self, trusts, clock):
        path = trusts.draft()
        form = trusts.member.get(f"{path}/skills/MEH-FLO-CRI").values()
        clock.forward(seconds=20)
        trusts.lead.submit(f"{path}/skills/UEC-FLO-BED")
        visit = trusts.member.post(f"{path}/skills/MEH-FLO-CRI", form)
        assert visit.status == 409
        assert "Skill UEC-FLO-BED" in visit.page.select_one(".nhsuk-warning-callout").get_text()
        assert trusts.member.post(f"{path}/skills/MEH-FLO-CRI", visit.values()).status == 303


@pytest.fixture
def partners(trusts, database):
    """Two partners of T3, by name."""
    with database.unit(writing=True) as unit:
        home = unit.session.get_one(Organisation, trusts.organisations["T3"])
        return {row.name: row.id for row in (active_partner(unit, home, name) for name in ("Abel", "Beth"))}


class TestExclusions:
    def test_found_excluded_and_removed(self, trusts, partners):
        path = trusts.draft()
        found = trusts.lead.get(f"{path}/exclusions?q=abe").page.select(".app-found a")
        assert [link["href"] for link in found] == [f"{path}/exclusions/{partners['Partner Abel']}"]
        trusts.lead.submit(found[0]["href"], {"reason": "Our <b>former</b> finance director"})
        trusts.lead.submit(f"{path}/exclusions/{partners['Partner Beth']}")
        page = trusts.lead.get(f"{path}/exclusions")
        names = [tag.get_text() for tag in page.page.select(".app-chosen strong")]
        assert names == ["Partner Abel", "Partner Beth"]
        reasons = {each.partner_id: each.reason for each in trusts.row(path).exclusions}
        assert reasons[partners["Partner Abel"]] == "Our <b>former</b> finance director"
        form = f'form[action="{path}/exclusions/{partners["Partner Abel"]}/remove"]'
        assert trusts.lead.submit(f"{path}/exclusions", form=form).status == 303
        assert "Partner Abel" not in trusts.lead.get(f"{path}/exclusions").text

    def test_reasons_are_not_shown_again_and_members_do_not_see_who(self, trusts, partners):
        path = trusts.draft()
        trusts.lead.submit(f"{path}/exclusions/{partners['Partner Abel']}", {"reason": "A quarrel"})
        for page in ("", "/check", "/exclusions", f"/exclusions/{partners['Partner Abel']}"):
            assert "A quarrel" not in trusts.lead.get(path + page).text, page
        assert "Partner Abel" in trusts.lead.get(f"{path}/check").text
        assert "Partner Abel" not in trusts.member.get(f"{path}/check").text
        assert "Partners you cannot work with" not in trusts.member.get(path).text
        assert trusts.member.get(f"{path}/exclusions").status == 404

    def test_a_reason_about_a_patient(self, trusts, partners):
        path = trusts.draft()
        visit = trusts.lead.submit(
            f"{path}/exclusions/{partners['Partner Abel']}", {"reason": "943 476 5919 fell"}
        )
        assert (visit.status, visit.values()["reason"]) == (422, "943 476 5919 fell")

    def test_a_partner_that_is_none(self, trusts):
        path = trusts.draft()
        assert trusts.lead.get(f"{path}/exclusions/{trusts.round_id}").status == 404
