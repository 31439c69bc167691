"""All settings, read from the environment. Every variable is listed in docs/operations.md.

Without any variable this is a private installation at http://127.0.0.1:8000 on SQLite. Setting FOOTING_URL to an https
address makes it a public one: secure cookies, HSTS, redirects, and no start without a secret key from the environment.
"""

import os
import sqlite3
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.rates import rate
from config.secret_key import kept_in
from config.sqlite import options_for

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
DEBUG = env.bool("FOOTING_DEBUG", default=False)
VAR_DIR = Path(env.str("FOOTING_VAR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- Where people find us ------------------------------------------------------------------------------------------

SITE_URL = env.str("FOOTING_URL", default="http://127.0.0.1:8000").rstrip("/")
_address = urlsplit(SITE_URL)
if _address.scheme not in {"http", "https"} or not _address.hostname:
    raise ImproperlyConfigured(f"FOOTING_URL must be an http or https address, not {SITE_URL!r}.")
HTTPS = _address.scheme == "https"

ALLOWED_HOSTS = [_address.hostname, *env.list("FOOTING_EXTRA_HOSTS", default=[])]
if not HTTPS:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# How many proxies of our own stand in front. Their headers are believed, nobody else's.
PROXIES = env.int("FOOTING_PROXIES", default=0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Secrets and transport -----------------------------------------------------------------------------------------

SECRET_KEY = env.str("FOOTING_SECRET_KEY", default="")
if not SECRET_KEY:
    if HTTPS:
        raise ImproperlyConfigured("FOOTING_SECRET_KEY must be set when FOOTING_URL is an https address.")
    SECRET_KEY = kept_in(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("FOOTING_SECRET_KEY_FALLBACKS", default=[])

# Seals the private keys with which firms sign their reports. Without it no firm can have one.
SIGNING_KEY = env.str("FOOTING_SIGNING_KEY", default="")
if SIGNING_KEY and len(SIGNING_KEY) < 32:
    raise ImproperlyConfigured("FOOTING_SIGNING_KEY must have at least 32 characters.")

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from inside, by plain http
SECURE_HSTS_SECONDS = env.int("FOOTING_HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"

# Nothing comes from anywhere else, and nothing inline: styles, scripts and charts are files or plain SVG.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Applications --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",  # first: its db_worker stands before that of django_tasks_db
    "django_tasks",
    "django_tasks_db",
    "claims",
    "assessments",
    "reports",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "claims.quick.Lane",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

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
            ],
        },
    }
]

# --- Data ----------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'footing.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["ENGINE"] = "config.sqlite_patient"
    _database["OPTIONS"] = options_for(sqlite3.sqlite_version_info)
    _database["CONN_MAX_AGE"] = None  # opening the file and its journal costs more than most answers
elif _database["ENGINE"] == "django.db.backends.postgresql":
    # A pool instead of a connection per request; each connection is tried before it is handed out.
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.int("FOOTING_DB_POOL", default=8), "timeout": 10},
        # For claims/prepared.py: Django's own cursors prepare nothing.
        "prepare_threshold": 5,
        "options": "-c plan_cache_mode=force_generic_plan",
    }
