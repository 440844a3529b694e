"""The main job from end to end: a trust asks, a partner joins, the round is matched, reviewed and published."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.factories.support_requests import submitted
from tests.journeys.network import Network
from tests.journeys.walk import Walk
from tests.services.solvers import in_process
from webapp.authority.actor import Actor
from webapp.authority.roles import Role
from webapp.services import run_execution
from webapp.services.request_steps import SkillWanted
from webapp.store.runs import RunState
from webapp.store.unit_of_work import Database

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True),
]
TITLE = "Patients home on the day they are ready"


def test_from_request_to_published_match(walk: Walk, network: Network, database: Database, clock) -> None:
    request = a_trust_asks(walk)
    another_trust_asks(network, database)
    a_partner_joins(walk)
    run = the_round_is_matched(walk, network, database)
    the_matches_are_reviewed(walk, run)
    it_is_published_by_two(walk, run, clock)
    both_sides_read_the_result(walk, request)


def a_trust_asks(walk: Walk) -> str:
    """The lead of a trust writes a request page by page and submits it; gives its address."""
    walk.open("/sign-in")
    walk.look("Sign in")
    walk.sign_in("lead")
    walk.look("Support requests")
    walk.press("Ask for support")
    walk.look("Ask for support")
    walk.press("Start")
    walk.look("Which national priority does this come under?")
    walk.choose("Urgent and emergency care")
    walk.press("Save and continue")
    walk.look("Which topic is closest?")
    walk.choose("Flow through the hospital")
    walk.press("Save and continue")
    walk.look("What you want to achieve")
    walk.write(Give_the_request_a_short_title=TITLE)
    walk.write(
        What_do_you_want_to_achieve="Half of our patients wait a day or more after they are ready to leave.",
        How_would_you_know_that_it_worked="Days between being ready and leaving: from 2.1 to 1.0 by June.",
    )
    walk.press("Save and continue")
    skills_are_found(walk)
    return the_rest_is_answered(walk)


def skills_are_found(walk: Walk) -> None:
    """A skill by typing a word that is only a synonym, another by its topic."""
    walk.look("Skills you want")
    walk.write(Type_a_word="going home")
    walk.press("Search")
    walk.follow("Planning discharge from admission")
    walk.look("Planning discharge from admission")
    walk.choose("3. Has led it", "Very important")
    walk.page.get_by_role("checkbox", name="Yes, the support makes no sense without it").check()
    walk.press("Save skill")
    walk.write(Type_a_word="study")
    walk.press("Search")
    walk.follow("Plan, do, study, act cycles")
    walk.press("Save skill")
    walk.says("Essential")
    walk.look("Skills you want")
    walk.press("Continue")


def the_rest_is_answered(walk: Walk) -> str:
    """Shape to severity, then the answers are checked and submitted."""
    walk.look("What shape should the support have?")
    walk.choose("Coaching")
    walk.press("Save and continue")
    walk.look("How much support, when and where")
    walk.page.get_by_label("How many days of support do you want?").fill("4")
    walk.press("Save and continue")
    walk.look("Who stands behind this request")
    walk.press("Save and continue")  # with nothing entered: all that is missing is said at once
    walk.says("There is a problem", "Enter the name of the executive sponsor")
    walk.look("Who stands behind this request")
    walk.write(
        Name_of_the_executive_sponsor="Helen Marsh", Role_of_the_executive_sponsor="Chief operating officer"
    )
    walk.write(Name_of_the_local_lead="Sunil Rao", Email_address_of_the_local_lead="sunil.rao@example.nhs.uk")
    walk.press("Save and continue")
    walk.look("What is in place already")
    walk.press("Save and continue")
    walk.look("How severe is the problem?")
    walk.choose("3. Serious")
    walk.press("Save and continue")
    walk.look("Where does this request stand among your requests in this round?")
    walk.choose("First: it matters most to us")
    walk.press("Save and continue")
    walk.look("Check your answers")
    request = re.sub("^.*(/requests/[^/]+).*$", r"\1", walk.page.url)
    somebody_is_excluded(walk, request)
    walk.press("Submit request")
    walk.look("Request submitted")
    walk.follow("Back to your support requests")
    walk.says(TITLE, "Submitted")
    walk.look("Support requests")
    return request


def somebody_is_excluded(walk: Walk, request: str) -> None:
    """A partner that they cannot work with, from the list of tasks; and back to the answers."""
    walk.open(request)
    walk.says("parts that are needed")
    walk.look(TITLE)
    walk.follow("Partners you cannot work with")
    walk.write(Type_part_of_the_name="bowen")
    walk.press("Search")
    walk.look("Partners you cannot work with")
    walk.follow("Carys Bowen")
    walk.look("Carys Bowen")
    walk.press("Never propose this partner")
    walk.says("Never proposed to you", "Carys Bowen")
    walk.open(f"{request}/check")


def another_trust_asks(network: Network, database: Database) -> None:
    """A second request, so that reviewers have something to weigh."""
    actor = Actor(
        network.users["other_lead"], Role.TRUST_LEAD, network.organisations["T2"], None, None, "Tom Ellery"
    )
    beds = (SkillWanted("UEC-FLO-BED", 2, 3, True),)
    with database.unit(writing=True, request_id="made") as unit:
        submitted(
            unit, actor, title="Beds across two sites", skills=beds, days=4, max_team=1, reference="R-2"
        )


def a_partner_joins(walk: Walk) -> None:
    """The manager of a support organisation makes its profile, with skills, days and interests."""
    walk.sign_in("manager")
    walk.look("About you")
    walk.write(What_is_your_team_called="Meridian Improvement Network")
    walk.write(What_can_your_team_help_with="We coach teams on discharge.")
    walk.choose("All of England", "Either", "Expenses")
    walk.press("Save and continue")
    walk.look("Your skills")
    for word, skill, level in (
        ("home", "Planning discharge from admission", "4. Teach it"),
        ("cycles", "Plan, do, study, act cycles", "3. Have led it"),
    ):
        walk.write(Type_a_word=word)
        walk.press("Search")
        asked = walk.page.get_by_role("group", name=skill)
        asked.get_by_label("Level").select_option(level)
        asked.get_by_label("Evidence").select_option("A reference")
        asked.get_by_label("Last used in").fill("2026")
        walk.press("Save and find more skills")
    walk.look("Your skills")
    walk.press("Save and continue")
    walk.write(Days_in_a_usual_month="2")
    walk.press("Fill in")
    walk.look("Days you offer")
    walk.press("Save and continue")
    walk.look("Your interests")
    walk.press("That is all: continue")
    walk.look("Check your answers")
    walk.press("Offer my support")
    walk.says("Thank you. You offer support from now on.")
    walk.look("Meridian Improvement Network")


def the_round_is_matched(walk: Walk, network: Network, database: Database) -> str:
    """A reviewer closes the round and starts a run; a worker does it. Gives the run's address."""
    walk.sign_in("reviewer", code=True)
    walk.look("Overview")
    walk.follow("Winter round")
    walk.look("Winter round")
    walk.press("Close to new requests")
    walk.says("The round is closed. It can be matched now.")
    walk.press("Start a run")
    walk.look("Start a run")
    walk.press("Start the run")
    walk.says("It waits for a worker.")
    walk.look("Run 1")
    run = re.sub("^.*(/national/runs/[^/?#]+).*$", r"\1", walk.page.url)
    (waiting,) = run_execution.reclaim(database)
    assert run_execution.execute(database, waiting, solver=in_process) is RunState.FINISHED
    walk.open(run)
    walk.says("Finished", "An independent check found every rule kept", "Certificate", "Proven best")
    walk.look("Run 1")
    return run


