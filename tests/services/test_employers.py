"""An expert changes employer: the new one is asked, and what the former one said no longer counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.factories.engagements import Pair, accepted, offered
from tests.services.conftest import Country
from webapp.services import consequences, employees, employers, partners, releases, review_rules
from webapp.services.employers import NewEmployer
from webapp.services.failures import NotAllowedNow, Rejected, StaleVersion
from webapp.services.releases import ReleaseState
from webapp.store.offers import OfferState
from webapp.store.partners import InterestKind, SkillEvidence
from webapp.store.unit_of_work import UnitOfWork


@pytest.fixture
def pair(unit: UnitOfWork, country: Country) -> Pair:
    """T3's expert, released, with one endorsed skill, offered to T1."""
    made = offered(unit, country.organisations["T3"], country.lead)
    made.partner.skills[0].evidence = SkillEvidence.EMPLOYER_ENDORSED
    unit.flush()
    return made


def change(unit: UnitOfWork, pair: Pair, home: object, **changes: object) -> None:
    left_on = changes.pop("left_on", unit.now.date())
    given = {"expected_version": pair.partner.version, **changes}
    new = NewEmployer(home.id, left_on)
    employers.change(unit, actor=pair.expert, partner_id=pair.partner.id, new=new, **given)


def test_release_endorsement_place_and_history_follow(unit: UnitOfWork, pair: Pair, country: Country) -> None:
    old, new = country.organisations["T3"], country.organisations["T2"]
    confirmed = pair.partner.interests_confirmed_on
    change(unit, pair, new)
    row = partners.load(unit, pair.partner.id)
    last = releases.newest(row)
    assert (last.state, last.organisation_id) == (ReleaseState.ASKED, new.id)
    assert (row.organisation_id, row.region_code, row.icb_code) == (new.id, new.region_code, new.icb_code)
    assert row.skills[0].evidence is SkillEvidence.SELF_DECLARED
    (former,) = [each for each in row.interests if each.kind is InterestKind.FORMER_EMPLOYMENT]
    assert (former.organisation_id, former.left_on) == (old.id, unit.now.date())
    assert row.interests_confirmed_on == confirmed  # the rest of the declaration was not looked at
    assert pair.offer.state is OfferState.OFFERED  # T1 is nobody's employer here
    with pytest.raises(NotAllowedNow):
        releases.ask(unit, actor=pair.expert, partner_id=row.id, expected_version=row.version)


def test_the_new_employer_decides_and_the_former_one_no_longer(
    unit: UnitOfWork, pair: Pair, country: Country
) -> None:
    change(unit, pair, country.organisations["T2"])
    row = partners.load(unit, pair.partner.id)
    found = employees.employee(unit, actor=country.other_lead, partner_id=row.id)
    row = releases.decide(
        unit,
        actor=country.other_lead,
        partner_id=found.id,
        state=ReleaseState.GIVEN,
        expected_version=row.version,
    )
    assert releases.newest(row).state is ReleaseState.GIVEN


def test_what_is_with_the_new_employer_is_told_first_and_ends(
    unit: UnitOfWork, pair: Pair, country: Country
) -> None:
    home = country.organisations["T1"]
    told = {"actor": pair.expert, "partner_id": pair.partner.id}
    assert consequences.of_employer(unit, home_id=home.id, **told).count == 1
    assert consequences.of_employer(unit, home_id=country.organisations["T2"].id, **told).count == 0
    change(unit, pair, home)
    assert pair.offer.state is OfferState.WITHDRAWN
    broken = review_rules.broken(pair.partner, pair.offer.request, today=unit.now.date())
    assert review_rules.Breach.OWN_ORGANISATION in broken


def test_an_engagement_with_the_new_employer_is_named_as_agreed(
    unit: UnitOfWork, pair: Pair, country: Country
) -> None:
    accepted(unit, pair)
    home = country.organisations["T1"].id
    found = consequences.of_employer(unit, actor=pair.expert, partner_id=pair.partner.id, home_id=home)
    assert (len(found.agreed), found.offered, found.count) == (1, (), 1)


def test_what_makes_no_sense_is_refused(unit: UnitOfWork, pair: Pair, country: Country) -> None:
    new, today = country.organisations["T2"], unit.now.date()
    for home, day, field in (
        (country.organisations["T3"], today, "organisation"),
        (new, today + timedelta(days=1), "left_on"),
        (new, date(1949, 12, 31), "left_on"),
    ):
        with pytest.raises(Rejected) as failure:
            change(unit, pair, home, left_on=day)
        assert [each.field for each in failure.value.problems] == [field]
    with pytest.raises(StaleVersion):
        change(unit, pair, new, expected_version=pair.partner.version + 1)


def test_back_to_a_former_employer_keeps_one_line_of_each(
    unit: UnitOfWork, pair: Pair, country: Country
) -> None:
    old, new = country.organisations["T3"], country.organisations["T2"]
    for home in (new, old, new):
        change(unit, pair, home)
    kinds = [(each.organisation_id, each.kind) for each in pair.partner.interests]
    assert len(kinds) == len(set(kinds))
    assert pair.partner.releases[-1].organisation_id == new.id
