"""A story on its pages: written and agreed by both sides, published, searched and read by everybody, taken down."""

import pytest

from tests.factories.engagements import Pair
from tests.factories.stories import TEXT, again, over, published
from webapp.store.offers import Offer

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MOST_QUERIES, MOST_BYTES = 12, 100_000
FIELDS = {
    "title": TEXT.title,
    "tried": TEXT.tried,
    "worked": '<script>alert("x")</script> Both went round together.',
    "not_worked": TEXT.not_worked,
    "skills[]": list(TEXT.skills),
}


@pytest.fixture
def path(sides):
    """The address of an engagement that is over, with its outcome."""
    with sides.database.unit(writing=True, request_id="working") as unit:
        offer = unit.session.get_one(Offer, sides.offer_id)
        row = over(unit, Pair(offer, sides.lead.actor, sides.expert.actor, offer.partner))
        return f"/engagements/{row.id}"


def fits(visit):
    assert visit.status == 200
    assert visit.queries <= MOST_QUERIES
    assert len(visit.response.get_data()) < MOST_BYTES
    return visit


def waiting(sides, path):
    """Both sides have agreed; the address at which the national team reads it."""
    sides.member.submit(f"{path}/story/edit", FIELDS)
    for who in (sides.expert, sides.lead):
        assert who.submit(f"{path}/story").location == f"{path}/story"
    desk = fits(sides.reviewer.get("/national/stories"))
    return str(desk.page.select_one("main table a")["href"])


@ONE_ENGINE
class TestWriting:
    def test_it_begins_with_the_engagement_and_what_is_wrong_is_said_on_its_field(self, sides, path):
        assert "Write the story" in fits(sides.member.get(path)).text
        form = fits(sides.member.get(f"{path}/story/edit"))
        assert form.values()["tried"] == "Patients go home on the day they are ready"
        assert form.values()["skills[]"] == ["UEC-FLO-DIS", "M-PDSA"]
        wrong = sides.member.submit(
            f"{path}/story/edit",
            {**FIELDS, "title": "", "worked": "943 476 5919", "skills[]": ["MEH-FLO-CRI"]},
        )
        assert wrong.status == 422
        assert wrong.errors[0] == "Enter a title"
        assert "943 476 5919" in wrong.text
        assert wrong.page.select_one('.nhsuk-error-summary a[href="#title"]')

    def test_both_agree_and_a_change_asks_both_again(self, sides, path):
        assert sides.member.submit(f"{path}/story/edit", FIELDS).location == f"{path}/story"
        page = fits(sides.member.get(f"{path}/story"))
        assert "For your side, a lead does." in page.text
        assert "Agree to this version" not in page.text
        assert page.page.select_one("main script") is None
        old = sides.lead.get(f"{path}/story")
        sides.expert.submit(f"{path}/story/edit", {"worked": "Another text"})
        assert sides.lead.post(f"{path}/story", old.values()).status == 409
        assert sides.lead.submit(f"{path}/story").location == f"{path}/story"
        assert "Your side has agreed." in sides.lead.get(f"{path}/story").text
        sides.expert.submit(f"{path}/story/edit", {"title": "A third one"})
        assert "Agree to this version" in sides.lead.get(f"{path}/story").text

    def test_the_words_of_the_other_side_stay_beside_ones_own(self, sides, path):
        old = sides.lead.get(f"{path}/story/edit").values()
        sides.expert.submit(f"{path}/story/edit", FIELDS)
        stale = sides.lead.post(f"{path}/story/edit", {**old, **FIELDS, "worked": "My own words"})
        assert stale.status == 409
        assert "My own words" in stale.text
        assert "Both went round together." in stale.text

    def test_nobody_else_finds_it(self, sides, path, visitor):
        sides.expert.submit(f"{path}/story/edit", FIELDS)
        for address in ("story", "story/edit", "story/withdraw"):
            assert sides.other_lead.get(f"{path}/{address}").status == 404
            assert visitor.get(f"{path}/{address}").status in (302, 303, 404)
        assert sides.member.get(f"{path}/story/withdraw").status in (403, 404)
        assert sides.reviewer.get(f"{path}/story").status == 200
        assert sides.reviewer.get(f"{path}/story/edit").status in (403, 404)
        assert sides.lead.get("/national/stories").status in (403, 404)


