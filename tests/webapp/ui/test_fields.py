"""Fields: what they take, what they refuse and in which words, and how they are drawn."""

import pytest

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
GOOD = {
    "title": "Falls",
    "days": "12",
    "start-day": "27",
    "start-month": "3",
    "start-year": "2027",
    "shape": "a",
}
BAD_NUMBERS = [
    "-1",
    "0",
    "1.5",
    "1000000000",
    "1" * 31,
    "1e400",
    "inf",
    "nan",
    "1_2",
    "\u0661\u0662",
    "61",
    "0x1",
    "+5",
]


@pytest.fixture
def send(probed, visitor):
    """Fill the form of all fields, all good but what the test gives."""
    opened = visitor.get("/probe/fields").values()

    def send(**fields):
        return visitor.post("/probe/fields", {**opened, **GOOD, **fields})

    return send


@ONE_ENGINE
class TestWhatIsTaken:
    def test_good_answers(self, send):
        taken = send(**{"skills[]": ["x", "y"], "notes": " two\r\nlines "}).response.get_json()
        assert taken["days"] == "12"
        assert taken["start"] == "2027-03-27"
        assert taken["skills"] == "['x', 'y']"
        assert taken["notes"] == "two\nlines"

    def test_text_is_kept_in_one_form(self, send):
        assert send(title="Cafe\u0301 <b>&amp;").response.get_json()["title"] == "Caf\u00e9 <b>&amp;"

    @pytest.mark.parametrize("days", BAD_NUMBERS)
    def test_bad_numbers(self, send, days):
        visit = send(days=days)
        assert (visit.status, visit.errors) == (422, ["Days must be a whole number from 1 to 60"])
        assert visit.page.select_one("#days")["value"] == days[:20]

    @pytest.mark.parametrize(
        ("day", "month", "year"),
        [("31", "2", "2027"), ("", "3", "2027"), ("1", "1", "27"), ("x", "1", "2027"), ("29", "2", "2027")],
    )
    def test_dates_that_are_none(self, send, day, month, year):
        visit = send(**{"start-day": day, "start-month": month, "start-year": year})
        assert visit.errors == ["Start must be a real date, like 27 3 2027"]
        assert visit.page.select_one("#start-day")["value"] == day

    @pytest.mark.parametrize("year", ["0001", "1999", "2100", "9999"])
    def test_dates_far_away(self, send, year):
        assert "between" in send(**{"start-year": year}).errors[0]

    @pytest.mark.parametrize(
        ("title", "says"),
        [
            ("a\0b", "control characters"),
            ("a\ue000b", "control characters"),
            ("a\u202eb", "hidden characters"),
            ("a\u200bb", "hidden characters"),
            ("Z" + "\u0301\u0316" * 20, "pile accents"),
            ("x" * 51, "50 characters or fewer"),
            ("Patient 943 476 5919", "NHS number"),
            ("9434765919", "NHS number"),
        ],
    )
    def test_texts_that_are_refused(self, send, title, says):
        visit = send(title=title)
        assert visit.status == 422
        assert says in visit.errors[0]

    @pytest.mark.parametrize(
        "title", ["9434765910", "0113 496 0000 1", "José Ñuñez", "李小龍", "محمد", "A&E <4 hours>"]
    )
    def test_texts_that_are_fine(self, send, title):
        assert send(title=title).status == 200

    @pytest.mark.parametrize("shape", ["c", "a b", "1"])
    def test_an_option_that_is_not_on_the_list(self, send, shape):
        assert send(shape=shape).status == 422

    def test_no_more_than_the_boxes_that_are_there(self, send):
        assert send(**{"skills[]": ["x", "z"]}).status == 422


@ONE_ENGINE
class TestHowTheyLook:
    def test_nothing_entered_gives_a_summary_that_leads_to_each_field(self, probed, visitor):
        visit = visitor.submit("/probe/fields")
        assert visit.title.startswith("Probe")
        links = {a["href"]: a.get_text(strip=True) for a in visit.page.select(".nhsuk-error-summary a")}
        assert links == {
            "#title": "Enter a title",
            "#days": "Enter how many days",
            "#start-day": "Enter when it starts",
            "#shape": "Choose a shape",
        }
        assert all(visit.page.select_one(anchor) for anchor in links)

    def test_words_are_kept_and_inert(self, send):
        visit = send(title='"><script>alert(1)</script>', days="no")
        assert visit.page.select_one("#title")["value"] == '"><script>alert(1)</script>'
        assert "<script>alert(1)" not in visit.response.get_data(as_text=True)

    def test_labels_hints_and_errors_belong_together(self, send):
        visit = send(days="")
        box = visit.page.select_one("#days")
        assert visit.page.select_one("label[for=days]").get_text(strip=True) == "Days"
        described = box["aria-describedby"].split()
        assert "days-error" in described
        assert all(visit.page.find(id=part) for part in described)

    def test_chosen_options_stay_chosen(self, send):
        visit = send(shape="b", **{"skills[]": ["y"]}, days="")
        assert [box["value"] for box in visit.page.select("input[checked]")] == ["b", "y"]
