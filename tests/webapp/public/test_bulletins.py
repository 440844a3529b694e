"""Bulletins: drafted, previewed, published by a board member; read by everybody; sent to those who confirmed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from tests.factories.taxonomy import add_taxonomy
from tests.services.post_offices import Postbox, smtp_server
from webapp.authority.roles import Role
from webapp.services import bulletins, sending
from webapp.services.mailers import SmtpMailer
from webapp.services.sending import Office
from webapp.settings import MailServer
from webapp.store.audit import AuditEntry
from webapp.store.bulletins import Bulletin, Subscription
from webapp.store.outbox import OutboxMessage

PUBLIC = "https://matching.example.org"
WRITE = "/national/bulletins/new"
NASTY = '<script>alert("x")</script> & more'
FIELDS = {
    "title": "Board meeting of November",
    "meeting_on-day": "26",
    "meeting_on-month": "11",
    "meeting_on-year": "2026",
    "headline_1": "Help goes first to urgent care.\nThe next round opens in March.",
    "headline_3": NASTY,
    "priorities[]": ["UEC"],
}
ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def member(signed_in, unit):
    """A board member, with priorities to choose from."""
    add_taxonomy(unit.session)
    unit.commit()
    return signed_in(Role.BOARD_MEMBER)


@pytest.fixture
def published(member):
    """The address of a published bulletin."""
    preview = member.submit(WRITE, FIELDS).location
    return member.submit(preview).location


@pytest.fixture
def post_out(app, database):
    """Post what is due and send it over a real SMTP server; gives what arrived."""

    def post_out():
        postbox = Postbox()
        with smtp_server(postbox) as port:
            mailer = SmtpMailer(
                MailServer("127.0.0.1", port, tls_required=False), sender="no-reply@matching.example.org"
            )
            bulletins.post_due(database)
            sending.send_due(database, Office(mailer, PUBLIC, app.extensions["sealer"].unseal))
        return postbox.mails

    return post_out


def link(mail, part):
    """The path of the one address with this part in an email."""
    return re.search(rf"{PUBLIC}(/\S*{part}\S*)", mail.get_content()).group(1)


class TestWriting:
    def test_a_draft_is_seen_by_its_writer_only_until_it_is_published(self, member, visitor):
        preview = member.submit(WRITE, FIELDS)
        page = member.get(preview.location)
        assert "Preview, not published yet" in page.heading
        assert "From 26 November 2026 to 26 May 2027: Priority UEC" in page.text
        bulletin_id = preview.location.rpartition("/")[2]
        assert visitor.get(f"/bulletins/{bulletin_id}").status == 404
        assert "No bulletin has been published yet" in visitor.get("/bulletins").text
        assert member.submit(preview.location).location == f"/bulletins/{bulletin_id}"
        assert "Board meeting of November" in visitor.get(f"/bulletins/{bulletin_id}").heading
        archive = visitor.get("/bulletins")
        assert "Help goes first to urgent care." in archive.text
        assert archive.queries <= 12

    def test_what_was_written_is_text_everywhere(self, member, published, visitor):
        page = visitor.get(published)
        assert NASTY in page.text
        assert not [script for script in page.page.main.select("script")]
        feed = visitor.get("/bulletins/feed.atom").response
        assert feed.mimetype == "application/atom+xml"
        top = ElementTree.fromstring(feed.get_data())
        atom = "{http://www.w3.org/2005/Atom}"
        entry = top.find(f"{atom}entry")
        assert NASTY in entry.find(f"{atom}summary").text
        assert entry.find(f"{atom}link").get("href") == f"http://127.0.0.1:5000{published}"

    def test_published_ones_are_a_file_for_everybody_and_drafts_are_not_in_it(
        self, member, published, visitor
    ):
        member.submit(WRITE, {**FIELDS, "title": "Only a draft"})
        lines = visitor.get("/bulletins/list.csv").response.get_data(as_text=True)
        assert FIELDS["title"] in lines
        assert "Only a draft" not in lines

    def test_mistakes_stand_on_their_fields_and_words_are_kept(self, member, database):
        visit = member.submit(WRITE, {**FIELDS, "title": "", "priorities[]": [], "headline_1": ""})
        assert visit.status == 422
        assert visit.errors == [
            "Enter a title",
            "Enter at least one headline",
            "Choose at least one priority",
        ]
        assert NASTY in visit.text
        refused = member.submit(WRITE, {**FIELDS, "headline_3": "Ask 943 476 5919"})
        assert "NHS number" in refused.errors[0]
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(Bulletin)).all() == []

    def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(self, member):
        preview = member.submit(WRITE, FIELDS).location
        old = member.get(f"{preview}/edit").values()
        member.submit(f"{preview}/edit", {"title": "Theirs"})
        visit = member.post(f"{preview}/edit", {**old, "title": "Mine"})
        assert visit.status == 409
        assert "Theirs" in visit.text
        assert visit.page.select_one("input[name=title]")["value"] == "Mine"

    def test_what_is_published_stays(self, member, published):
        bulletin_id = published.rpartition("/")[2]
        edit = f"/national/bulletins/{bulletin_id}/edit"
        assert member.submit(edit, {"title": "Other"}).status == 409
        assert "Other" not in member.get(published).text

    @ONE_ENGINE
    def test_a_draft_can_be_discarded(self, member):
        preview = member.submit(WRITE, FIELDS).location
        assert member.submit(preview, form='form[action$="/discard"]').status == 303
        assert member.get(preview).status == 404

    @ONE_ENGINE
    def test_nobody_else_writes(self, signed_in):
        for role in (Role.NATIONAL_ADMIN, Role.TRUST_LEAD, Role.SYSTEM_ADMIN):
            assert signed_in(role).get("/national/bulletins").status == 403


class TestSubscribing:
    def test_asked_for_confirmed_sent_and_left(self, member, visitor, published, post_out, database):
        assert visitor.submit("/bulletins/subscribe", {"email": "Reader@Example.org"}).status == 303
        (asked,) = post_out()
        assert asked["To"] == "reader@example.org"
        page = link(asked, "subscription")
        assert visitor.get(page).heading == "Confirm your subscription"
        assert post_out() == []
        assert visitor.submit(page).location == "/bulletins/subscribed"
        assert visitor.get(page).status == 410

        preview = member.submit(WRITE, {**FIELDS, "title": "The second"}).location
        assert "It goes by email to 1 subscriber." in member.get(preview).text
        member.submit(preview)
        (mail,) = post_out()
        assert mail["Subject"] == "Bulletin: The second"
        assert post_out() == []
        way_out = mail["List-Unsubscribe"].strip("<>")
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert way_out == PUBLIC + link(mail, "unsubscribe")

        path = way_out.removeprefix(PUBLIC)
        assert visitor.get(path).heading == "Stop the bulletin?"
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(Subscription.email)).all() == ["reader@example.org"]
        for _ in range(2):
            assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status == 200
        with database.unit(writing=False) as unit:
            assert unit.session.scalars(select(Subscription)).all() == []
            acts = unit.session.scalars(select(AuditEntry.action)).all()
            assert acts.count("bulletin.unsubscribe") == 1
            assert "reader@example.org" not in str(
                [vars(row) for row in unit.session.scalars(select(OutboxMessage))]
            )

    def test_the_answer_tells_nothing_about_an_address(self, visitor, post_out):
        visitor.submit("/bulletins/subscribe", {"email": "known@example.org"})
        visitor.submit(link(post_out()[0], "subscription"))
        known = visitor.submit("/bulletins/subscribe", {"email": "known@example.org"})
        unknown = visitor.submit("/bulletins/subscribe", {"email": "unknown@example.org"})
        assert (known.status, known.location) == (unknown.status, unknown.location)
        assert known.response.get_data() == unknown.response.get_data()
        subjects = {str(mail["To"]): str(mail["Subject"]) for mail in post_out()}
        assert subjects == {
            "known@example.org": "You get the bulletin already",
            "unknown@example.org": "Confirm that you want the bulletin",
        }

    def test_links_are_kept_as_hashes_and_end(self, visitor, post_out, database, clock):
        visitor.submit("/bulletins/subscribe", {"email": "a@example.org"})
        first = link(post_out()[0], "subscription")
        with database.unit(writing=False) as unit:
            row = unit.session.scalars(select(Subscription)).one()
            assert first.rpartition("/")[2] not in str(vars(row))
        visitor.submit("/bulletins/subscribe", {"email": "a@example.org"})
        second = link(post_out()[0], "subscription")
        assert visitor.get(first).status == 410
        words = visitor.get(second).values()
        clock.forward(days=8)
        assert visitor.post(second, words).status == 410
        over = visitor.get(second)
        assert (over.status, over.heading) == (410, "This link cannot be used")
        assert over.page.select_one('main a[href="/bulletins/subscribe"]')

    @ONE_ENGINE
    def test_an_address_cannot_be_flooded(self, visitor):
        answers = [
            visitor.submit("/bulletins/subscribe", {"email": "a@example.org"}).status for _ in range(4)
        ]
        assert answers == [303, 303, 303, 429]

    @ONE_ENGINE
    @pytest.mark.parametrize(
        "email", ["", "no", "a@b", "a@example.org\r\nBcc: b@example.org", "é@example.org"]
    )
    def test_what_is_no_address_is_refused(self, visitor, email):
        assert visitor.submit("/bulletins/subscribe", {"email": email}).status == 422
