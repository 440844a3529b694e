"""The pages of an engagement: what each side may do, what is said of mistakes, and what others see."""

import uuid
from datetime import date

import pytest

from tests.factories.engagements import AGREEMENT
from webapp.engagements.presenters import progress
from webapp.store.engagements import EngagementState
from webapp.ui.charts import run_chart

ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MOST_QUERIES, MOST_BYTES = 12, 100_000
MAIN = 'form[method="post"]:not(.app-button-form)'
NHS_NUMBER = "943 476 5919"
TEXTS = {name: getattr(AGREEMENT, name) for name in AGREEMENT.__dataclass_fields__}


@ONE_ENGINE
class TestAgreement:
    def test_it_is_edited_and_accepted_by_both(self, sides):
        path = sides.accept()
        wrong = sides.expert.submit(f"{path}/agreement/edit", {**TEXTS, "partner_email": "nobody", "aim": ""})
        assert wrong.status == 422
        assert wrong.errors[0] == "Enter the aim"
        old = sides.lead.get(f"{path}/agreement")
        assert sides.expert.submit(f"{path}/agreement/edit", TEXTS).location == f"{path}/agreement"
        assert sides.lead.post(f"{path}/agreement", old.values()).status == 409
        assert "Change the agreement" in sides.member.get(f"{path}/agreement").text
        assert "Accept this version" not in sides.member.get(f"{path}/agreement").text
        for person in (sides.lead, sides.expert):
            assert sides.engagement().state is EngagementState.DRAFTED
            assert person.submit(f"{path}/agreement").location == path
            assert ("The other side has accepted" in sides.expert.get(path).text) is (person is sides.lead)
        assert sides.engagement().state is EngagementState.AGREED
        assert sides.expert.get(f"{path}/agreement/edit").status == 409

    def test_others_words_stay_beside_ones_own(self, sides):
        path = f"{sides.accept()}/agreement/edit"
        old = sides.lead.get(path).values()
        sides.expert.submit(path, TEXTS)
        stale = sides.lead.post(path, {**old, **TEXTS, "aim": "My own aim"})
        assert stale.status == 409
        assert "My own aim" in stale.text
        assert AGREEMENT.exit_terms in stale.text


