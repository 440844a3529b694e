"""Becoming a support partner: five pages after signing in, each saved, none of them in the way of another."""

import pytest
from sqlalchemy import select

from tests.webapp.partners.conftest import MOST_BYTES, MOST_QUERIES
from webapp.authority.roles import Role
from webapp.store.organisations import Organisation
from webapp.store.outbox import OutboxMessage
from webapp.store.partners import Partner

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
ABOUT = "/partner/register"
SKILLS, DAYS, INTERESTS, CHECK = (f"{ABOUT}/{name}" for name in ("skills", "days", "interests", "check"))
FORM = 'form[method="post"]'


def own_row(partners, person):
    with partners.database.unit(writing=False) as unit:
        found = select(Partner.id).where(Partner.user_id == person.actor.user_id)
        return partners.row(unit.session.scalar(found))


def registered(person, **changes):
    """Walks to the check page; gives the pages that were seen on the way."""
    steps = [
        (ABOUT, {"organisation": "T2", **changes}),
        (f"{SKILLS}?q=dis", {"level-UEC-FLO-DIS": "3", "year-UEC-FLO-DIS": "2026"}),
        (f"{DAYS}?every=3&away[]=2026-12&away_days=1", {}),
        (INTERESTS, {}),
    ]
    return [person.submit(path, fields, form=FORM).location for path, fields in steps]


@ONE_ENGINE
class TestExpert:
    def test_five_pages_to_an_active_profile_with_a_years_days(self, partners):
        newcomer = partners.newcomer
        assert newcomer.get("/partner/skills").location == ABOUT
        assert registered(newcomer) == [SKILLS, DAYS, INTERESTS, CHECK]
        check = newcomer.get(CHECK)
        assert "Body T2 is asked whether it releases you" in check.text
        assert check.queries <= MOST_QUERIES
        assert newcomer.submit(CHECK).location == "/partner"
        row = own_row(partners, newcomer)
        assert (row.state, row.releases[-1].state) == ("active", "asked")
        assert [each.skill_code for each in row.skills] == ["UEC-FLO-DIS"]
        assert "34 days offered in 12 months" in newcomer.get("/partner").text
        with partners.database.unit(writing=False) as unit:
            asked = unit.session.scalars(select(OutboxMessage)).one()
            assert (asked.kind, asked.organisation_id) == (
                "partner.release_asked",
                partners.organisations["T2"],
            )

    def test_every_page_stays_small(self, partners):
        registered(partners.newcomer)
        for path in (ABOUT, SKILLS, f"{SKILLS}?topic=UEC-FLO", DAYS, INTERESTS, CHECK):
            visit = partners.newcomer.get(path)
            assert visit.status == 200
            assert visit.queries <= MOST_QUERIES, path
            assert len(visit.response.get_data()) < MOST_BYTES

    def test_several_organisations_fit_and_one_is_chosen(self, partners):
        several = partners.newcomer.submit(ABOUT, {"organisation": "body t", "summary": "I coach teams"})
        assert several.status == 422
        assert several.errors == [
            "Several organisations fit. Choose the one you mean, or type more of its name"
        ]
        assert several.values()["summary"] == "I coach teams"
        chosen = {**several.values(), "organisation_id": str(partners.organisations["T1"])}
        assert partners.newcomer.post(ABOUT, chosen).location == SKILLS
        assert own_row(partners, partners.newcomer).organisation_id == partners.organisations["T1"]

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("", "Enter the organisation"),
            ("Nowhere", "Nothing fits. Type a part of the name, for example Leeds, or the code"),
        ],
    )
    def test_no_organisation_fits(self, partners, typed, said):
        assert partners.newcomer.submit(ABOUT, {"organisation": typed}).errors == [said]

    def test_coming_back_changes_what_was_entered(self, partners):
        registered(partners.newcomer)
        assert partners.newcomer.get(ABOUT).values()["organisation"] == "Body T2"
        partners.newcomer.submit(ABOUT, {"organisation": "T3", "reach": "national"})
        row = own_row(partners, partners.newcomer)
        assert (row.organisation_id, row.region_code, row.reach) == (
            partners.organisations["T3"],
            "Y2",
            "national",
        )
        off = partners.newcomer.submit(SKILLS, {"level-UEC-FLO-DIS": "0"}, form=FORM)
        assert (off.status, off.errors) == (422, ["Choose a level for at least one skill"])

    def test_an_interest_in_a_former_employer_needs_its_day(self, partners):
        registered(partners.newcomer)
        declared = {"organisation": "T1", "kind": "former_employment"}
        assert partners.newcomer.submit(INTERESTS, declared).errors == ["Enter the day you left"]
        left = {"left_on-day": "31", "left_on-month": "3", "left_on-year": "2026"}
        more = partners.newcomer.submit(INTERESTS, {**declared, **left, "next": "more"})
        assert more.location == INTERESTS
        assert "I used to work there" in partners.newcomer.get(INTERESTS).text

    def test_a_paid_offer_is_told_what_the_policy_says(self, partners):
        registered(partners.newcomer, cost_basis="contract")
        assert "Paid offers are switched off" in partners.newcomer.get(CHECK).text

    def test_nothing_is_sent_half_done_and_nothing_again(self, partners):
        partners.newcomer.submit(ABOUT, {"organisation": "T2"})
        refused = partners.newcomer.submit(CHECK)
        assert refused.errors == [
            "Add at least one skill first",
            "Offer at least one day in the coming 12 months",
            "Declare your interests first, even if you have none",
        ]
        assert partners.expert.get(CHECK).location == "/partner"

    @pytest.mark.parametrize("level", ["5", "-1", "1e3", "\u0663", "x"])
    def test_a_level_that_is_none(self, partners, level):
        partners.newcomer.submit(ABOUT, {"organisation": "T2"})
        visit = partners.newcomer.submit(f"{SKILLS}?q=dis", {"level-UEC-FLO-DIS": level}, form=FORM)
        assert visit.status == 422
        assert own_row(partners, partners.newcomer).skills == []


@ONE_ENGINE
class TestTeam:
    def test_a_manager_founds_the_organisation_and_its_team(self, partners, signed_in):
        manager = signed_in(Role.PARTNER_MANAGER)
        taken = manager.submit(ABOUT, {"name": "Body S1", "region_code": "Y1"})
        assert taken.status == 422
        assert manager.submit(ABOUT, {"name": "New Team", "region_code": "Y1"}).location == SKILLS
        with partners.database.unit(writing=False) as unit:
            body = unit.session.scalars(select(Organisation).where(Organisation.name == "New Team")).one()
            assert (body.kind, body.code_source) == ("support_organisation", "ours")
        assert "New Team" in manager.get("/organisation").text
        assert registered_team(manager) == [DAYS, INTERESTS, CHECK]
        assert "is asked whether" not in manager.get(CHECK).text
        assert manager.submit(CHECK).location == "/partner"


def registered_team(manager):
    steps = [(f"{SKILLS}?q=dis", {"level-UEC-FLO-DIS": "4"}), (f"{DAYS}?every=20", {}), (INTERESTS, {})]
    return [manager.submit(path, fields, form=FORM).location for path, fields in steps]
