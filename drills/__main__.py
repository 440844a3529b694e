"""Runs the drills and writes what was found; exit 1 where a rule was broken."""

from __future__ import annotations

import sys

from drills import accepts, answers

DRILLS = {"accepts": accepts.run, "answers": answers.run}


def main(names: list[str]) -> int:
    """All drills, or those named."""
    unknown = set(names) - DRILLS.keys()
    if unknown:
        print(f"No drill is called {', '.join(sorted(unknown))}; there are: {', '.join(DRILLS)}")
        return 2
    passed = [DRILLS[name]() for name in names or DRILLS]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
