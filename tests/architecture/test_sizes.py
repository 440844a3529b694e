"""Files and functions stay short enough to be read in one go (ARCHITECTURE_GUIDE.md section 6)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("matcher", "webapp", "seeds", "migrations", "benchmarks", "drills")
LINES_OF_A_FILE = 300
SOLVER = ROOT / "matcher" / "allocation"
LINES_OF_A_SOLVER_FILE = 310
LINES_OF_A_MIGRATION = 400
LINES_OF_A_TEST_FILE = 300
LINES_OF_A_TEMPLATE = 150
LINES_OF_A_FUNCTION = 50


def _lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def _too_long(paths, limit):
    return [
        f"{path.relative_to(ROOT)}: {_lines(path)} lines" for path in sorted(paths) if _lines(path) > limit
    ]


def _long_functions(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            if lines > LINES_OF_A_FUNCTION:
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"


class TestSizes:
    def test_files(self):
        code = [path for folder in CODE if folder != "migrations" for path in (ROOT / folder).rglob("*.py")]
        solver = [path for path in code if SOLVER in path.parents]
        assert _too_long(set(code) - set(solver), LINES_OF_A_FILE) == []
        assert _too_long(solver, LINES_OF_A_SOLVER_FILE) == []

    def test_migrations(self):
        """What has landed is never split: a little more room."""
        assert _too_long((ROOT / "migrations").rglob("*.py"), LINES_OF_A_MIGRATION) == []

    def test_test_files(self):
        assert _too_long((ROOT / "tests").rglob("*.py"), LINES_OF_A_TEST_FILE) == []

    def test_templates(self):
        assert _too_long((ROOT / "webapp" / "templates").rglob("*.html"), LINES_OF_A_TEMPLATE) == []

    def test_functions(self):
        """Migrations are exempt: one statement for each column is the clearest there is."""
        code = [path for folder in CODE if folder != "migrations" for path in (ROOT / folder).rglob("*.py")]
        assert [found for path in sorted(code) for found in _long_functions(path)] == []

    def test_no_module_is_a_drawer(self):
        """A function without a home is a missing noun: name the noun."""
        drawers = {"utils", "util", "helpers", "common", "misc", "managers", "models"}
        found = [path for folder in (*CODE, "tests") for path in (ROOT / folder).rglob("*.py")]
        assert [str(path) for path in found if path.stem in drawers or path.parent.name in drawers] == []
