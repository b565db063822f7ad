"""The product's own settings over throw-away servers (tests/services.py)."""

import os
import secrets
from pathlib import Path

from tests import services

_note = services.ensure()
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_number = int(_worker.removeprefix("gw") or 0)
_data = Path(_note.root) / f"data{_worker}"
_data.mkdir(exist_ok=True)

os.environ["DATA_DIR"] = str(_data)
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
os.environ.setdefault("FIELD_KEYS", secrets.token_urlsafe(48))
os.environ["BASE_URL"] = "http://testserver"
os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
os.environ["DEMO"] = "true"
if _note.redis:
    # One database of the server for each worker of xdist.
    os.environ["REDIS_URL"] = _note.redis.rpartition("/")[0] + f"/{_number}"
if _note.postgres:
    os.environ["DATABASE_URL"] = _note.postgres

from privas.settings import *  # noqa: E402, F403  (the settings under test, whole)
from privas.settings import DATABASES, EMBEDDED  # noqa: E402

if EMBEDDED:
    # A file, not memory: threads and processes share it.
    DATABASES["default"]["TEST"] = {"NAME": str(_data / "test.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"privas_{os.getpid()}" if not _worker else "privas"}

# The one thing that is not as in production: hashing a password is made cheap.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