@ONE_ENGINE
class TestPublished:
    def test_everybody_reads_it_and_no_name_of_a_person(self, sides, path, visitor):
        assert "No story has been published yet" in visitor.get("/stories").text
        desk = waiting(sides, path)
        assert visitor.get(desk.removeprefix("/national")).status == 404
        assert "Publish it?" in fits(sides.reviewer.get(desk)).text
        assert sides.reviewer.submit(desk).location == "/national/stories"
        found = fits(visitor.get("/stories?q=ward+TRANSPORT&skill=UEC-FLO-DIS"))
        assert "1 story matches your filters" in found.text
        assert "Nothing matches your filters" in visitor.get("/stories?q=nowhere").text
        address = str(found.page.select_one("main ol a")["href"])
        page = fits(visitor.get(address))
        assert page.heading == TEXT.title
        assert "An expert from" in page.text
        assert "At weekends nobody could order transport." in page.text
        assert page.page.select_one("main svg") is not None
        with sides.database.unit(writing=False) as unit:
            row = unit.session.get_one(Offer, sides.offer_id)
            people = (
                row.partner.name,
                row.request.lead_name,
                row.request.sponsor_name,
                "A Lead",
                "A Sponsor",
            )
        assert [name for name in people if name and name in page.text + found.text] == []
        assert visitor.get("/").page.select_one('main a[href="/stories"]') is not None

    def test_either_side_takes_it_down_at_once(self, sides, path, visitor):
        desk = waiting(sides, path)
        sides.reviewer.submit(desk)
        address = desk.removeprefix("/national")
        assert visitor.get(address).status == 200
        assert sides.expert.get(f"{path}/story/edit").status == 409
        asked = fits(sides.expert.get(f"{path}/story/withdraw"))
        assert asked.page.find("a", string="Leave it as it is")["href"] == f"{path}/story"
        assert sides.expert.submit(f"{path}/story/withdraw").location == f"{path}/story"
        assert visitor.get(address).status == 404
        assert "It was taken down" in sides.lead.get(f"{path}/story").text

    def test_it_is_sent_back_with_the_reason(self, sides, path):
        desk = waiting(sides, path)
        assert sides.reviewer.submit(f"{desk}/send-back", {"reason": ""}).errors == [
            "Enter what the sides should change"
        ]
        sent = sides.reviewer.submit(f"{desk}/send-back", {"reason": "Say what it cost"})
        assert sent.location == "/national/stories"
        assert "Say what it cost" in sides.expert.get(f"{path}/story").text
        assert sides.reviewer.get(desk).status == 404

    def test_a_published_outcome_is_offered_only_where_a_story_stands_behind_the_skill(self, sides, path):
        def offered(code):
            page = sides.expert.get(f"/partner/skills/{code}").page
            return page.select_one('input[value="published_outcome"]') is not None

        assert not offered("UEC-FLO-DIS")
        claimed = sides.expert.submit("/partner/skills/UEC-FLO-DIS", {"evidence": "published_outcome"})
        assert claimed.errors == ["Choose what stands behind it"]
        sides.reviewer.submit(waiting(sides, path))
        assert (offered("UEC-FLO-DIS"), offered("M-PDSA")) == (True, False)


@ONE_ENGINE
def test_two_stories_need_as_many_queries_as_one(sides, path, visitor):
    sides.reviewer.submit(waiting(sides, path))
    one = (visitor.get("/stories").queries, sides.reviewer.get("/national/stories").queries)
    with sides.database.unit(writing=True, request_id="another") as unit:
        offer = unit.session.get_one(Offer, sides.offer_id)
        pair = again(unit, Pair(offer, sides.lead.actor, sides.expert.actor, offer.partner))
        published(unit, pair, over(unit, pair), sides.reviewer.actor)
    both = visitor.get("/stories")
    assert len(both.page.select("main ol li")) == 2
    assert (both.queries, sides.reviewer.get("/national/stories").queries) == one
