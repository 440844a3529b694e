"""The rooms with too many files to guess from have an index: every module stands in it once, and nothing else."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INDEXED = ("webapp/services", "matcher/allocation", "matcher/evidence")
LINE = re.compile(r"^- `(\w+)`: \S", re.MULTILINE)


@pytest.mark.parametrize("folder", INDEXED)
class TestIndexes:
    def test_each_module_is_listed_once(self, folder):
        listed = LINE.findall((ROOT / folder / "README.md").read_text(encoding="utf-8"))
        there = [path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]
        assert sorted(listed) == sorted(there)

    def test_the_readme_of_the_house_leads_to_it(self, folder):
        assert f"({folder}/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
