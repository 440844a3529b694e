"""What the product imports is what ``setup.cfg`` asks for, and what ``setup.cfg`` asks for is locked."""

import ast
import configparser
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from matcher import VERSION

ROOT = Path(__file__).parents[2]
COMPARED_WHERE_INSTALLED = {"matching"}
OWN = {"matcher", "webapp", "seeds", "migrations", "tests", "benchmarks", "wsgi"}


def _normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(section, option):
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    lines = config[section][option].split()
    return {_normal(re.split(r"[<>=~!\[]", line)[0]) for line in lines}


def _imported(folders):
    found = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                    names = [node.module]
                for name in names:
                    found.setdefault(name.partition(".")[0], path)
    return {
        name: path
        for name, path in found.items()
        if name not in sys.stdlib_module_names | OWN | COMPARED_WHERE_INSTALLED
    }


def _not_asked_for(folders, asked):
    homes = packages_distributions()
    return {
        name: str(path.relative_to(ROOT))
        for name, path in _imported(folders).items()
        if not asked & {_normal(home) for home in homes.get(name, [])}
    }


def _locked(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    return {
        _normal(match) for match in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE)
    }


class TestDependencies:
    def test_what_the_product_imports_is_asked_for(self):
        asked = _required("options", "install_requires")
        assert _not_asked_for(["matcher", "webapp", "seeds", "migrations"], asked) == {}

    def test_what_the_tests_import_is_asked_for(self):
        asked = _required("options", "install_requires") | _required("options.extras_require", "dev")
        assert _not_asked_for(["tests", "benchmarks"], asked) == {}

    def test_what_is_asked_for_is_locked(self):
        asked = _required("options", "install_requires")
        assert asked - _locked("requirements.txt") == set()
        assert (asked | _required("options.extras_require", "dev")) - _locked("requirements-dev.txt") == set()

    def test_both_locks_agree(self):
        pins = [
            set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
            for name in ("requirements.txt", "requirements-dev.txt")
        ]
        assert pins[0] - pins[1] == set()

    def test_every_pin_carries_hashes(self):
        for name in ("requirements.txt", "requirements-dev.txt"):
            text = (ROOT / name).read_text(encoding="utf-8")
            blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
            assert [block for block in blocks if "==" in block and "--hash=sha256:" not in block] == []


def test_results_name_the_version_that_is_built():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert config["metadata"]["version"] == VERSION
