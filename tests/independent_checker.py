#!/usr/bin/env python3
# Copied whole from the interchange specification: checks results without a line of the product.
"""Independent checker: does RESULT keep every hard rule of INSTANCE, and score what it claims?

    check_allocation.py INSTANCE.json RESULT.json [--tolerance 1e-6] [--json]

Formats: INSTANCE.md beside this file. Standard library only; shares no code with any solver.
Exit 0: every rule kept and every claimed objective value reproduced. Exit 1: not; each breach is a line.
Exit 2: a file is not in the format.
"""
from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections import defaultdict
from fractions import Fraction


REASONS = {"no_candidate", "only_conflicted", "no_capacity_left", "outranked", "team_full", "window_too_short",
           "essential_skill_missing"}
DEFAULT_LADDER = ["mandated", "floors", "worst_group", "value", "change", "travel"]


class FormatError(Exception):
    """The file is not what INSTANCE.md describes."""


def load(path: str):
    def refuse(name):
        raise FormatError(f"{path}: {name} is not a number")
    with open(path, "rb") as handle:
        raw = handle.read()
    try:
        return json.loads(raw, parse_constant=refuse), hashlib.sha256(raw).hexdigest()
    except ValueError as error:
        raise FormatError(f"{path}: {error}") from error


def ceil_share(share: float, days: int) -> int:
    return math.ceil(Fraction(str(share)) * days)


