"""Settings, from the environment only (docs/settings.md lists every name).

Every secret may also be given as NAME_FILE, the path of a file that holds it. With nothing set, Privas
runs embedded: SQLite in DATA_DIR, a broker that `manage.py serve` starts, mail kept as files.
"""

import contextlib
import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from privas.environment import Environment, kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
# Where that is impossible, the check privas.E011 says so in one line.
with contextlib.suppress(OSError):
    DATA_DIR.mkdir(parents=True, exist_ok=True)


def _embedded_broker() -> str | None:
    """The address of the broker that the supervisor of this DATA_DIR has started, if it runs."""
    path = DATA_DIR / "run" / "broker.url"
    return path.read_text().strip() if path.exists() else None


DEBUG = env.bool("DEBUG", default=False)
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
REDIS_URL: str | None = env.str("REDIS_URL", default=None) or _embedded_broker()
# True where nobody named a server: SQLite and the bundled broker; on loopback also the demo site and its log-ins.
EMBEDDED = not env.str("DATABASE_URL", default="")
DEMO = env.bool("DEMO", default=EMBEDDED and "//127.0.0.1" in BASE_URL)
SECRET_KEY = env.str("SECRET_KEY", default="") or (kept_secret(DATA_DIR / "secret.key") if EMBEDDED else "")
# Keys for secrets at rest, newest first; all of them decrypt, the first encrypts.
FIELD_KEYS: list[str] = env.list("FIELD_KEYS", default=[]) or (
    [kept_secret(DATA_DIR / "field.key")] if EMBEDDED else []
)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# uvicorn believes their forwarded headers (privas/programs.py), so Django sees scheme and address as they are.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[])
# Exact host:port exceptions to the guard of outgoing requests (domains/guard.py).
OUTBOUND_ALLOW: list[str] = env.list("OUTBOUND_ALLOW", default=[])
HTTPS = BASE_URL.startswith("https://")

# The representative: `embedded`, `openai`, `anthropic`, or the dotted path of a Representative class.
AI_PROVIDER = env.str("AI_PROVIDER", default="embedded")
AI_MODEL = env.str("AI_MODEL", default="")
AI_BASE_URL = env.str("AI_BASE_URL", default="")
AI_API_KEY = env.str("AI_API_KEY", default="")

# Mail. The built-in mail system is the administrator's, so it is trusted as it stands. What Django mails is a job too.
EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_BACKEND = "emailops.backend.QueueBackend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Privas <privas@localhost>")
EMAIL_CONNECTIONS = env.int("EMAIL_CONNECTIONS", default=1)
# By hand and in bulk, of a domain in 24 hours; and how many days bodies are kept, for ever with 0.
EMAIL_DAILY_LIMIT = env.int("EMAIL_DAILY_LIMIT", default=2_000)
EMAIL_BODY_DAYS = env.int("EMAIL_BODY_DAYS", default=90)

INSTALLED_APPS = [
    # Daphne drives `runserver`; elsewhere its libraries would only cost every process half a second of start.
    *(["daphne"] if "runserver" in sys.argv else []),
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "channels",
    "accounts",
    "domains",
    "conversations",
    "emailops",
    "representative",
    "tickets",
    "notifications",
    "reports",
    "widget",
    "privas",
]

MIDDLEWARE = [
    "privas.middleware.RequestId",
    "privas.health.probes",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "privas.middleware.Readable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "privas.urls"
ASGI_APPLICATION = "privas.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "domains.context.workspace",
            ],
        },
    }
]

# Data. SQLite: never PRAGMA mmap_size (it corrupted files under load); IMMEDIATE, or upgrades of read
# transactions fail at once with "database is locked".
_sqlite: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": DATA_DIR / "db.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-16000; PRAGMA journal_size_limit=27103364"
        ),
    },
}
_database: dict[str, Any] = _sqlite if EMBEDDED else env.db_url("DATABASE_URL")
if _database["ENGINE"].endswith("postgresql"):
    # A worker's threads keep theirs while they wait for a mail server, or think; and one more renews a turn's lease.
    _works = any({"mail", "ai"} & set(word.split(",")) for word in sys.argv)
    _most = env.int("DATABASE_POOL_SIZE", default=40 if _works else 10)
    _pool = {"min_size": 1, "max_size": _most, "timeout": 10}
    _database["CONN_MAX_AGE"] = 0
    _database.setdefault("OPTIONS", {})["pool"] = _pool
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Realtime. Only the Pub/Sub layer: the other one drops bursts and dies idle with redis-py 8, whose
# default read time-out must be lifted for a connection that listens.
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "domains.layer.PubSubLayer",
            "CONFIG": {
                "hosts": [
                    {
                        "address": REDIS_URL,
                        "socket_timeout": None,
                        "socket_connect_timeout": 2,
                        "socket_keepalive": True,
                        "health_check_interval": 15,
                    }
                ],
                "prefix": "privas",
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "domains.cache.EnduringCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
        }
    }
else:
    # One process, nothing beside it: at the default capacity of 100 this layer drops bursts in silence.
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 100_000}}
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Jobs. A task carries ids only; rows hold the truth, so a lost or doubled wake-up does no harm.
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "retry_policy": {"max_retries": 0},
    **({} if REDIS_URL else {"polling_interval": 0.01}),
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "mail"
CELERY_TASK_ROUTES = {"representative.tasks.*": {"queue": "ai"}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Celery's Django fix-up closes the connection after every task unless this is set.
CELERY_DB_REUSE_MAX = 1000

# People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Nobody may have us write to a stranger; the page says the same to everybody.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Nobody signs up here with the address of another; and a telephone's clock may be a step off.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"

# Pages.
LANGUAGE_CODE, TIME_ZONE = "en", "UTC"
FORMAT_MODULE_PATH = ["privas.formats"]
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static", ("widget", BASE_DIR / "widget" / "js")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "privas.staticfiles.ModuleManifestStorage"},
}
# Where nothing was collected (./run, tests) files are served from where they are, under their plain names.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = HTTPS
# Other names under the console's own domain are not ours to bind.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "accounts.authentication.ConsoleSession",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.WithinScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.parsers.BoundedJSON"],
    "DEFAULT_SCHEMA_CLASS": "domains.api_schema.Operations",
    "EXCEPTION_HANDLER": "domains.api_errors.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Privas",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["domains.api_schema.finished"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

# The bridge upwards: lower apps read this name and never import privas.
REACTIONS = "privas.reactions.REACTIONS"

LOG_FORMAT = env.str("LOG_FORMAT", default="console")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
LOGGING_CONFIG = "privas.logs.configure"
LOGGING = {"format": LOG_FORMAT}
