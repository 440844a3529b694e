"""Nothing typed is lost: a sign-in that ends mid-form, another tab, a page open for too long."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.factories.rounds import JOB
from tests.factories.worksheets import saved_file
from webapp.services import rounds
from webapp.services.clean_up import drop_what_is_over
from webapp.store.accounts import Membership
from webapp.store.kept_words import MOST_FOR_ONE_PERSON, KeptWords
from webapp.store.rounds import Round

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
WORDS = {"aim": "Half of our patients wait a day", "measure": "Days waited: from 2.1 to 1.0"}


def rows(database):
    with database.unit(writing=False) as unit:
        return unit.session.scalar(select(func.count()).select_from(KeptWords))


def again(signed_in, person, **held_for):
    """The same person signs in again: a new browser session with a new cookie."""
    return signed_in(person.actor.role, user_id=person.actor.user_id, **held_for)


def kept_page(visit):
    """Where the sign-in page would lead on to."""
    assert visit.status == 303
    assert visit.location.startswith("/sign-in?next=")
    return unquote(visit.location.removeprefix("/sign-in?next="))


def filled(person, path):
    form = {**person.get(f"{path}/aim").values(), **WORDS}
    assert form["writer"]
    return form


class TestASignInThatEnds:
    def test_the_words_stand_in_the_form_again_and_are_saved_by_the_person(
        self, trusts, signed_in, database, clock
    ):
        path = trusts.draft(aim="As it was")
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        page = kept_page(trusts.member.post(f"{path}/aim", form))
        assert trusts.row(path).aim == "As it was"
        person = again(signed_in, trusts.member)
        visit = person.get(page)
        assert "Not saved yet" in visit.text
        assert {name: visit.values()[name] for name in WORDS} == WORDS
        assert trusts.row(path).aim == "As it was"
        saved = person.submit(page)
        assert (saved.status, trusts.row(path).aim) == (303, WORDS["aim"])
        assert rows(database) == 0

    def test_somebody_else_saved_meanwhile_and_both_words_are_shown(self, trusts, signed_in, clock):
        path = trusts.draft()
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        page = kept_page(trusts.member.post(f"{path}/aim", form))
        again(signed_in, trusts.lead).submit(f"{path}/aim", {"aim": "What the lead wrote"})
        visit = again(signed_in, trusts.member).submit(page)
        assert visit.status == 409
        assert "What the lead wrote" in visit.text
        assert visit.values()["aim"] == WORDS["aim"]

    @ONE_ENGINE
    def test_choices_that_a_page_fills_in_by_itself_are_kept_too(self, trusts, signed_in, clock):
        path = trusts.draft(severity=1)
        form = {**trusts.lead.get(f"{path}/urgency").values(), "severity": "3", "severity_reason": "Worse"}
        clock.forward(hours=3)
        visit = again(signed_in, trusts.lead).get(kept_page(trusts.lead.post(f"{path}/urgency", form)))
        assert (visit.values()["severity"], visit.values()["severity_reason"]) == ("3", "Worse")

    @ONE_ENGINE
    def test_without_the_address_the_person_is_led_there_after_signing_in(self, trusts, signed_in, clock):
        path = trusts.draft()
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        page = kept_page(trusts.member.post(f"{path}/aim", form))
        assert again(signed_in, trusts.member).get("/account/start").location == page
        assert again(signed_in, trusts.lead).get("/account/start").location == "/requests"


@ONE_ENGINE
class TestAnotherTab:
    def test_signed_out_there(self, trusts, signed_in):
        path = trusts.draft()
        form = filled(trusts.member, path)
        sign_out = trusts.member.get("/requests").page.select_one('form[action="/sign-out"] input')
        trusts.member.post("/sign-out", {"csrf_token": sign_out["value"]})
        page = kept_page(trusts.member.post(f"{path}/aim", form))
        assert again(signed_in, trusts.member).get(page).values()["aim"] == WORDS["aim"]

    def test_signed_in_there_anew_as_the_same_person(self, trusts):
        path = trusts.draft()
        form = {**filled(trusts.member, path), "csrf_token": "of before"}
        visit = trusts.member.post(f"{path}/aim", form)
        assert visit.status == 303
        assert trusts.member.get(visit.location).values()["aim"] == WORDS["aim"]

    def test_signed_in_there_as_somebody_else_they_see_nothing_of_it(self, trusts, signed_in):
        path = trusts.draft()
        form = {**filled(trusts.member, path), "csrf_token": "of before"}
        visit = trusts.lead.post(f"{path}/aim", form)
        assert (visit.status, visit.heading) == (400, "You are signed in as somebody else now")
        assert WORDS["aim"] not in visit.text
        assert trusts.member.get("/account/start").location.startswith(f"{path}/aim?kept=")


@ONE_ENGINE
class TestWhoseTheyAre:
    def test_nobody_else_opens_them_not_even_with_the_address(self, trusts, signed_in, clock):
        path = trusts.draft()
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        page = kept_page(trusts.member.post(f"{path}/aim", form))
        visit = again(signed_in, trusts.lead).get(page)
        assert visit.status == 200
        assert visit.values()["aim"] != WORDS["aim"]

    def test_a_plan_is_not_carried_into_another_organisations(self, trusts, signed_in, clock, database):
        """Somebody who is a member of two trusts: what they wrote for one does not open for the other."""
        form = {**trusts.member.get("/plan/new").values(), "title": "Ours alone"}
        clock.forward(hours=3)
        page = kept_page(trusts.member.post("/plan/new", form))
        with database.unit(writing=True) as unit:
            held = unit.session.scalar(
                select(Membership).where(Membership.user_id == trusts.member.actor.user_id)
            )
            held.organisation_id = trusts.organisations["T2"]
        elsewhere = again(signed_in, trusts.member)
        assert elsewhere.get(page).values()["title"] == ""
        assert elsewhere.get("/account/start").location == "/requests"

    def test_what_is_kept_cannot_be_read_in_the_table(self, trusts, clock, database):
        path = trusts.draft()
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        trusts.member.post(f"{path}/aim", form)
        with database.unit(writing=False) as unit:
            (row,) = unit.session.scalars(select(KeptWords))
        assert "patients" not in str(vars(row))
        assert path not in str(vars(row))

    def test_a_note_that_is_not_ours_keeps_nothing(self, trusts, database, clock):
        path = trusts.draft()
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        for note in ("", "x", form["writer"][:-2], form["writer"].swapcase()):
            assert trusts.member.post(f"{path}/aim", {**form, "writer": note}).location == "/sign-in"
        assert rows(database) == 0

    def test_passwords_and_worksheets_are_never_kept(self, trusts, database, clock, visitor):
        for page in ("/sign-in", "/account/password"):
            for person in (visitor, trusts.member):
                assert 'name="writer"' not in person.get(page).response.get_data(as_text=True)
        path = trusts.draft()
        form = {**filled(trusts.member, path), "aim": saved_file().decode()}
        clock.forward(hours=3)
        trusts.member.post(f"{path}/aim", form)
        assert rows(database) == 0


@ONE_ENGINE
class TestHowLong:
    def test_a_day_and_not_more_than_twenty(self, trusts, database, clock, signed_in):
        path = trusts.draft()
        form = filled(trusts.member, path)
        clock.forward(hours=3)
        for _ in range(MOST_FOR_ONE_PERSON + 3):
            page = kept_page(trusts.member.post(f"{path}/aim", form))
        assert rows(database) == MOST_FOR_ONE_PERSON
        clock.forward(hours=25)
        assert again(signed_in, trusts.member).get(page).values()["aim"] != WORDS["aim"]
        with database.unit(writing=True) as unit:
            drop_what_is_over(unit)
        assert rows(database) == 0


@ONE_ENGINE
class TestWhatCannotBeSaved:
    def test_a_round_that_closes_meanwhile_shows_the_words_to_be_copied(self, trusts, database):
        path = trusts.submitted()
        form = filled(trusts.lead, path)
        with database.unit(writing=True) as unit:
            row = unit.session.get_one(Round, trusts.round_id)
            rounds.close(unit, actor=JOB, round_id=row.id, expected_version=row.version)
        visit = trusts.lead.post(f"{path}/aim", form)
        assert visit.status == 409
        assert "It stands as it was submitted. You can still withdraw it." in visit.text
        assert [tag.get_text() for tag in visit.page.select(".app-typed")][:2] == list(WORDS.values())


@ONE_ENGINE
class TestTheWarning:
    def test_five_minutes_before_the_end_and_staying(self, context, live_server, let_in, trusts, database):
        let_in(context, trusts.lead)
        page = context.new_page()
        page.clock.install()
        page.goto(f"{live_server}/requests")
        expect(page.locator(".app-idle")).to_have_count(0)
        page.clock.fast_forward("01:56:00")
        page.get_by_text("You will be signed out in less than 5 minutes").wait_for()
        page.get_by_role("button", name="Stay signed in").click()
        page.locator(".app-idle").wait_for(state="detached")
        page.clock.fast_forward("02:01:00")
        page.get_by_text("Nothing you typed is lost").wait_for()
