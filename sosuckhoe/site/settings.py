"""Django's settings. A newcomer meets three: PORT, SOSUCKHOE_HOME and DATABASE_URL (docs/operations.md has all)."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from sosuckhoe.base import keyring
from sosuckhoe.base.files import socket_in
from sosuckhoe.exchange.vneid import told
from sosuckhoe.site import home as house
from sosuckhoe.site import postgres


def _is_on(name: str, default: bool) -> bool:  # noqa: FBT001 -- two plain words, called below only
    return os.environ.get(name, str(int(default))) not in {"", "0"}


def _is_loopback(address: str) -> bool:
    return address == "localhost" or ipaddress.ip_address(address).is_loopback


def _database(url: str) -> dict[str, Any]:
    """Django's entry for a PostgreSQL address; whatever Django has no word for goes to libpq as it is."""
    given = conninfo_to_dict(url)
    return {
        "ENGINE": "sosuckhoe.base.walled",
        "NAME": given.pop("dbname", "sosuckhoe"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": given.pop("port", ""),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"prepare_threshold": 5, "application_name": "sosuckhoe", **given},
        "TEST": {},
    }


HOME = house.make_home(house.home())
WITNESS_FOLDER = HOME / "witness"
WITNESS_SOCKET = Path(os.environ.get("SOSUCKHOE_WITNESS") or socket_in(WITNESS_FOLDER, "witness"))
WITNESS_HEADS = Path(os.environ.get("SOSUCKHOE_WITNESS_HEADS") or WITNESS_FOLDER / "heads")
BULK_FOLDER = Path(os.environ.get("SOSUCKHOE_BULK") or HOME / "bulk")
"""Files of exports and imports while they are kept: one folder for all web and worker processes."""

ANALYTICS_FOLDER = HOME / "analytics"
PULLS = os.environ.get("SOSUCKHOE_PULLS", "")
"""A YAML file of the FHIR servers from which Bulk Data is pulled, by source (docs/formats/fhir-feed.md)."""
"""The analytical copy: files that views run over."""

IMPORT_HOSTS = frozenset(os.environ.get("SOSUCKHOE_IMPORT_HOSTS", "").split())
"""Origins (https://host) from which `$import` may fetch files; none by default."""

BHXH_URL = os.environ.get("SOSUCKHOE_BHXH", "").rstrip("/")
BHXH_USER = os.environ.get("SOSUCKHOE_BHXH_USER", "")
BHXH_PASSWORD = os.environ.get("SOSUCKHOE_BHXH_PASSWORD", "")
BHXH_OPERATOR = os.environ.get("SOSUCKHOE_BHXH_OPERATOR", "")
"""Where cards are looked up, by which account, and as whom ('name;identity number'); without an address nowhere."""

POPULATION_URL = os.environ.get("SOSUCKHOE_POPULATION", "").rstrip("/")
POPULATION_TOKEN = os.environ.get("SOSUCKHOE_POPULATION_TOKEN", "")
"""Where the national population database is asked, and with which token; without an address nothing is asked."""

ADDRESS = os.environ.get("SOSUCKHOE_ADDRESS", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))

IS_LOOPBACK = _is_loopback(ADDRESS)
DEMO = _is_on("SOSUCKHOE_DEMO", default=IS_LOOPBACK)
"""People of the demo sign in by name, so it is off by default where other machines can reach the house."""

HTTPS = _is_on("SOSUCKHOE_HTTPS", default=False)
"""The house stands behind a proxy that speaks TLS and says so in X-Forwarded-Proto."""

VALIDATION = os.environ.get("SOSUCKHOE_VALIDATION", "")
"""A facility's own file of how strict writes are, of the form of clinical/data/validation.yaml."""

FHIR_CONDITIONAL_DELETE = int(os.environ.get("SOSUCKHOE_CONDITIONAL_DELETE", "1"))
"""So many resources a conditional delete of the FHIR interface may delete at most."""

DURABLE_LOOKS = _is_on("SOSUCKHOE_DURABLE_LOOKS", default=False)
"""Whether reads and searches wait until their lines of the trace are on the disk (ADR 10); writes always do."""

