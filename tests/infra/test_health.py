"""Whoever asks how the web process is gets an answer, by whatever name he asks."""

import json
import re
import subprocess
from typing import Any

import pytest
import yaml
from django.test import Client

from privas.programs import PYTHON
from tests.house.source import ROOT

CHAT = {"BASE_URL": "https://chat.example.com", "ALLOWED_HOSTS": "chat.example.com"}


def commands() -> dict[str, list[str]]:
    """What the image and docker-compose.yml ask the web container with."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    image = re.search(r"^HEALTHCHECK .*?CMD (\[.*?\])$", dockerfile, re.M | re.S)
    assert image is not None
    compose: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return {
        "image": json.loads(image[1]),
        "compose": compose["services"]["web"]["healthcheck"]["test"][1:],
    }


@pytest.mark.django_db
def test_probes_are_answered_by_any_name_and_pages_only_by_ours(settings: Any, client: Client) -> None:
    settings.ALLOWED_HOSTS = ["chat.example.com"]
    for path in ("/healthz", "/readyz"):
        for host in ("127.0.0.1:8000", "10.0.0.7", "no name at all"):
            assert client.get(path, headers={"host": host}).status_code == 200
        assert client.post(path).status_code == 405
    assert client.get("/accounts/login/", headers={"host": "127.0.0.1:8000"}).status_code == 400
    assert client.get("/healthz/more", headers={"host": "127.0.0.1:8000"}).status_code == 400


@pytest.mark.redis
@pytest.mark.slow
def test_the_containers_own_question_is_answered_where_only_another_name_is_allowed(stack: Any) -> None:
    running = stack("sqlite", workers=0, env=CHAT)
    port = running.urls[0].rpartition(":")[2]
    for place, argv in commands().items():
        assert argv[:2] == ["python", "-c"], place
        asked = argv[2].replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        assert asked != argv[2], place
        done = subprocess.run([PYTHON, "-c", asked], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{place}: {done.stderr}"
    assert "DisallowedHost" not in running.log("web1").read_text()
