"""Settings: a bad value stops the start with its name; nothing secret has a default."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from webapp import CANNOT_START, settings
from webapp.settings import ROOT, MailServer, SettingsError, load

GOOD = {"DATABASE_URL": "sqlite:////tmp/x.sqlite", "SECRET_KEY": "kV3xQz9PmT7rLw2Yc8Jd4Gu6Ae0Oi1Nh5Bs"}

NOTIFY_KEY = "tests-11111111-2222-4333-8444-555555555555-66666666-7777-4888-8999-aaaaaaaaaaaa"


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
            ("MAIL_URL", "smtp://"),
            ("MAIL_URL", "smtp://mail:port"),
            ("MAIL_URL", "smtp://mail/path"),
            ("MAIL_URL", "smtp://mail?tls=perhaps"),
            ("MAIL_FROM", "Us <us@example.org>"),
            ("MAIL_FROM", "us@example.org\r\nBcc: x@example.org"),
            ("NOTIFY_API_KEY", "a-key"),
            ("NOTIFY_TEMPLATE_ID", "none"),
            ("PUBLIC_URL", "http://127.0.0.1/path"),
            ("PUBLIC_URL", "https://somewhere.else.example"),
            ("PUBLIC_URL", "ftp://127.0.0.1"),
            ("PUBLIC_URL", "https://user@127.0.0.1"),
            ("OIDC_DISCOVERY_URL", "http://plain.example"),
            ("TRUSTED_HOSTS", "*"),
            ("TRUSTED_HOSTS", "https://a.example/"),
            ("FLASK_DEBUG", "1"),
        ],
    )
    def test_a_bad_value_is_named(self, no_file, name, value):
        with pytest.raises(SettingsError, match=f"^{name}: "):
            load(
                {**GOOD, **({"NOTIFY_API_KEY": NOTIFY_KEY} if name.endswith("ID") else {}), name: value},
                no_file,
            )

    def test_links_never_depend_on_a_request(self, no_file):
        for given, address in (
            ({}, "http://127.0.0.1:5000"),
            ({"TRUSTED_HOSTS": "127.0.0.1,matching.example.org"}, "https://matching.example.org"),
            (
                {"TRUSTED_HOSTS": ".example.org", "PUBLIC_URL": "https://Matching.example.org:8443/"},
                "https://matching.example.org:8443",
            ),
        ):
            assert load({**GOOD, **given}, no_file).public_url == address
        with pytest.raises(SettingsError, match=r"^PUBLIC_URL: "):
            load({**GOOD, "TRUSTED_HOSTS": ".example.org"}, no_file)

    def test_the_mail_server_in_its_parts(self, no_file):
        def server(url):
            found = load({**GOOD, "MAIL_URL": url, "TRUSTED_HOSTS": "matching.example.org"}, no_file)
            assert found.mail_from == "no-reply@matching.example.org"
            return found.mail_server

        assert server("smtp://127.0.0.1:2525") == MailServer("127.0.0.1", 2525, tls_required=False)
        assert server("smtp://mail.example.org") == MailServer("mail.example.org", 25)
        assert server("smtp://relay?tls=none") == MailServer("relay", 25, tls_required=False)
        assert server("smtps://us%40x:p%2Fw@mail") == MailServer(
            "mail", 465, tls_from_start=True, user="us@x", password="p/w"
        )

    def test_one_way_for_e_mails(self, no_file):
        given = {**GOOD, "NOTIFY_API_KEY": NOTIFY_KEY, "NOTIFY_TEMPLATE_ID": NOTIFY_KEY[-36:]}
        found = load(given, no_file)
        assert (found.sends_email, found.notify.template_id) == (True, NOTIFY_KEY[-36:])
        assert not load(GOOD, no_file).sends_email
        with pytest.raises(SettingsError, match=r"^NOTIFY_API_KEY: "):
            load({**given, "MAIL_URL": "smtp://127.0.0.1"}, no_file)

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
            timeout=240,
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
