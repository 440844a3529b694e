import os
import stat
import subprocess
import sys
from pathlib import Path

from seeds import demo_env
from seeds.accounts import ACCOUNTS
from webapp.authority.roles import Role

ROOT = Path(__file__).parents[2]


class TestWrite:
    def test_it_makes_a_file_that_only_its_owner_reads(self, tmp_path):
        path = tmp_path / "instance" / "demo.env"
        assert demo_env.write(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        values = demo_env.read(path)
        assert len(values["SECRET_KEY"]) >= 48
        assert len(values) == 1 + 2 * len(ACCOUNTS)
        assert len(set(values.values())) == len(values)

    def test_what_is_there_stays(self, tmp_path):
        path = tmp_path / "demo.env"
        demo_env.write(path)
        before = path.read_bytes()
        assert not demo_env.write(path)
        assert path.read_bytes() == before

    def test_a_key_that_is_missing_is_added_and_the_rest_stays(self, tmp_path):
        path = tmp_path / "demo.env"
        demo_env.write(path)
        values = demo_env.read(path)
        path.write_text(
            "".join(f"{name}={value}\n" for name, value in values.items() if "AUDITOR" not in name)
        )
        assert demo_env.write(path)
        again = demo_env.read(path)
        assert {name: again[name] for name in values if "AUDITOR" not in name} == {
            name: value for name, value in values.items() if "AUDITOR" not in name
        }
        assert set(again) == set(values)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_two_machines_share_nothing(self, tmp_path):
        demo_env.write(tmp_path / "one.env")
        demo_env.write(tmp_path / "two.env")
        one, two = demo_env.read(tmp_path / "one.env"), demo_env.read(tmp_path / "two.env")
        assert not set(one.values()) & set(two.values())


class TestCommand:
    def _run(self, folder, *arguments):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PORT": "5432"}
        return subprocess.run(
            [sys.executable, "-I", "-c", self._alone(arguments)],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def _alone(self, arguments):
        """The command with the standard library alone: nothing installed can be imported."""
        return (
            "import sys; sys.path = [p for p in sys.path if 'site-packages' not in p]; "
            f"sys.path.insert(0, {str(ROOT)!r}); from seeds.demo_env import main; "
            f"raise SystemExit(main({list(arguments)!r}))"
        )

    def test_it_prints_nothing_unless_asked(self, tmp_path):
        assert self._run(tmp_path) == ""
        assert (tmp_path / "instance" / "demo.env").exists()

    def test_asked_it_shows_address_and_passwords_but_no_second_factor(self, tmp_path):
        shown = self._run(tmp_path, "--show")
        values = demo_env.read(tmp_path / "instance" / "demo.env")
        assert "http://127.0.0.1:5432/" in shown
        for account in ACCOUNTS:
            assert account.email in shown
            assert values[demo_env.password_name(account.key)] in shown
            assert values[demo_env.second_factor_name(account.key)] not in shown
        assert values["SECRET_KEY"] not in shown


class TestAccounts:
    def test_there_is_one_for_each_role_and_two_for_national_ones(self):
        held = [account.role for account in ACCOUNTS]
        assert set(held) == {role.value for role in Role if role is not Role.ANONYMOUS}
        assert held.count("national_reviewer") == held.count("national_admin") == 2

    def test_addresses_differ_and_reach_nobody(self):
        addresses = [account.email for account in ACCOUNTS]
        assert len(set(addresses)) == len(addresses)
        assert all(address.endswith("@example.org") for address in addresses)
