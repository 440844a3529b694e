"""The import contracts of ``setup.cfg`` hold, and none has been taken out."""

import configparser
import os
import subprocess
import sys
from pathlib import Path
from secrets import token_urlsafe

ROOT = Path(__file__).parents[2]
CONTRACTS = {
    "matcher-is-pure",
    "matcher-rooms",
    "verifier-independence",
    "solvers-stay-in",
    "matcher-cycles",
    "webapp-rooms",
    "inside-a-group",
    "groups-go-through-services",
    "services-know-no-web",
    "plain-store",
    "plan-wall",
    "webapp-cycles",
    "seeds-come-through-services",
}


class TestImportContracts:
    def test_every_contract_is_kept(self):
        command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_no_contract_has_been_taken_out(self):
        config = configparser.ConfigParser()
        config.read(ROOT / "setup.cfg")
        prefix = "importlinter:contract:"
        there = {name.removeprefix(prefix) for name in config.sections() if name.startswith(prefix)}
        assert there >= CONTRACTS

    def test_every_group_is_under_the_contracts_of_groups(self):
        config = configparser.ConfigParser()
        config.read(ROOT / "setup.cfg")
        groups = {f"webapp.{path.parent.name}" for path in (ROOT / "webapp").glob("*/blueprint.py")}
        assert groups
        for contract, option in (
            ("inside-a-group", "containers"),
            ("groups-go-through-services", "source_modules"),
        ):
            assert groups == set(config[f"importlinter:contract:{contract}"][option].split())

    def test_packages_import_nothing(self):
        """A package that imported its rooms would load the solvers into each web process."""
        busy = [
            str(path.relative_to(ROOT))
            for package in ("matcher", "webapp", "seeds")
            for path in sorted((ROOT / package).rglob("__init__.py"))
            if path.parent.name != "routes"
            and path != ROOT / "webapp" / "__init__.py"
            and "import " in path.read_text(encoding="utf-8").split('"""')[-1]
        ]
        assert busy == []

    def test_the_web_process_never_loads_a_solver(self):
        code = "import sys, wsgi; print(*sorted({'ortools', 'scipy', 'numba', 'pandas'} & set(sys.modules)))"
        environment = {
            **os.environ,
            "DATABASE_URL": "sqlite:////nowhere.sqlite",
            "SECRET_KEY": token_urlsafe(48),
        }
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout.split() == [], done.stderr
        assert done.returncode == 0, done.stderr
