"""Finding a skill by typing and by topic, describing it, taking it off."""

import pytest

from tests.webapp.partners.conftest import MOST_QUERIES

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def links(visit):
    return {str(link["href"]) for link in visit.page.find("main").select("a[href]")}


@ONE_ENGINE
class TestFinder:
    def test_a_synonym_finds_the_skill(self, partners):
        visit = partners.expert.get("/partner/skills?q=Going+home")
        assert "/partner/skills/UEC-FLO-DIS" in links(visit)
        assert visit.queries <= MOST_QUERIES

    def test_a_topic_opens(self, partners):
        assert "/partner/skills/UEC-FLO-BED" in links(partners.expert.get("/partner/skills?topic=UEC-FLO"))
        assert "/partner/skills/M-PDSA" in links(partners.expert.get("/partner/skills?topic=methods"))

    def test_nothing_found_says_what_to_do(self, partners):
        assert "Nothing found. Try another word" in partners.expert.get("/partner/skills?q=zzz").text


@ONE_ENGINE
class TestSkill:
    def test_add_change_and_remove(self, partners):
        path = "/partner/skills/MEH-FLO-CRI"
        added = partners.expert.submit(
            path, {"level": "3", "last_used_year": "2026", "evidence": "reference"}
        )
        assert (added.status, added.location) == (303, "/partner/skills")
        held = {each.skill_code: each for each in partners.row().skills}["MEH-FLO-CRI"]
        assert (held.level, held.last_used_year, held.evidence) == (3, 2026, "reference")
        assert "Last used in 2026. A reference" in partners.expert.get("/partner/skills").text
        removed = partners.expert.submit(path, form='form[action$="/remove"]')
        assert (removed.status, removed.location) == (303, "/partner/skills")
        assert "MEH-FLO-CRI" not in {each.skill_code for each in partners.row().skills}

    def test_a_year_to_come_is_refused_with_the_words_kept(self, partners):
        visit = partners.expert.submit(
            "/partner/skills/MEH-FLO-CRI", {"last_used_year": "2030", "evidence_note": "On ward 7"}
        )
        assert (visit.status, visit.errors) == (422, ["Enter a year from 1950 to 2026"])
        assert visit.page.select_one('.nhsuk-error-summary a[href="#last_used_year"]')
        assert visit.values()["evidence_note"] == "On ward 7"

    def test_an_endorsement_is_for_the_employer_to_give(self, partners):
        visit = partners.expert.submit("/partner/skills/MEH-FLO-CRI", {"evidence": "employer_endorsed"})
        assert (visit.status, visit.errors) == (422, ["Choose what stands behind it"])

    def test_an_unknown_skill_is_not_there(self, partners):
        assert partners.expert.get("/partner/skills/NONE").status == 404
