"""Unsafe settings do not start, and say in one line why."""

import subprocess
from pathlib import Path

import pytest

from privas import checks
from privas.environment import Environment
from privas.programs import PYTHON
from tests.stack_databases import REPOSITORY, child_environment

GOOD = {
    "SECRET_KEY": "Zr7-uW0tXqk3vN5bLhJ2mP8sYcGd4fEa6oTi9RwKxVzBnQj1",
    "FIELD_KEYS": "Hq2wErT5yUi8oPaS3dFg6hJkL9zXcV1b",
    "BASE_URL": "https://chat.example.com",
    "ALLOWED_HOSTS": "chat.example.com",
    "DATABASE_URL": "postgres://privas:secret@db.example.com:5432/privas",
    "REDIS_URL": "redis://:secret@valkey.example.com:6379/0",
}
BAD = {
    "E001 no key": {"SECRET_KEY": ""},
    "E001 a short key": {"SECRET_KEY": "short"},
    "E001 a known key": {"SECRET_KEY": "django-insecure-" + "k3vN5bLhJ2mP8sYcGd4fEa6oTi9RwKxVzBnQj1"},
    "E002 no key for secrets at rest": {"FIELD_KEYS": ""},
    "E003 debugging": {"DEBUG": "true"},
    "E004 any host": {"ALLOWED_HOSTS": "*"},
    "E005 no address": {"BASE_URL": ""},
    "E006 half an address": {"BASE_URL": "chat.example.com/console"},
    "E007 an address it would refuse": {"BASE_URL": "https://other.example.com"},
    "E008 no broker": {"REDIS_URL": ""},
    "E009 an untested database": {"DATABASE_URL": "mysql://privas:secret@db.example.com/privas"},
    "E011 nowhere to write": {"DATA_DIR": "/proc/nowhere"},
    "E012 everybody is a proxy": {"TRUSTED_PROXIES": "*"},
    "E013 a wide exception": {"OUTBOUND_ALLOW": "*.example.com:25"},
    "E014 an unknown representative": {"AI_PROVIDER": "parrot"},
    "E014 a model of a later version": {"AI_PROVIDER": "openai", "AI_API_KEY": "k"},
    "E014 another of a later version": {"AI_PROVIDER": "anthropic", "AI_API_KEY": "k"},
    "E015 a sender without an address": {"DEFAULT_FROM_EMAIL": "Privas Chat"},
    "E015 a sender at no host": {"DEFAULT_FROM_EMAIL": "Privas <privas@chat_server>"},
    "E016 an address with half a password": {"EMAIL_URL": "smtp+tls://user:S3cr#et@mail.example.com:587"},
    "E017 no connection": {"EMAIL_CONNECTIONS": "0"},
}
REFUSE = "from privas.checks import refuse_unsafe_start; refuse_unsafe_start()"


def start(data: Path, values: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """What web, workers and clock do before they listen."""
    return subprocess.run(
        [PYTHON, "-c", REFUSE],
        cwd=REPOSITORY,
        env=child_environment(**{"DATA_DIR": str(data), **GOOD, **values}),
        capture_output=True,
        text=True,
    )


def test_careful_settings_start(tmp_path: Path) -> None:
    done = start(tmp_path, {})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", BAD)
def test_an_unsafe_start_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    done = start(tmp_path, BAD[name])
    assert done.returncode != 0
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert f"privas.{name.split()[0]}" in lines[0]


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(GOOD["SECRET_KEY"])
    done = start(tmp_path, {"SECRET_KEY": "", "SECRET_KEY_FILE": str(tmp_path / "key")})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("written", "read"), [("key", "key"), ("key\n", "key"), ("key\r\n", "key"), (" key\n\n", " key\n")]
)
def test_the_line_end_that_closes_a_file_is_no_part_of_the_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, read: str
) -> None:
    (tmp_path / "key").write_bytes(written.encode())
    monkeypatch.setenv("AI_API_KEY_FILE", str(tmp_path / "key"))
    assert Environment().str("AI_API_KEY") == read


def test_a_value_of_the_environment_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AI_API_KEY", "key\n")
    assert Environment().str("AI_API_KEY") == "key\n"


def test_every_setting_reads_its_file_so(tmp_path: Path) -> None:
    (tmp_path / "broker").write_text(GOOD["REDIS_URL"] + "\n")
    done = subprocess.run(
        [PYTHON, "-c", "from privas.settings import REDIS_URL; print(repr(REDIS_URL))"],
        cwd=REPOSITORY,
        env=child_environment(DATA_DIR=str(tmp_path), REDIS_URL_FILE=str(tmp_path / "broker")),
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == repr(GOOD["REDIS_URL"]), done.stderr


def test_a_worker_refuses_too(tmp_path: Path) -> None:
    done = subprocess.run(
        [PYTHON, "-m", "privas.programs", "worker", "mail"],
        cwd=REPOSITORY,
        env=child_environment(**{"DATA_DIR": str(tmp_path), **GOOD, "DEBUG": "true"}),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 78
    assert "privas.E003" in done.stderr


def test_a_network_file_system_is_recognised(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\nnas:/export /srv/data nfs4 rw 0 0\n")
    assert checks.file_system(Path("/srv/data/privas"), mounts) == "nfs4"
    assert checks.file_system(Path("/srv/other"), mounts) == "ext4"
    assert checks.file_system(Path("/srv"), tmp_path / "nothing") == ""


def test_tls_without_a_trusted_proxy_is_a_warning(settings) -> None:
    settings.BASE_URL = "https://chat.example.com"
    settings.ALLOWED_HOSTS = ["chat.example.com"]
    assert [message.id for message in checks.address()] == ["privas.W002"]
    settings.TRUSTED_PROXIES = ["10.0.0.2"]
    assert not list(checks.address())


def test_plain_http_beyond_this_machine_is_a_warning(settings) -> None:
    settings.BASE_URL = "http://chat.example.com"
    settings.ALLOWED_HOSTS = ["chat.example.com"]
    assert [message.id for message in checks.address()] == ["privas.W001"]
    settings.BASE_URL = "http://127.0.0.1:8000"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    assert not list(checks.address())