@ONE_ENGINE
class TestWork:
    def test_an_outcome_and_a_rating_that_cannot_stand_keep_what_was_typed(self, sides):
        path = sides.accept(start=True)
        nameless = sides.lead.submit(f"{path}/outcome", {"words": "Żeby było szybciej 学习"})
        assert nameless.errors == ["Enter what is measured", "Choose which way is better"]
        assert "Żeby było szybciej 学习" in nameless.text
        patient = {"measure": "Days", "better": "lower", "words": f"It helped {NHS_NUMBER}"}
        assert sides.lead.submit(f"{path}/outcome", patient).status == 422
        values = sides.lead.submit(f"{path}/outcome", {"measure": "Days", "better": "lower"}).location
        never = {
            "measured_on-day": "31",
            "measured_on-month": "2",
            "measured_on-year": "2026",
            "value": "4.5",
        }
        refused = sides.lead.submit(values, never, form=MAIN)
        assert len(refused.errors) == 1
        assert refused.page.select_one('input[name="value"]')["value"] == "4.5"
        assert sides.lead.submit(f"{path}/end", {"words": "Done"}).location == path
        unrated = sides.lead.submit(f"{path}/rating", {"words": "Ask early"})
        assert unrated.errors == ["Choose from 1 to 5"]
        assert "Ask early" in unrated.text
        spoken = sides.lead.submit(f"{path}/rating", {"score": "5", "words": f"Ask {NHS_NUMBER}"})
        assert spoken.status == 422
        assert sides.lead.submit(f"{path}/rating", {"score": "9"}).status == 422
        assert sides.lead.submit(f"{path}/rating", {"score": "5"}).location == path

    def test_days_a_change_check_in_outcome_end_and_rating(self, sides):
        path = sides.accept(start=True)
        assert sides.lead.submit(f"{path}/days", {"days": "0"}).errors
        many = sides.lead.submit(f"{path}/days", {"days": "9", "note": "Kept words"})
        assert many.errors == ["The plan has 3 days left. Agree a change of days first"]
        assert "Kept words" in many.text
        assert sides.expert.submit(f"{path}/days", {"days": "1"}).status == 303
        change = sides.expert.submit(f"{path}/change", {"2027-03": "1", "reason": "One more visit"})
        assert change.location == path
        shown = sides.lead.get(path)
        assert "A change of days waits for an answer" in shown.text
        assert shown.queries <= MOST_QUERIES
        assert sides.expert.get(path).page.select_one('form[action$="take-back"]')
        assert sides.lead.submit(path, form='form[action$="agree"]').location == path
        assert sides.engagement().days_by_month == {"2027-01": 2, "2027-02": 1, "2027-03": 1}
        first = sides.engagement().check_ins[0]
        check_in = f"{path}/check-ins/{first.id}"
        early = sides.member.get(path)
        assert "Due on 14 December 2026. It can be answered from 30 November 2026." in early.text
        assert not early.page.select('a[href*="/check-ins/"]')
        assert sides.member.get(check_in).status == 409
        sides.make_due(first.id)
        assert sides.member.submit(check_in, {"progress": "badly"}).errors
        assert sides.member.submit(check_in, {"progress": "well"}).location == path
        assert sides.lead.get(check_in).status == 409
        named = sides.lead.submit(f"{path}/outcome", {"measure": "Days waited", "better": "lower"})
        assert named.location == f"{path}/outcome/values"
        for day, month, value in (("1", "9", "4.25"), ("1", "10", "4"), ("2", "11", "3.5")):
            fields = {"measured_on-day": day, "measured_on-month": month, "measured_on-year": "2026"}
            assert sides.lead.submit(named.location, {**fields, "value": value}, form=MAIN).status == 303, day
        future = {
            "measured_on-day": "1",
            "measured_on-month": "1",
            "measured_on-year": "2099",
            "value": "1e400",
        }
        refused = sides.lead.submit(named.location, future, form=MAIN)
        assert [error.split(" must ")[0] for error in refused.errors] == ["Value"]
        assert refused.queries <= MOST_QUERIES
        page = sides.expert.get(path)
        assert page.page.select_one("figure svg polyline")
        assert "4.25" in page.text
        assert sides.lead.submit(f"{path}/pause", {"words": "Winter"}).location == path
        assert sides.lead.submit(path, form='form[action$="resume"]').location == path
        assert sides.lead.get(f"{path}/rating").status == 409
        assert sides.lead.submit(f"{path}/end", {"words": "Done"}).location == path
        assert sides.lead.submit(f"{path}/rating", {"score": "5", "words": "Splendid"}).location == path
        assert "Splendid" not in sides.expert.get(path).text
        assert sides.expert.submit(f"{path}/rating", {"score": "4"}).location == path
        over = sides.expert.get(path)
        assert "Splendid" in over.text
        assert (
            "4 days planned from January 2027 on were given back to the partner when it ended." in over.text
        )
        assert "The organisation paused the work. “Winter”" in over.text
        assert "Both sides accepted the offer, so the engagement was made." in over.text
        assert over.queries <= MOST_QUERIES
        assert len(over.response.get_data()) < MOST_BYTES
        assert sides.lead.get(f"{path}/days").status == 200
        assert sides.lead.get(f"{path}/end").status == 200  # and sending it is 409
        assert sides.lead.submit(f"{path}/end").status == 409

    def test_who_reads_and_who_does_not(self, sides):
        path = sides.accept(start=True)
        for person in (sides.lead, sides.member, sides.expert, sides.reviewer):
            assert path in {str(link["href"]) for link in person.get("/engagements").page.select("a[href]")}
            assert person.get(path).status == 200
        national = sides.reviewer.get(path)
        assert not national.page.select("main form")
        assert sides.reviewer.get("/engagements/engagements.csv").response.mimetype == "text/csv"
        assert sides.reviewer.get(f"{path}/end").status == 404
        for end in ("", "/agreement", "/days", "/change", "/outcome", "/rating", "/end", "/start"):
            absent = sides.other_lead.get(f"/engagements/{uuid.uuid4()}{end}")
            assert sides.other_lead.get(f"{path}{end}").status == absent.status == 404, end
        assert "No engagement yet" in sides.other_lead.get("/engagements").text


class TestRunChart:
    def test_the_median_is_that_of_the_baseline_where_there_is_one(self):
        days = [date(2026, month, 1) for month in range(1, 7)]
        values = [10.0, 12.0, 11.0, 6.0, 5.0, 4.0]
        chart = run_chart(
            "Days", [(day, v, n < 3) for n, (day, v) in enumerate(zip(days, values, strict=True))]
        )
        assert (chart.median, chart.median_of, len(chart.points)) == (11.0, "before the work", 6)
        assert chart.points[0].x < chart.points[-1].x
        assert chart.points[1].y < chart.points[-1].y  # the highest value is drawn at the top
        flat = run_chart("Days", [(days[0], 3.0, False), (days[1], 3.0, False)])
        assert {point.y for point in flat.points} == {flat.median_y}
        assert run_chart("Days", [(days[0], 3.0, False)]) is None
        assert progress.SIDES.keys() == {"partner", "requester"}
