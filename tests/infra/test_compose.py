"""docker-compose.yml, Dockerfile and .env.example hold together; no engine is needed to see it."""

import os
import re
from typing import Any

import pytest
import uvicorn
import yaml

from privas import programs
from tests.house.source import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image", "").startswith("privas")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_web_workers_and_clock_run_from_one_image() -> None:
    assert set(OURS) == {"migrate", "web", "worker-mail", "worker-ai", "beat"}
    assert len({service["image"] for service in OURS.values()}) == 1


def test_every_service_says_how_it_is() -> None:
    for name, service in SERVICES.items():
        assert "healthcheck" in service, name
        assert service["healthcheck"].get("disable") is None or name == "migrate"


def test_nothing_starts_before_the_database_is_in_step() -> None:
    for name, service in OURS.items():
        needed = {other: how["condition"] for other, how in service["depends_on"].items()}
        if name == "migrate":
            assert needed == {"db": "service_healthy", "valkey": "service_healthy"}
        else:
            assert needed["migrate"] == "service_completed_successfully"


def test_database_and_broker_are_reached_by_nobody_outside() -> None:
    published = [name for name, service in SERVICES.items() if service.get("ports")]
    assert published == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])


def test_as_many_ports_are_published_as_web_containers_are_asked_for() -> None:
    (published,) = SERVICES["web"]["ports"]
    assert published == "127.0.0.1:${PORT:-8000}:8000"
    for place in ("docker-compose.yml", "docs/operations.md"):
        text = (ROOT / place).read_text()
        told = re.findall(r"PORT=(\d+)-(\d+) docker compose up -d --scale web=(\d+)", text)
        assert told, place
        assert len(told) == text.count("--scale web="), place
        for first, last, count in told:
            assert int(last) - int(first) + 1 == int(count), place


def test_our_containers_hold_no_rights_they_do_not_need() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert "mem_limit" in service


def test_stopping_leaves_time_for_sockets_and_mails() -> None:
    assert all(service["stop_grace_period"] == "40s" for service in OURS.values())


def test_every_variable_stands_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    known = set(re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", example, re.M)) | {"PRIVAS_VERSION"}
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", TEXT))
    assert used <= known


def test_no_password_is_written_down() -> None:
    assert "PASSWORD:?" in TEXT
    example = (ROOT / ".env.example").read_text()
    for name in ("SECRET_KEY", "FIELD_KEYS", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert re.search(rf"^{name}=$", example, re.M), f"{name} has a value that somebody would keep"


@pytest.mark.parametrize("name", ["web", "worker-mail", "worker-ai", "beat"])
def test_commands_are_those_that_serve_starts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The container's command, run up to the point where it becomes the process."""
    command = SERVICES[name]["command"]
    assert command[:3] == ["python", "-m", "privas.programs"]
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, argv: became.append(argv))
    programs.main(command[3:])
    words = " ".join(became[0])
    if name == "web":
        assert "uvicorn privas.asgi:application" in words
        assert "--host 0.0.0.0" in words
    elif name == "beat":
        assert "privas.clock:Clock" in words
    else:
        assert f"--queues {command[4]} " in words
        assert command[4] == name.removeprefix("worker-")


def test_nobodys_forwarded_headers_are_believed_unless_named() -> None:
    assert "--no-proxy-headers" in programs.web(8000)
    named = programs.web(8000, trusted_proxies="10.0.0.2")
    assert named[named.index("--forwarded-allow-ips") + 1] == "10.0.0.2"


@pytest.mark.parametrize("trusted", ["", "10.0.0.2"])
def test_uvicorn_reads_from_its_command_line_what_one_process_hands_it(trusted: str) -> None:
    wanted = programs.web_options(8000, trusted_proxies=trusted)
    read = uvicorn.main.make_context("uvicorn", programs.web(8000, trusted_proxies=trusted)[3:]).params
    assert {name: read[name] for name in wanted} == wanted


def test_the_image_runs_as_nobody_in_particular_and_answers_for_itself() -> None:
    assert re.search(r"^USER 10001:10001$", DOCKERFILE, re.M)
    assert "HEALTHCHECK" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE
    assert "collectstatic" in DOCKERFILE


def test_secrets_and_data_stay_out_of_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)