def check(instance: dict, result: dict, digest: str, tolerance: float):
    """Return (breaches, measures)."""
    bad: list[str] = []
    months = len(instance["months"])
    partners = {p["id"]: p for p in instance["partners"]}
    requests = {r["id"]: r for r in instance["requests"]}
    candidates = {(c["partner"], c["request"]): c for c in instance["candidates"]}
    forbidden = {tuple(pair) for pair in instance.get("forbidden", [])}
    locked = {(e["partner"], e["request"]): e["days"] for e in instance.get("locked", [])}
    previous = {(e["partner"], e["request"]): e["days"] for e in instance.get("previous", [])}
    weights = {p["code"]: p["weight"] for p in instance["priorities"]}

    if result.get("instance_sha256") != digest:
        bad.append("result was made from another instance (sha256 differs)")
    status = result.get("status")
    if status not in ("optimal", "feasible", "infeasible"):
        bad.append(f"status {status!r} is not one of optimal, feasible, infeasible")
    if status == "infeasible":
        if result.get("engagements") or result.get("levels"):
            bad.append("infeasible, yet it lists engagements or levels")
        if not result.get("clash"):
            bad.append("infeasible without saying what clashes")
        return bad, {}
    pairs = [(e["request"], e["partner"]) for e in result["engagements"]]
    if pairs != sorted(pairs):
        bad.append("engagements are not sorted by request, then partner")

    used = defaultdict(lambda: [0] * months)
    concurrent = defaultdict(lambda: [0] * months)
    got: dict[str, int] = defaultdict(int)
    team: dict[str, int] = defaultdict(int)
    covered: dict[str, set] = defaultdict(set)
    seen: dict[tuple, list] = {}
    for e in result["engagements"]:
        pair = (e["partner"], e["request"])
        days = e["days"]
        where = f"{pair[0]} -> {pair[1]}"
        if pair in seen:
            bad.append(f"{where}: listed twice")
            continue
        seen[pair] = days
        if pair[0] not in partners or pair[1] not in requests:
            bad.append(f"{where}: unknown partner or request")
            continue
        if pair not in candidates:
            bad.append(f"{where}: not a candidate")
            continue
        if pair in forbidden:
            bad.append(f"{where}: forbidden")
        partner, request, candidate = partners[pair[0]], requests[pair[1]], candidates[pair]
        own = partner.get("organisation")
        if own is not None and own == request.get("organisation"):
            bad.append(f"{where}: own organisation")
        if request.get("organisation") in partner.get("conflicts", []):
            bad.append(f"{where}: declared conflict")
        if pair[0] in request.get("excluded", []):
            bad.append(f"{where}: excluded by the requester")
        if len(days) != months or any(type(d) is not int or d < 0 for d in days):
            bad.append(f"{where}: days must be {months} whole numbers, none negative")
            continue
        total = sum(days)
        first, last = request["window"]
        if any(d and not first <= m <= last for m, d in enumerate(days)):
            bad.append(f"{where}: days outside the window {first}..{last}")
        if total < candidate["min_days"]:
            bad.append(f"{where}: {total} days, smallest block is {candidate['min_days']}")
        if total > candidate["max_days"]:
            bad.append(f"{where}: {total} days, most is {candidate['max_days']}")
        got[pair[1]] += total
        team[pair[1]] += 1
        covered[pair[1]].update(candidate["covers"])
        active = [m for m in range(first, last + 1) if partner["capacity"][m] > 0]
        for m, d in enumerate(days):
            used[pair[0]][m] += d
        if active:
            for m in range(active[0], active[-1] + 1):
                concurrent[pair[0]][m] += 1

    for pid, per_month in used.items():
        for m, d in enumerate(per_month):
            if d > partners[pid]["capacity"][m]:
                bad.append(f"{pid}: {d} days in month {m}, capacity {partners[pid]['capacity'][m]}")
    for pid, per_month in concurrent.items():
        limit = partners[pid].get("max_concurrent")
        if limit is not None and max(per_month) > limit:
            bad.append(f"{pid}: {max(per_month)} engagements at once, most is {limit}")
    for rid, request in requests.items():
        if got[rid] > request["days"]:
            bad.append(f"{rid}: {got[rid]} days, asked for {request['days']}")
        if team[rid] > request["max_team"]:
            bad.append(f"{rid}: team of {team[rid]}, most is {request['max_team']}")
        missing = [s["skill"] for s in request["skills"] if s.get("essential") and s["skill"] not in covered[rid]]
        if team[rid] and missing and instance.get("essential_is_hard", False):
            bad.append(f"{rid}: engaged without essential {missing}")
    for pair, days in locked.items():
        if seen.get(pair) != days:
            bad.append(f"{pair[0]} -> {pair[1]}: locked at {days}, found {seen.get(pair)}")
    listed = {u["request"]: u for u in result.get("unmet", [])}
    should = {rid for rid in requests if got[rid] < requests[rid]["days"]}
    for rid in sorted(should - set(listed)):
        bad.append(f"{rid}: short of days and not listed as unmet with a reason")
    for rid in sorted(set(listed) - should):
        bad.append(f"{rid}: listed as unmet but has all its days")
    for rid in sorted(should & set(listed)):
        if listed[rid].get("days_short") != requests[rid]["days"] - got[rid]:
            bad.append(f"{rid}: days_short is {listed[rid].get('days_short')}, should be {requests[rid]['days'] - got[rid]}")
        if listed[rid].get("reason") not in REASONS:
            bad.append(f"{rid}: reason {listed[rid].get('reason')!r} is not known")
        if listed[rid].get("reason") == "no_candidate" and any(c[1] == rid and c not in forbidden for c in candidates):
            bad.append(f"{rid}: says no_candidate, but has candidates")

    # ---- objectives, recomputed -------------------------------------------------------------
    def group(field):
        want, have = defaultdict(int), defaultdict(int)
        for rid, request in requests.items():
            want[request[field]] += request["days"]
            have[request[field]] += got[rid]
        return want, have

    measures: dict[str, float] = {}
    share = instance.get("mandated_share", 0.5)
    measures["mandated"] = sum(
        r["severity"] for rid, r in requests.items()
        if r.get("mandated") and got[rid] >= ceil_share(share, r["days"])
        and all(s["skill"] in covered[rid] for s in r["skills"] if s.get("essential")))
    shortfall = 0
    for field, key in (("priority", "priorities"), ("region", "regions")):
        want, have = group(field)
        for entry in instance[key]:
            floor = math.floor(Fraction(str(entry.get("floor", 0))) * want[entry["code"]])
            shortfall += max(0, floor - have[entry["code"]])
    measures["floors"] = shortfall
    ratios = []
    for field in ("priority", "region"):
        want, have = group(field)
        ratios += [have[g] / want[g] for g in want if want[g]]
    measures["worst_group"] = min(ratios, default=0.0)
    fit = {pair: candidates[pair]["fit"] for pair in seen if pair in candidates}
    per_request = defaultdict(float)
    for pair, f in fit.items():
        per_request[pair[1]] += f * sum(seen[pair])
    measures["worst_request"] = min((per_request[r] / requests[r]["days"] for r in requests), default=0.0)
    bonus = instance.get("skill_bonus", 0.5)
    measures["value"] = sum(
        weights[r["priority"]] * r["severity"] * (
            per_request[rid] + bonus * r["days"] * sum(s["weight"] for s in r["skills"] if s["skill"] in covered[rid]))
        for rid, r in requests.items())
    measures["change"] = sum(1 for pair in set(seen) ^ set(previous)) if previous else 0
    measures["travel"] = sum(candidates[pair].get("distance_km", 0) * sum(days)
                             for pair, days in seen.items() if pair in candidates)

    claimed = {level["name"]: level for level in result.get("levels", [])}
    for name, level in claimed.items():
        if name not in measures:
            bad.append(f"level {name}: unknown name")
            continue
        scale = max(1.0, abs(measures[name]))
        if abs(level["value"] - measures[name]) > tolerance * scale:
            bad.append(f"level {name}: claims {level['value']}, recomputed {measures[name]}")
        bound = level.get("bound")
        worse = name in ("floors", "change", "travel")
        if bound is None:
            bad.append(f"level {name}: no bound")
        elif (measures[name] < bound - tolerance * scale) if worse else (measures[name] > bound + tolerance * scale):
            bad.append(f"level {name}: value {measures[name]} is beyond its own bound {bound}")
    wanted = instance.get("ladder") or DEFAULT_LADDER
    if [level["name"] for level in result.get("levels", [])] != wanted:
        bad.append(f"levels are {[level['name'] for level in result.get('levels', [])]}, the instance asks for {wanted}")
    measures["days"] = sum(got.values())
    measures["engagements"] = len(seen)
    measures["requests_met_in_full"] = sum(got[r] == requests[r]["days"] for r in requests)
    measures["requests_with_nothing"] = sum(got[r] == 0 for r in requests)
    measures["priced_change"] = sum(
        abs(a - b) for pair in set(seen) | set(previous)
        for a, b in zip(seen.get(pair, [0] * months), previous.get(pair, [0] * months))) if previous else 0
    return bad, measures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("instance")
    parser.add_argument("result")
    parser.add_argument("--tolerance", type=float, default=1e-6)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        instance, digest = load(args.instance)
        result, _ = load(args.result)
        if instance.get("format") != "support-matching-instance/1":
            raise FormatError("instance: format is not support-matching-instance/1")
        if result.get("format") != "support-matching-result/1":
            raise FormatError("result: format is not support-matching-result/1")
        bad, measures = check(instance, result, digest, args.tolerance)
    except (FormatError, KeyError, TypeError, OSError) as error:
        print(f"format: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({"breaches": bad, "measures": measures}, indent=1))
    else:
        for line in bad:
            print("breach:", line)
        print(f"breaches {len(bad)}; " + "; ".join(f"{k} {v:.6g}" for k, v in measures.items()))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
