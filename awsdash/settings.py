"""Settings come from the environment alone; .env.example explains each."""

from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF

from awsdash import env

BASE_DIR = Path(__file__).resolve().parent.parent
# Database, results and broker data of the embedded default live here.
VAR_DIR = env.path("AWSDASH_VAR_DIR", BASE_DIR / "var")

DEBUG = env.boolean("AWSDASH_DEBUG", default=False)
DEMO = env.boolean("AWSDASH_DEMO", default=False)
HTTPS = env.boolean("AWSDASH_HTTPS", default=not DEMO)
SECRET_KEY = env.secret("AWSDASH_SECRET_KEY", "Set it to 50 random characters, and keep it.")
# Fernet keys, comma-separated: the first encrypts, all of them decrypt.
CREDENTIAL_KEYS = env.secret(
    "AWSDASH_CREDENTIAL_KEYS",
    "Make one with: python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'",
).split(",")
ALLOWED_HOSTS = env.listing("AWSDASH_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = env.listing("AWSDASH_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
    "awsdash.audit",
    "awsdash.accounts",
    "awsdash.jobs",
    "awsdash.explorer",
    "awsdash.queries",
    "awsdash.sandbox",
    "awsdash.agent",
    *(["awsdash.demo"] if DEMO else []),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before WhiteNoise: pages and static files alike go out compressed.
    "awsdash.http.PagesGZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "awsdash.zones.ZoneMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "awsdash.http.NoStoreMiddleware",
    "awsdash.http.SignInRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "awsdash.http.ServiceErrorMiddleware",
]
ROOT_URLCONF = "awsdash.urls"
WSGI_APPLICATION = "awsdash.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A service folder brings its own templates and static files: found, never listed.
SERVICES_DIR = BASE_DIR / "services"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates", *sorted(SERVICES_DIR.glob("*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.tz",
                "awsdash.queries.navigation.services",
                "awsdash.jobs.badge.badge",
                *(["awsdash.demo.hostility.navigation.emulator"] if DEMO else []),
            ],
            "builtins": ["awsdash.templatetags.show"],
        },
    }
]
# A form's own widgets have their templates where all others are.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "awsdash/static", *sorted(SERVICES_DIR.glob("*/static"))]
WHITENOISE_USE_FINDERS = True

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'awsdash.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
# To open a connection costs more than most questions, to SQLite too.
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASE_URL.startswith("sqlite:"):
    DATABASES["default"]["OPTIONS"] = {
        # Take the write lock at once: a transaction that starts reading cannot wait for it later.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

STORAGES = {
    # Results: a folder, or S3.
    "default": env.store("AWSDASH_RESULTS", VAR_DIR / "results"),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Local copies of results that lie in S3.
RESULT_CACHE_DIR = VAR_DIR / "cache"
RESULT_CACHE_MB = env.number("AWSDASH_RESULT_CACHE_MB", 2048)
# An operation, an administrator and a saved query may say otherwise.
RESULT_DAYS = env.number("AWSDASH_RESULT_DAYS", 30)
# From when on jobs go whose results are gone.
JOB_DAYS = env.number("AWSDASH_JOB_DAYS", 90)
# SQL over results: what one query may take, and how many a worker process runs at once.
SQL_MEMORY_MB = env.number("AWSDASH_SQL_MEMORY_MB", 512)
SQL_DEADLINE_S = env.number("AWSDASH_SQL_DEADLINE_S", 60)
SQL_AT_ONCE = env.number("AWSDASH_SQL_AT_ONCE", 4)

REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "data"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The doorbell must never break a page: give up at once, the sweeper rings again.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_BEAT_SCHEDULE = {
    "jobs": {
        "task": "awsdash.jobs.tasks.tick",
        "schedule": 1.0,
        "options": {"queue": "interactive", "expires": 2},
    },
    "explorer": {
        "task": "awsdash.explorer.tasks.tick",
        "schedule": 5.0,
        "options": {"queue": "interactive", "expires": 10},
    },
    "retention": {
        "task": "awsdash.jobs.tasks.purge",
        "schedule": crontab(minute="7"),
        "options": {"queue": "data", "expires": 3000},
    },
    "orphans": {
        "task": "awsdash.jobs.tasks.remove_orphans",
        "schedule": crontab(minute="23", hour="*/6"),
        "options": {"queue": "data", "expires": 3000},
    },
}

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "explorer"
LOGOUT_REDIRECT_URL = "sign_in"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Subdomains and the preload list are the domain owner's to decide, not a portal's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

LOG_FILE = env.path(
    "AWSDASH_LOG_FILE",
    env.path("XDG_DATA_HOME", Path.home() / ".local/share") / "awsdash/logs/awsdash.log",
)
LOG_FILE.parent.mkdir(parents=True, exist_ok=True)
LOG_LEVEL = env.text("AWSDASH_LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "terminal": {"()": "awsdash.logs.TerminalFormatter"},
        "json": {"()": "awsdash.logs.JsonFormatter"},
    },
    "handlers": {
        "terminal": {"class": "logging.StreamHandler", "formatter": "terminal"},
        # Several processes append to one file; whoever rotates it need not signal them.
        "file": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": LOG_FILE,
            "formatter": "json",
            "delay": True,
        },
    },
    "root": {"handlers": ["terminal", "file"], "level": LOG_LEVEL},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "botocore": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
