"""Settings: a bad value stops the start with its name; nothing secret has a default."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import CANNOT_START, settings
from webapp.settings import ROOT, SettingsError, load

GOOD = {"DATABASE_URL": "sqlite:////tmp/x.sqlite", "SECRET_KEY": "kV3xQz9PmT7rLw2Yc8Jd4Gu6Ae0Oi1Nh5Bs"}


@pytest.fixture
def no_file(tmp_path):
    return tmp_path / "absent.env"


class TestLoading:
    def test_the_least_that_is_needed(self, no_file):
        found = load(GOOD, no_file)
        assert (found.is_demonstration, found.port, found.trusted_hosts) == (False, 5000, settings.LOOPBACK)
        assert found.queue_url == found.database_url

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_KEY", ""),
            ("SECRET_KEY", "short"),
            ("SECRET_KEY", "a" * 40),
            ("SECRET_KEY", "please-changeme-please-0123456789-abcdef"),
            ("SECRET_KEY_FALLBACKS", "short"),
            ("DATABASE_URL", "not a url"),
            ("DATABASE_URL", "mysql://localhost/x"),
            ("DATABASE_URL", "sqlite://"),
            ("DATABASE_URL", "sqlite+nothing:////tmp/x.sqlite"),
            ("DATABASE_URL", "postgresql://localhost:port/x"),
            ("QUEUE_URL", "redis://localhost"),
            ("PORT", "0"),
            ("PORT", "65536"),
            ("PORT", "\uff15\uff10\uff10\uff10"),
            ("PORT", "80a"),
            ("MAIL_URL", "http://mail"),
            ("OIDC_DISCOVERY_URL", "http://plain.example"),
            ("TRUSTED_HOSTS", "*"),
            ("TRUSTED_HOSTS", "https://a.example/"),
            ("FLASK_DEBUG", "1"),
        ],
    )
    def test_a_bad_value_is_named(self, no_file, name, value):
        with pytest.raises(SettingsError, match=f"^{name}: "):
            load({**GOOD, name: value}, no_file)

    def test_the_value_itself_is_not_repeated(self, no_file):
        with pytest.raises(SettingsError) as refused:
            load({**GOOD, "SECRET_KEY": "hunter2"}, no_file)
        assert "hunter2" not in str(refused.value)


class TestStarting:
    @pytest.mark.parametrize(
        "command",
        [
            ["flask", "--app", "wsgi", "verify-audit"],
            ["gunicorn", "--bind", "127.0.0.1:0", "--no-control-socket", "wsgi:app"],
        ],
        ids=["flask", "gunicorn"],
    )
    def test_a_bad_value_stops_it_in_one_plain_line(self, command):
        program, *rest = command
        ended = subprocess.run(
            [Path(sys.executable).with_name(program), *rest],
            env={**os.environ, **GOOD, "TRUSTED_HOSTS": "https://a.example/"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ended.returncode == CANNOT_START
        assert "The service was not started. TRUSTED_HOSTS: is a comma-separated list" in ended.stderr
        assert "Traceback" not in ended.stdout + ended.stderr


class TestDemonstration:
    @pytest.fixture
    def demo_file(self, tmp_path):
        path = tmp_path / "demo.env"
        path.write_text(f"# secrets\nSECRET_KEY={GOOD['SECRET_KEY']}\nDEMO_PASSWORD_X=abc=def\n\n")
        return path

    def test_its_file_is_read_where_no_database_is_named(self, demo_file):
        found = load({}, demo_file)
        assert found.is_demonstration
        assert found.secret_key == GOOD["SECRET_KEY"]
        assert found.demonstration["DEMO_PASSWORD_X"] == "abc=def"
        assert found.database_url.startswith("sqlite:///")

    def test_a_named_database_is_no_demonstration(self, demo_file):
        assert not load(GOOD, demo_file).is_demonstration

    def test_it_answers_on_loopback_only(self, demo_file):
        with pytest.raises(SettingsError, match=r"^TRUSTED_HOSTS: "):
            load({"TRUSTED_HOSTS": "matching.example"}, demo_file)

    def test_a_broken_file_says_where(self, tmp_path):
        path = tmp_path / "demo.env"
        path.write_text("SECRET_KEY\n")
        with pytest.raises(SettingsError, match=r"line 1 is not NAME=value"):
            load({}, path)
