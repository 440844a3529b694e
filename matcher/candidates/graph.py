"""The candidate graph: an edge for each eligible pair with its score in parts, and the reason for the rest.

Numbers live in columns by candidate row (the instance's order); the NetworkX graph carries structure and the
row number only. Reasons of pairs that are no candidates are counted here and asked again on demand: three
million pairs need no three million objects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np

from matcher.candidates.columns import CODES, PartnerColumns
from matcher.candidates.derivation import CandidateColumns, derive_instance, gather
from matcher.candidates.eligibility import failed_rules, review_flags
from matcher.candidates.reasons import CONFLICT_REASONS, ReasonCode, ReviewFlag
from matcher.candidates.scoring import Score
from matcher.problem.instance import Instance, IntArray
from matcher.problem.snapshot import Snapshot

PARTNER, REQUEST = "partner", "request"


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """The score of each candidate row, put together when it is asked for."""

    columns: CandidateColumns

    def __len__(self) -> int:
        return len(self.columns.fit)

    def __getitem__(self, row: int) -> Score:
        columns = self.columns
        skills, experience, delivery, nearness, method = (float(part) for part in columns.parts[row])
        return Score(
            skills=skills,
            experience=experience,
            delivery=delivery,
            nearness=nearness,
            method=method,
            rank_factor=float(columns.rank_factor[row]),
            waiting_credit=float(columns.waiting_credit[row]),
            fit=float(columns.fit[row]),
        )


@dataclass(frozen=True, eq=False)
class CandidateGraph:
    """Who could help whom in a snapshot: the instance for solvers, scores and reasons for people.

    ``reason_table`` counts, for each request (rows) and each of ``CODES`` (columns), the pairs that first
    fail there; ``partner_columns`` answers what if a rule were relaxed, for all partners at once.
    """

    snapshot: Snapshot
    instance: Instance
    scores: ScoreTable
    reason_table: IntArray
    partner_columns: PartnerColumns

    @cached_property
    def graph(self) -> nx.Graph[tuple[str, str]]:
        """Nodes ``("partner", id)`` and ``("request", id)``; an edge with its ``row`` for each candidate."""
        instance, table = self.instance, self.instance.candidates
        graph: nx.Graph[tuple[str, str]] = nx.Graph()
        partners = [(PARTNER, each.id) for each in instance.partners]
        requests = [(REQUEST, each.id) for each in instance.requests]
        graph.add_nodes_from(partners, bipartite=0)
        graph.add_nodes_from(requests, bipartite=1)
        pairs = zip(table.partner.tolist(), table.request.tolist(), strict=True)
        graph.add_edges_from((partners[p], requests[r], {"row": row}) for row, (p, r) in enumerate(pairs))
        return graph

    @property
    def reason_counts(self) -> Mapping[ReasonCode, int]:
        """How many pairs first fail each rule, over all requests."""
        return _named(self.reason_table.sum(axis=0))

    def reason_counts_of(self, request_id: str) -> Mapping[ReasonCode, int]:
        """How many partners first fail each rule for one request."""
        return _named(self.reason_table[self.instance.request_index[request_id]])

    def reasons_out(self, partner_id: str, request_id: str) -> tuple[ReasonCode, ...]:
        """Every rule that a pair fails, a locked pair included."""
        snapshot = self.snapshot
        return failed_rules(snapshot.partner_by_id[partner_id], snapshot.request_by_id[request_id], snapshot)

    def conflicted_partners(self, request_id: str) -> tuple[str, ...]:
        """Partners who would be candidates of a request but for a conflict, sorted."""
        codes = self.partner_columns.codes(self.snapshot.request_by_id[request_id])
        numbers = [number for number, code in enumerate(CODES, start=1) if code in CONFLICT_REASONS]
        rows = np.flatnonzero(np.isin(codes, numbers))
        return tuple(self.instance.partners[row].id for row in rows)

    def flags(self, row: int) -> tuple[ReviewFlag, ...]:
        """What a reviewer should look at in the candidate of a row."""
        table, snapshot = self.instance.candidates, self.snapshot
        partner = snapshot.partner_by_id[self.instance.partners[table.partner[row]].id]
        request = snapshot.request_by_id[self.instance.requests[table.request[row]].id]
        raised = list(review_flags(partner, request, snapshot))
        if table.fit[row] < snapshot.policy.low_fit:
            raised.append(ReviewFlag.LOW_FIT)
        if failed_rules(partner, request, snapshot):
            raised.append(ReviewFlag.LOCKED_AGAINST_RULE)
        return tuple(raised)


def build(snapshot: Snapshot) -> CandidateGraph:
    """The candidate graph of a snapshot, in canonical order whatever the order of the snapshot.

    A locked pair stays a candidate even where a practical rule has since come to fail, because people decided
    it; one that has become conflicted (own organisation, interest, exclusion) raises ``LockError``.
    """
    canonical = snapshot.canonical()
    partners = PartnerColumns(canonical)
    columns = gather(canonical, partners)
    return CandidateGraph(
        snapshot=canonical,
        instance=derive_instance(canonical, columns),
        scores=ScoreTable(columns),
        reason_table=columns.reason_table,
        partner_columns=partners,
    )


def _named(counts: IntArray) -> dict[ReasonCode, int]:
    return {code: int(count) for code, count in zip(CODES, counts, strict=True) if count}
