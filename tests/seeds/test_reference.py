from collections import Counter

import pytest

from seeds.reference import geography, signals, support_organisations, taxonomy, trusts


class TestGeography:
    def test_seven_regions_touch_both_ways(self):
        near = {region.code: set(region.neighbours) for region in geography.regions()}
        assert len(near) == 7
        assert all(one in near[other] for one, others in near.items() for other in others)

    def test_36_boards_lie_in_known_regions(self):
        codes = {region.code for region in geography.regions()}
        assert len(geography.boards()) == 36
        assert {board.region for board in geography.boards()} == codes
        assert {len(board.code) for board in geography.boards()} == {3, 5}

    def test_former_boards_and_their_successors_say_the_same(self):
        successors = {board.code: set(board.successors) for board in geography.former_boards()}
        named = {
            former: {board.code for board in geography.boards() if former in board.took_over}
            for former in successors
        }
        assert successors == named
        assert [board.code for board in geography.former_boards() if board.was_split] == ["QJG", "QNQ"]


class TestTrusts:
    def test_202_trusts_with_known_boards_and_kinds(self):
        boards = {board.code: board.region for board in geography.boards()}
        assert len({trust.code for trust in trusts.trusts()}) == 202
        assert all(boards[trust.board] == trust.region for trust in trusts.trusts())
        assert {trust.board for trust in trusts.trusts()} == set(boards)
        assert {trust.kind for trust in trusts.trusts()} == {
            "acute",
            "ambulance",
            "community",
            "mental_health",
            "online",
            "specialist",
        }

    def test_names_differ_and_are_in_ordinary_case(self):
        names = [trust.name for trust in trusts.trusts()]
        assert len(set(names)) == 202
        assert not [name for name in names if name.upper() == name or "Nhs" in name]

    def test_places_are_in_england_and_rounded(self):
        for trust in trusts.trusts():
            assert 49.9 < trust.latitude < 55.9
            assert -5.8 < trust.longitude < 1.8
            assert trust.latitude == round(trust.latitude, 2)


class TestSupportOrganisations:
    def test_65_registry_entries_with_codes_of_ours_and_known_tags(self):
        bodies = support_organisations.support_organisations()
        known = {term.code for term in taxonomy.terms()}
        assert len({body.code for body in bodies}) == 65
        assert all(body.code.startswith("SO-") for body in bodies)
        assert all(set(body.tags) <= known and set(body.priorities) <= known for body in bodies)
        assert Counter(body.status for body in bodies) == {"active": 60, "closing": 4, "to_check": 1}

    def test_national_ones_cover_every_region(self):
        national = [body for body in support_organisations.support_organisations() if body.is_national]
        assert {len(body.regions) for body in national} == {7}


class TestTaxonomy:
    def test_counts(self):
        counts = Counter(term.kind for term in taxonomy.terms())
        assert counts == {"component": 5, "priority": 5, "topic": 28, "skill": 90, "method": 29}

    def test_parents_stand_before_their_children(self):
        seen: set[str | None] = {None}
        for term in taxonomy.terms():
            assert term.parent in seen
            seen.add(term.code)

    def test_relations_run_both_ways_and_never_to_oneself(self):
        related = {term.code: set(term.related) for term in taxonomy.terms()}
        assert all(code in related[other] for code, others in related.items() for other in others)
        assert not [code for code, others in related.items() if code in others]

    def test_every_skill_and_method_can_be_found_by_another_word(self):
        without = [term.code for term in taxonomy.terms() if term.kind in ("skill", "method")]
        assert [code for code in without if not taxonomy.table("synonyms").get(code)] == []
        assert set(taxonomy.table("synonyms")) <= {term.code for term in taxonomy.terms()}


class TestSignals:
    def test_every_figure_belongs_to_a_known_body_and_measure(self):
        measures = {measure.code for measure in signals.measures()}
        bodies = {trust.code for trust in trusts.trusts()} | {board.code for board in geography.boards()}
        assert set(signals.figures()) == bodies
        assert {name for row in signals.figures().values() for name in row} == measures

    @pytest.mark.parametrize("measure", [measure.code for measure in signals.measures()])
    def test_need_runs_from_none_to_most(self, measure):
        shares = signals.need_shares(measure)
        assert (min(shares.values()), max(shares.values())) == (0.0, 1.0)

    def test_a_long_wait_is_need_and_a_quick_service_is_not(self):
        figures = signals.figures()
        shares = signals.need_shares("ae_four_hours")
        worst = max(shares, key=lambda code: shares[code])
        assert figures[worst]["ae_four_hours"] == min(
            row["ae_four_hours"] for row in figures.values() if "ae_four_hours" in row
        )