def the_matches_are_reviewed(walk: Walk, run: str) -> None:
    """Each match with its reasons and who comes next; one approved, one rejected, both with a reason."""
    walk.press("Review the matches")
    walk.says("2 matches", TITLE, "Beds across two sites")
    walk.look("Review the matches")
    walk.page.get_by_role("row", name=TITLE).get_by_role("link").first.click()
    walk.says("Why this partner", "Who comes next", "Who loses", "Fit ")
    walk.look("Meridian Improvement Network for Northfield Hospitals NHS Trust")
    walk.press("Save and go to the next")  # without one: it says what is missing
    walk.says("Choose a decision", "Choose a common reason, or enter one in your own words")
    decide(walk, "Approve", "It fits, and nobody else teaches this skill")
    walk.says("Beds across two sites", "Who comes next")  # straight on to the next one
    decide(walk, "Reject", "They have a regional team for beds already")
    walk.says("Approved", "Rejected")
    walk.look("Review the matches")
    walk.open(f"{run}/unmet")
    walk.look("Requests short of days")


def decide(walk: Walk, decision: str, reason: str) -> None:
    walk.choose(decision)
    walk.write(In_your_own_words=reason)
    walk.press("Save and go to the next")
    walk.says("is kept.")


def it_is_published_by_two(walk: Walk, run: str, clock) -> None:
    """One administrator proposes and cannot confirm; another confirms after signing in again."""
    walk.sign_in("admin", code=True)
    walk.open(f"{run}/publication")
    walk.look("Publication")
    walk.write(Note_for_the_person_who_confirms="As agreed at the board.")
    walk.press("Propose publication")
    walk.says("You proposed it, so another administrator confirms it or sends it back.")
    expect(walk.page.get_by_role("button", name="Confirm or send back")).to_have_count(0)
    clock.forward(minutes=1)
    walk.sign_in("second_admin", code=True)
    clock.forward(minutes=11)
    walk.open(f"{run}/publication")
    walk.press("Confirm or send back")
    walk.look("Sign in again to go on")
    walk.page.get_by_label("Password", exact=True).fill("quiet otter lantern")
    walk.enter_code()
    walk.says("As agreed at the board.")
    walk.look("Confirm publication")
    walk.choose("Publish")
    walk.press("Save the answer")
    walk.says("Published. Offers are on their way.")
    walk.look("Winter round")


def both_sides_read_the_result(walk: Walk, request: str) -> None:
    """The trust, the partner, and the trust whose match was rejected."""
    walk.sign_in("lead")
    walk.follow(TITLE)
    walk.says("Matched", "Meridian Improvement Network: 4 days", "Why this partner", "Offered to both sides")
    walk.look(TITLE)
    assert walk.page.url.endswith(request)
    walk.sign_in("manager")
    walk.menu("My offers")
    walk.look("My offers")
    walk.follow(TITLE)
    walk.says("Northfield Hospitals NHS Trust", "Days asked of you", "Why you", "4 days")
    walk.look(TITLE)
    walk.sign_in("other_lead")
    walk.follow("Beds across two sites")
    walk.says("No partner was found", "the reviewers decided against it")
    walk.look("Beds across two sites")
