"""Naming the employer: a part of a name is asked back, and a change says what it undoes before it is saved."""

from types import SimpleNamespace

import pytest

from webapp.partners.presenters import employer as pages
from webapp.services.releases import ReleaseState
from webapp.store.organisations import Organisation
from webapp.store.partners import SkillEvidence

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
EMPLOYER = "/partner/employer"
LEFT = {"left_on-day": "1", "left_on-month": "11", "left_on-year": "2026"}


@ONE_ENGINE
class TestEmployer:
    def test_a_part_of_a_name_is_asked_back_although_only_one_fits(self, partners, names):
        visit = partners.expert.submit(EMPLOYER, {"organisation": names["T2"][2:], **LEFT})
        assert visit.status == 422
        assert visit.errors == [
            "One organisation fits. Choose it if it is the one you mean, or type another part of the name"
        ]
        values = {**visit.values(), "organisation_id": str(partners.organisations["T2"])}
        assert partners.expert.post(EMPLOYER, values).location == "/partner"
        row = partners.row()
        assert row.organisation_id == partners.organisations["T2"]
        assert row.releases[-1].state is ReleaseState.ASKED
        assert names["T2"] in partners.expert.get("/partner").text

    def test_what_it_undoes_is_shown_first_and_nothing_is_saved_by_that(self, partners):
        path = partners.offered()
        first = partners.expert.submit(EMPLOYER, {"organisation": "T1", **LEFT})
        assert first.status == 200
        assert "This affects 1 match" in first.text
        assert partners.row().organisation_id == partners.organisations["T3"]
        assert partners.expert.post(EMPLOYER, first.values()).location == "/partner"
        assert partners.row().organisation_id == partners.organisations["T1"]
        assert "This is over" in partners.expert.get(path).text

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"organisation": "", **LEFT}, "Enter the organisation that employs you now"),
            ({"organisation": "No such body", **LEFT}, "Nothing fits."),
            ({"organisation": "T2"}, "Enter the day on which you left your former employer"),
            ({"organisation": "T2", **LEFT, "left_on-month": "13"}, "The day you left must be a real date"),
            ({"organisation": "T2", **LEFT, "left_on-year": "2027"}, "The day you left must be between"),
            ({"organisation": "T3", **LEFT}, "is your employer already"),
        ],
    )
    def test_each_mistake_has_its_sentence_and_the_words_stay(self, partners, fields, error):
        visit = partners.expert.submit(EMPLOYER, fields)
        assert visit.status == 422
        assert any(error in each for each in visit.errors), visit.errors
        assert visit.values()["organisation"] == fields["organisation"]

    def test_a_team_and_a_newcomer_are_sent_on(self, partners):
        assert partners.manager.get(EMPLOYER).location == "/partner"
        assert partners.newcomer.get(EMPLOYER).location == "/partner/register"


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (
            (SkillEvidence.EMPLOYER_ENDORSED, SkillEvidence.SELF_DECLARED),
            "For 1 skill that Old Trust endorsed, only your own word counts. Your new employer can endorse it.",
        ),
        (
            (SkillEvidence.EMPLOYER_ENDORSED,) * 2,
            "For 2 skills that Old Trust endorsed, only your own word counts. Your new employer can endorse them.",
        ),
        ((SkillEvidence.SELF_DECLARED,), "Your new employer can endorse your skills."),
    ],
)
def test_only_endorsed_skills_are_said_to_fall_back(monkeypatch, evidence, said):
    monkeypatch.setattr(pages, "url_for", lambda endpoint: endpoint)
    row = SimpleNamespace(
        organisation=SimpleNamespace(name="Old Trust"),
        skills=[SimpleNamespace(evidence=each) for each in evidence],
    )
    assert pages.employer_page(row).effects[1] == said


@pytest.fixture
def names(partners):
    with partners.database.unit(writing=False) as unit:
        return {
            code: unit.session.get_one(Organisation, key).name for code, key in partners.organisations.items()
        }