else:
    raise ImproperlyConfigured("DATABASE_URL must name an SQLite or a PostgreSQL database.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Which engine runs what is done in the background: our own database with `manage.py db_worker` beside the site;
# `immediate`, which makes whoever causes the work wait for it; or the dotted path of another backend.
_ENGINES = {
    "database": "django_tasks_db.DatabaseBackend",
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
}
_engine = env.str("FOOTING_TASKS", default="database")
if _engine not in _ENGINES and "." not in _engine:
    raise ImproperlyConfigured(f"FOOTING_TASKS must be database, immediate or a dotted path, not {_engine!r}.")
TASKS = {"default": {"BACKEND": _ENGINES.get(_engine, _engine)}}

# How many processes beside each process of the site or worker render PDFs at a time; a core each.
RENDERERS = env.int("FOOTING_RENDERERS", default=os.cpu_count() or 1)
if RENDERERS < 1:
    raise ImproperlyConfigured(f"FOOTING_RENDERERS must be 1 or more, not {RENDERERS}.")

# Counts requests for the throttles of the API: per process, unless the operator names a cache for all of them.
_cache = env.str("FOOTING_CACHE_URL", default="")
if _cache and not _cache.startswith(("redis://", "rediss://")):
    raise ImproperlyConfigured("FOOTING_CACHE_URL must name a Redis, such as redis://:password@127.0.0.1:6379/1.")
CACHES = {
    "default": env.cache_url_config(_cache)
    if _cache
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    # PDFs of drafts, so that an unchanged one is not rendered again (reports/drafts.py); for all processes, readable by
    # our own user alone, forgotten after a week.
    "drafts": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "drafts",
        "TIMEOUT": 60 * 60 * 24 * 7,
        "OPTIONS": {"MAX_ENTRIES": env.int("FOOTING_KEPT_DRAFTS", default=200)},
    },
}

# --- People --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "claims.Person"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"

# --- Letters -------------------------------------------------------------------------------------------------------

# Printed on the console until a mail server is named.
_mail = env.email_url("FOOTING_EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"] or "localhost"
EMAIL_PORT = _mail["EMAIL_PORT"] or 25
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("FOOTING_EMAIL_FROM", default=f"footing@{_address.hostname}")

# --- Language and time ---------------------------------------------------------------------------------------------

# The site is English. Reports and the API choose a language themselves, so there is no LocaleMiddleware.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files ---------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
MEDIA_ROOT = VAR_DIR / "media"
WHITENOISE_USE_FINDERS = DEBUG

# --- API -----------------------------------------------------------------------------------------------------------

# Requests and seconds: for one address, and for one token or one person who is signed in (claims/throttling.py).
API_RATE = rate("FOOTING_API_RATE", env.str("FOOTING_API_RATE", default="300/min"))
API_TOKEN_RATE = rate("FOOTING_API_TOKEN_RATE", env.str("FOOTING_API_TOKEN_RATE", default="600/min"))

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    # Closed unless a view opens itself: only published claims are for everybody.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["claims.api_throttling.Throttle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "claims.api_formats.ByQuality",
    "EXCEPTION_HANDLER": "claims.api_errors.problem_handler",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "URL_FORMAT_OVERRIDE": None,  # what an answer is made of is said by Accept alone
    "COERCE_DECIMAL_TO_STRING": False,  # the contract: numbers are JSON numbers
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Footing",
    "DESCRIPTION": "Sourced claims on prompting, retrieval and fine-tuning, as published revisions.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "claims.api_examples.add"],
    # Several fields are called state, kind or unit: each set of words has one name in the schema.
    "ENUM_NAME_OVERRIDES": {
        "ClaimStateEnum": "claims.models.Revision.State",
        "ConflictStateEnum": "claims.models.Conflict.State",
        "AssessmentStateEnum": "assessments.models.Assessment.State",
        "ReportStateEnum": "reports.models.Report.State",
        "LayoutEnum": "reports.layouts.NAMES",
        "SourceKindEnum": "claims.models.Source.Kind",
        "CheckKindEnum": "claims.models.Check.Kind",
        "UnitEnum": "claims.quantity.UNITS",
    },
}

# --- The outside ---------------------------------------------------------------------------------------------------

# Sources are fetched from the public network only. For trying things out: places on this machine that may be asked
# too, as `127.0.0.1:8001`. The system check footing.E001 refuses them outside debug.
FETCH_LOOPBACK = env.list("FOOTING_FETCH_LOOPBACK", default=[])

# --- Logs ----------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.log_lines.Line", "fmt": "{asctime} {levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("FOOTING_LOG_LEVEL", default="INFO")},
    # Django adds a handler of its own, which prints only in debug; one line per event is enough.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