PACE = float(os.environ.get("SOSUCKHOE_PACE", "1"))
"""By how much the bounds of `access/data/pace.yaml` are multiplied; 0: there are none, as tests of speed want."""

NEAR_APPS = _is_on("SOSUCKHOE_NEAR_APPS", default=False)
"""Whether keys of apps may be fetched from this machine and private networks, by http too: to develop an app."""

FHIR_ORIGINS = os.environ.get("SOSUCKHOE_FHIR_ORIGINS", "").split()
"""Origins (`https://app.example`) whose programs in browsers may use the FHIR interface."""

VNEID: dict[str, Any] = {
    "issuer": os.environ.get("SOSUCKHOE_VNEID_ISSUER", "").rstrip("/"),
    "client": os.environ.get("SOSUCKHOE_VNEID_CLIENT", ""),
    "secret": os.environ.get("SOSUCKHOE_VNEID_SECRET", ""),
    "scope": os.environ.get("SOSUCKHOE_VNEID_SCOPE", "openid profile"),
    "claims": told.names(os.environ.get("SOSUCKHOE_VNEID_CLAIMS", "")),
    "levels": frozenset(os.environ.get("SOSUCKHOE_VNEID_LEVELS", "2").split()),
    "endpoints": dict(pair.split("=", 1) for pair in os.environ.get("SOSUCKHOE_VNEID_ENDPOINTS", "").split()),
}
"""VNeID as citizens sign in with it; without an issuer it is not offered. Endpoints only where it tells none itself."""

SMS_SENDER = os.environ.get("SOSUCKHOE_SMS_SENDER", "sosuckhoe.access.sending:keep" if DEMO else "")
"""`module:function` that sends a message to a telephone; without one nothing is sent. The demo's sends nothing."""

SECRET_KEY = house.secret_key()
KEY_RING = house.key_ring()
keyring.hold(KEY_RING)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *os.environ.get("SOSUCKHOE_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

SUBSCRIBER_HOSTS = frozenset(os.environ.get("SOSUCKHOE_SUBSCRIBER_HOSTS", "").split())
"""Who may be told of events: host names by https, or whole origins."""

DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or postgres.address(HOME))}
OWNER = _database(
    os.environ.get("SOSUCKHOE_OWNER_URL") or os.environ.get("DATABASE_URL") or postgres.address(HOME, postgres.NAME)
)
"""Who makes and changes the tables: another role than the one that web and worker sign in with."""

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "sosuckhoe.access",
    "sosuckhoe.identity",
    "sosuckhoe.clinical",
    "sosuckhoe.exchange",
    "sosuckhoe.book",
    "sosuckhoe.insight",
    "sosuckhoe.doors.look",
    "sosuckhoe.doors.entrance",
    "sosuckhoe.doors.citizen",
    "sosuckhoe.doors.facility",
    "sosuckhoe.doors.office",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sosuckhoe.site.headers.SafeHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sosuckhoe.site.headers.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "sosuckhoe.site.declared.OnlyDeclared",
    "sosuckhoe.site.headers.Told",
    "django.middleware.csrf.CsrfViewMiddleware",
    "sosuckhoe.site.storable.OnlyStorable",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "sosuckhoe.site.urls"
WSGI_APPLICATION = "sosuckhoe.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "sosuckhoe.site.assets.VersionedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
COOKIE_PREFIX = "__Host-" if HTTPS else ""
"""Of every cookie: set by this host over TLS, for this host alone."""

SESSION_SAVE_EVERY_REQUEST = False
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}ngon_ngu"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 365 * 86_400
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^song$"]
"""Pages lead people to TLS; machines are refused (site/machines.py); a load balancer may ask on the line behind it."""

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "sosuckhoe.site.journal.PlacesOnly"}},
    "handlers": {"screen": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["screen"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["screen"], "level": "WARNING", "propagate": False},
        "sosuckhoe": {"handlers": ["screen"], "level": "INFO", "propagate": False},
    },
}
