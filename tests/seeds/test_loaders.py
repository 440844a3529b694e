from sqlalchemy import func, select

from seeds.loaders import load_reference
from webapp.store.organisations import Organisation, Predecessor, PublishedFigure, RegionNeighbour, by_code
from webapp.store.taxonomy import NodeKind, TaxonomyNode, TaxonomyRelation, TaxonomySynonym, found

RYR = "f2ffd11a-01ba-5b60-8dea-b2f883ad416d"


def _count(unit, kind):
    return unit.session.scalar(select(func.count()).select_from(kind))


class TestLoadReference:
    def test_it_writes_all_facts_once(self, unit):
        first, second = load_reference(unit), load_reference(unit)
        assert _count(unit, Organisation) == 7 + 36 + 12 + 202 + 65
        assert _count(unit, TaxonomyNode) == 157
        assert _count(unit, PublishedFigure) == first.figures > 1000
        assert _count(unit, TaxonomySynonym) > 300
        assert _count(unit, TaxonomyRelation) > 100
        assert _count(unit, RegionNeighbour) == 2 * 10
        assert second.total == 0
        assert len(unit.audit_entries) == 1

    def test_what_was_corrected_stays_corrected(self, unit):
        load_reference(unit)
        by_code(unit.session, "RYR").name = "A Newer Name"
        unit.flush()
        load_reference(unit)
        assert by_code(unit.session, "RYR").name == "A Newer Name"

    def test_former_boards_know_their_successor_unless_they_were_split(self, unit):
        load_reference(unit)
        assert by_code(unit.session, "QMJ").successor_code == "Z9B2Z"
        assert by_code(unit.session, "QNQ").successor_code is None
        split = select(func.count()).select_from(Predecessor).where(Predecessor.predecessor_code == "QNQ")
        assert unit.session.scalar(split) == 2

    def test_the_same_rows_have_the_same_identifiers_everywhere(self, unit):
        load_reference(unit)
        assert str(by_code(unit.session, "RYR").id) == RYR

    def test_a_skill_is_found_by_another_word(self, unit):
        load_reference(unit)
        names = [node.code for node in unit.session.scalars(found("camhs", (NodeKind.SKILL,)))]
        assert names == ["MEH-CYP-ACC"]
